/// What the program's exit code says: an answer, or in the numbers of sysexits.h why there is none.
package enum ExitStatus: Int32, Error, CaseIterable, Sendable {
    /// The answer is yes: all ports open, file sent, capture done.
    case success = 0
    /// The answer is no: a port is not open, the wait ran out.
    case negative = 1
    /// EX_USAGE.
    case usage = 64
    /// EX_DATAERR: damaged input, after what was good in it was reported.
    case damagedInput = 65
    /// EX_NOINPUT: no such input file.
    case noInput = 66
    /// EX_NOHOST: a host name that does not resolve.
    case noHost = 68
    /// EX_UNAVAILABLE: no such interface, or libpcap refuses.
    case unavailable = 69
    /// EX_OSERR: the system refused, as with descriptors or ports used up.
    case systemRefused = 71
    /// EX_CANTCREAT: output that cannot be created.
    case cannotCreate = 73
    /// EX_IOERR: output that cannot be written.
    case cannotWrite = 74
    /// EX_NOPERM.
    case noPermission = 77
    /// The command to run cannot be executed, or does not exist, as with env(1).
    case cannotExecute = 126
    case noCommand = 127
    /// 128 + SIGINT, before the answer was known.
    case interrupted = 130
    /// 128 + SIGPIPE: nobody reads the output any more, and the answer was not known.
    case unread = 141
    /// 128 + SIGTERM, likewise.
    case terminated = 143

    /// The status of a program that a signal ended.
    package init(endedBy signal: Int32) {
        self = signal == 15 ? .terminated : .interrupted
    }
}
