import CNetwork
internal import Glibc
internal import RawText
package import SystemPackage

/// This process: its environment, its end, and the program that takes its place.
package enum Process {
    /// The arguments without the program's name. Bytes that are not UTF-8 are kept (`String.rawBytes`). Needs no /proc.
    package static var arguments: [String] {
        var arguments: [String] = []
        // Safe: the strings belong to the process and end with a NUL.
        while let next = unsafe cnet_argument(Int32(arguments.count + 1)) {
            unsafe arguments.append(String(rawCString: next))
        }
        return arguments
    }

    /// The path of the program that runs; `nil` where /proc does not say.
    package static var executable: String? {
        var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // Safe: readlink writes at most the number of bytes that it is given.
        let count = unsafe path.withUnsafeMutableBytes { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { room in
                guard let start = room.baseAddress else { return 0 }
                return unsafe readlink("/proc/self/exe", start, room.count)
            }
        }
        return count > 0 ? String(validating: path.prefix(count), as: UTF8.self) : nil
    }

    /// A variable of the environment.
    package static func environment(_ name: String) -> String? {
        // Safe: the string is copied before anything could change the environment; sonde never does.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// exit(3).
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    /// _exit(2): ends the process without what exit(3) does before, for a process that fork(2) has made.
    package static func exitAtOnce(_ status: Int32) -> Never { _exit(status) }

    /// Blocks the calling thread for a time; a signal may cut it short.
    package static func sleep(_ duration: Nanoseconds) {
        _ = try? waitForFirst(of: [], until: .now + duration)
    }

    /// Makes a closed pipe (EPIPE) and the limit of a file's size (EFBIG, setrlimit(2)) errors of write(2) instead of the end of the
    /// process.
    package static func ignoreClosedPipes() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Replaces this process with a program that is found through PATH (execvp(3)), which gets the signals, the signal mask and the limit of open
    /// files that this process was started with.
    ///
    /// - Returns: why the program could not be executed; the process is then as it was, except for SIGPIPE, signals and limits.
    package static func replace(with words: [String]) -> Errno {
        StopToken.releaseSignals()
        OpenFileLimit.restore()
        // Safe: both calls work on the set that they are lent.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigprocmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        signal(SIGXFSZ, SIG_DFL)
        // Safe: the array ends with a null pointer, and its strings are freed only where execvp returns.
        var arguments = unsafe words.map { word in unsafe word.withRawCString { unsafe strdup($0) } } + [nil]
        if let program = unsafe arguments[0] { unsafe execvp(program, &arguments) }
        let error = Errno.latest
        for index in unsafe arguments.indices { unsafe free(arguments[index]) }
        return error
    }
}
