package import Console
package import Dialing
import Failures
import ServingReports
import SondeSystem
import SystemPackage
import Terminal

/// Reports a connection on standard error.
package struct ConnectionReport: ~Copyable {
    private let palette: Palette
    private let isTerminal: Bool
    private let started = MonotonicTime.now
    private var peer = ""
    private var connectTime = Nanoseconds.zero
    private var isConnected = false
    private let isDatagram: Bool

    package init(_ palette: Palette, isDatagram: Bool) {
        self.palette = palette
        self.isDatagram = isDatagram
        isTerminal = BorrowedDescriptor.standardError.isTerminal
    }

    /// Reports the peer at once if standard error is a terminal.
    package mutating func connected(_ connection: borrowing EstablishedConnection) throws {
        peer = connection.peer.description
        connectTime = connection.elapsed
        guard isTerminal, !isDatagram else { return }
        var errors = Output.error()
        errors.text.append("connected", .good, palette)
        errors.text.append(escaped: " to \(peer)")
        errors.text.append("\n")
        try errors.flush()
    }

    /// Writes the summary, then throws the error that ended the session, if any.
    package func finish(_ outcome: RelayOutcome) throws {
        if outcome.outputError == .brokenPipe { throw OutputError.closed }
        var errors = Output.error()
        outcome.writeSummary(
            peer: peer,
            connectTime: isDatagram ? nil : connectTime,
            elapsed: MonotonicTime.now - started,
            into: &errors.text,
            palette
        )
        try errors.flush()
        try outcome.check(peer)
    }
}

extension RelayOutcome {
    /// Throws the error that cut the session short.
    fileprivate func check(_ peer: String) throws {
        if let outputError {
            throw Failure(
                .cannotWrite,
                "standard output: \(outputError.explained)",
                next: "check the free space and the file or pipe that it writes to"
            )
        }
        if let signal { throw ExitStatus(endedBy: signal) }
        if let inputError {
            throw Failure(.noInput, "standard input: \(inputError.explained)", next: "check the file or pipe that it reads from")
        }
        guard let errno = receiveError ?? sendError else { return }
        throw Failure(.negative, "\(peer): \(errno.explained)", next: errno.sessionStep)
    }
}

extension Errno {
    fileprivate var sessionStep: String {
        switch self {
        case .connectionReset, .brokenPipe: "check the peer: it reset the connection, and data that it had not read is lost"
        case .connectionRefused: "check that a server listens on that port"
        case .messageTooLong: "send at most 65,507 bytes per datagram"
        default: "check the path: sonde probe"
        }
    }
}
