package import SondeSystem
internal import Synchronization
package import SystemPackage

/// Standard input to a socket and the socket to standard output.
///
/// Each direction is a thread that copies at the pace of its slower end, so that neither waits for the other and no byte is kept
/// longer than it takes to pass on: a slow reader of standard output slows the peer down, and nobody else. The calling thread waits
/// for the end or a signal, and may leave while a direction still hangs in a read or write that never returns.
package final class Relay: Sendable {
    let socket: Descriptor
    let configuration: Configuration
    let state = Mutex(State())
    private let changed: Waker
    /// Woken when the input ends, for the direction that then waits for datagrams no longer than `silence`.
    let inputEnded: Waker

    package struct Configuration: Sendable {
        package var filter: InputFilter
        /// A message each for what is read at once; no half-close, and no end but silence.
        package var isDatagram = false
        /// A person's input does not end by itself: the peer's end is the end.
        package var endsWithPeer = false
        /// How long to wait for datagrams after the input ended.
        package var silence = Nanoseconds.seconds(2)

        package init(filter: InputFilter) {
            self.filter = filter
        }
    }

    struct State {
        var outcome = RelayOutcome()
        var input = Input.open
        var isOutputDone = false

        enum Input: Equatable {
            case open
            case ended
            case quit
        }
    }

    package init(_ socket: consuming Descriptor, _ configuration: Configuration) throws(SystemError) {
        changed = try naming("eventfd") { () throws(Errno) in try Waker() }
        inputEnded = try naming("eventfd") { () throws(Errno) in try Waker() }
        self.socket = socket
        self.configuration = configuration
    }

    /// How long a peer that was taken leave of by the quit word may still go on.
    private static let patienceAfterQuit = Nanoseconds.seconds(2)

    /// Copies until both ends are done or a signal comes, and tells what the connection did.
    package func run(signals: BorrowedDescriptor) throws(SystemError) -> RelayOutcome {
        var loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop(batchSize: 4) }
        try naming("epoll_ctl") { () throws(Errno) in
            try loop.add(signals, for: .readable, token: Token.signal)
            try loop.add(changed.borrowed, for: .readable, token: Token.changed)
        }
        try WorkerThreads.detach { self.copyInput() }
        try WorkerThreads.detach { self.copyOutput() }
        var deadline: MonotonicTime?
        while true {
            let ready = try naming("epoll_wait") { () throws(Errno) in try loop.wait(until: deadline) }
            var signal: Int32?
            for index in 0..<ready where loop.event(index).token == Token.signal { signal = SignalSource.next(from: signals) }
            changed.drain()
            let (isQuit, isOver) = state.withLock { state in (state.input == .quit, isDone(state)) }
            if isQuit, deadline == nil { deadline = .now + Self.patienceAfterQuit }
            if isOver || signal != nil || deadline.map({ $0 <= .now }) ?? false { return finish(signal) }
        }
    }

    private enum Token {
        static let signal: UInt64 = 0
        static let changed: UInt64 = 1
    }

    private func isDone(_ state: State) -> Bool {
        guard state.isOutputDone else { return false }
        // After the peer's FIN the other half may still carry what standard input has; after anything else nothing can go.
        return state.input != .open || configuration.endsWithPeer || !state.outcome.peerMayListen
    }

    private func finish(_ signal: Int32?) -> RelayOutcome {
        let statistics = configuration.isDatagram ? nil : try? socket.borrowed.tcpStatistics()
        return state.withLock { state in
            state.outcome.signal = signal
            state.outcome.statistics = statistics
            return state.outcome
        }
    }

    /// Changes the state, and lets the waiting thread look at it.
    func update(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
        changed.wake()
    }
}

/// What a relayed connection did.
package struct RelayOutcome: Sendable {
    package var bytesSent: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    /// Who ended first, and how; `nil` where nobody had when it was over.
    package var firstEnd: End?
    /// Why a direction ended before its time.
    package var sendError: Errno?
    package var receiveError: Errno?
    package var inputError: Errno?
    package var outputError: Errno?
    /// The signal that ended it.
    package var signal: Int32?
    /// The kernel's view at the end; of TCP alone.
    package var statistics: TCPStatistics?

    package enum End: String, Sendable {
        case localFIN = "local FIN"
        case peerFIN = "peer FIN"
        case peerReset = "peer RST"
    }

    /// Whether the peer did nothing worse than close its own half.
    var peerMayListen: Bool { sendError == nil && receiveError == nil && outputError == nil }

    mutating func end(_ end: End) { firstEnd = firstEnd ?? end }
}
