import Console
import Dialing
import SondeSystem
import SystemPackage
import Terminal

/// What a connection did, for standard error.
struct ConnectionReport: ~Copyable {
    private let palette: Palette
    private let isTerminal: Bool
    private let started = MonotonicTime.now
    private var peer = ""
    private var connectTime = Nanoseconds.zero
    private var isConnected = false
    private let isDatagram: Bool

    init(_ palette: Palette, isDatagram: Bool) {
        self.palette = palette
        self.isDatagram = isDatagram
        isTerminal = BorrowedDescriptor.standardError.isTerminal
    }

    /// Who was reached, at once where a person waits for it.
    mutating func connected(_ connection: borrowing EstablishedConnection) throws {
        peer = connection.peer.description
        connectTime = connection.elapsed
        guard isTerminal, !isDatagram else { return }
        var errors = Output.error()
        errors.text.append("connected", .good, palette)
        errors.text.append(escaped: " to \(peer)")
        errors.text.append("\n")
        try errors.flush()
    }

    /// The summary, then what went wrong as an error.
    func finish(_ outcome: RelayOutcome) throws {
        if outcome.outputError == .brokenPipe { throw OutputError.closed }
        var errors = Output.error()
        write(outcome, into: &errors.text)
        try errors.flush()
        try outcome.check(peer)
    }

    private func write(_ outcome: RelayOutcome, into text: inout TextBuffer) {
        text.append(escaped: peer, .strong, palette)
        if !isDatagram {
            text.append("  connected in ")
            text.append(duration: connectTime.count)
        }
        if let statistics = outcome.statistics {
            text.append("  rtt ")
            text.append(duration: Int64(statistics.rttMicroseconds) * 1000)
        }
        text.append("  sent ")
        text.append(bytes: outcome.bytesSent)
        text.append("  received ")
        text.append(bytes: outcome.bytesReceived)
        text.append("  in ")
        text.append(duration: (MonotonicTime.now - started).count)
        if let statistics = outcome.statistics {
            text.append("  ")
            text.append(count: Int(statistics.retransmits), of: "retransmit")
        }
        if !isDatagram {
            text.append("  ")
            text.append(outcome.endWords, outcome.firstEnd == .peerReset ? .bad : .plain, palette)
        }
        text.append("\n")
    }
}

extension RelayOutcome {
    fileprivate var endWords: StaticString {
        switch firstEnd {
        case .localFIN: "closed first by this side (FIN)"
        case .peerFIN: "closed first by the peer (FIN)"
        case .peerReset: "reset by the peer (RST)"
        case nil: "left open"
        }
    }

    /// Throws what kept the session from being whole.
    fileprivate func check(_ peer: String) throws {
        if let outputError {
            throw Failure(.cannotWrite, "standard output: \(outputError.explained)", next: "check the space and the file behind it")
        }
        if let signal { throw ExitStatus(endedBy: signal) }
        if let inputError {
            throw Failure(.noInput, "standard input: \(inputError.explained)", next: "check what it is connected to")
        }
        guard let errno = receiveError ?? sendError else { return }
        throw Failure(.negative, "\(peer): \(errno.explained)", next: errno.sessionStep)
    }
}

extension Errno {
    fileprivate var sessionStep: String {
        switch self {
        case .connectionReset, .brokenPipe: "the peer dropped the connection: what it had not read by then is lost"
        case .connectionRefused: "nobody listens there"
        case .messageTooLong: "UDP carries at most 65,507 bytes in a datagram: send less at once"
        default: "see what is on the way: sonde probe"
        }
    }
}
