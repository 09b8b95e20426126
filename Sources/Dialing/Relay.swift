package import SondeSystem
internal import Synchronization
internal import SystemPackage

/// Standard input to a socket and the socket to standard output.
///
/// Each direction is a thread that copies at the pace of its slower end, so that neither waits for the other and no byte is kept
/// longer than it takes to pass on: a slow reader of standard output slows the peer down, and nobody else. The calling thread waits
/// for the end or a signal, and may leave while a direction still hangs in a read or write that never returns.
package final class Relay: Sendable {
    private let socket: Descriptor
    private let configuration: Configuration
    private let state = Mutex(State())
    private let changed: Waker
    /// Woken when the input ends, for the direction that then waits for datagrams no longer than `silence`.
    private let inputEnded: Waker

    package struct Configuration: Sendable {
        package var filter: InputFilter
        /// A message each for what is read at once; no half-close, and no end but silence.
        package var isDatagram = false
        /// Whether the peer's FIN ends the session although the input continues, as on a terminal.
        package var endsWithPeer = false
        /// Whether the sending half stays open when the input ends: some servers take a FIN for the end of interest.
        package var keepsSendingHalf = false
        /// How long to wait for datagrams after the input ended.
        package var silence = Nanoseconds.seconds(2)

        package init(filter: InputFilter) {
            self.filter = filter
        }
    }

    private struct State {
        var outcome = RelayOutcome()
        var input = Input.open
        var isOutputDone = false
        /// Whether nobody is at the other end any more: a RST, or no answer to keep-alive probes.
        var isPeerGone = false

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

    /// Copies until both ends are done or a signal arrives, and returns the outcome of the connection.
    package func run(stop: StopToken) throws(SystemError) -> RelayOutcome {
        var loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop(batchSize: 4) }
        try naming("epoll_ctl") { () throws(Errno) in
            try loop.add(stop.stopped, for: .readable, token: Token.stop)
            try loop.add(changed.borrowed, for: .readable, token: Token.changed)
            // Asked for nothing, it still reports errors and the end of both halves.
            try loop.add(socket.borrowed, for: [], token: Token.socket)
        }
        try WorkerThreads.detach { self.copyInput() }
        try WorkerThreads.detach { self.copyOutput() }
        var deadline: MonotonicTime?
        while true {
            let count = try naming("epoll_wait") { () throws(Errno) in try loop.wait(until: deadline) }
            changed.drain()
            if (0..<count).contains(where: { loop.event($0).token == Token.socket }) {
                try? loop.remove(socket.borrowed)
                state.withLock { $0.isPeerGone = true }
            }
            let (isQuit, isOver) = state.withLock { state in (state.input == .quit, isDone(state)) }
            if isQuit, deadline == nil { deadline = .now + Self.patienceAfterQuit }
            if isOver || stop.isStopped || deadline.map({ $0 <= .now }) ?? false { return finish(stop.signal) }
        }
    }

    private enum Token {
        static let stop: UInt64 = 0
        static let changed: UInt64 = 1
        static let socket: UInt64 = 2
    }

    private func isDone(_ state: State) -> Bool {
        guard state.isOutputDone else { return false }
        // After the peer's FIN the other half may still carry what standard input has; after anything else nothing can go.
        return state.input != .open || configuration.endsWithPeer || state.isPeerGone || !state.outcome.peerMayListen
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
    private func update(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
        changed.wake()
    }

    // MARK: - Directions

    /// Standard input to the socket, in a thread of its own.
    private func copyInput() {
        var filter = configuration.filter
        var buffer = IOBuffer(capacity: Self.readSize)
        var filtered: [UInt8] = []
        while true {
            let count: Int
            do {
                switch try buffer.read(from: .standardInput, limit: configuration.isDatagram ? Self.largestDatagram : Self.readSize)
                {
                case .bytes(let read): count = read
                case .end: return endInput(&filter, &filtered)
                case .wouldBlock:
                    _ = try BorrowedDescriptor.standardInput.wait(for: .readable)
                    continue
                }
            } catch {
                update { $0.outcome.inputError = error }
                return endInput(&filter, &filtered)
            }
            if filter.isTransparent {
                guard buffer.withBytes(0..<count, { send($0) }) else { return }
                continue
            }
            filtered.removeAll(keepingCapacity: true)
            let isQuit = buffer.withBytes(0..<count) { filter.transform($0, into: &filtered) }
            guard filtered.isEmpty || send(filtered.span) else { return }
            if isQuit { return halfClose(.quit) }
        }
    }

    private static let readSize = 262_144
    /// The most that UDP over IPv4 carries.
    private static let largestDatagram = 65_507

    private func endInput(_ filter: inout InputFilter, _ filtered: inout [UInt8]) {
        filtered.removeAll()
        let isQuit = filter.finish(into: &filtered)
        guard filtered.isEmpty || send(filtered.span) else { return }
        halfClose(isQuit ? .quit : .ended)
    }

    private func halfClose(_ input: State.Input) {
        if !configuration.isDatagram, input == .quit || !configuration.keepsSendingHalf {
            // Record this before the FIN is sent: the other thread may read the peer's FIN before this one reports.
            state.withLock { $0.outcome.end(.localFIN) }
            try? socket.borrowed.shutdownSending()
        }
        inputEnded.wake()
        update { $0.input = input }
    }

    /// Sends all of it, at the socket's pace. False where the connection takes nothing any more.
    private func send(_ bytes: Span<UInt8>) -> Bool {
        var sent = 0
        repeat {
            do {
                switch try socket.borrowed.send(bytes.extracting(sent...)) {
                case .bytes(let count):
                    sent += count
                    state.withLock { $0.outcome.bytesSent += UInt64(count) }
                case .wouldBlock, .end:
                    _ = try socket.borrowed.wait(for: .writable)
                }
            } catch {
                inputEnded.wake()
                update { state in
                    state.outcome.sendError = error
                    state.input = .ended
                    if error == .connectionReset || error == .brokenPipe { state.outcome.end(.peerReset) }
                }
                return false
            }
        } while sent < bytes.count
        return true
    }

    /// The socket to standard output, in a thread of its own.
    private func copyOutput() {
        var buffer = IOBuffer(capacity: Self.readSize)
        do {
            var loop = try EventLoop(batchSize: 2)
            try loop.add(socket.borrowed, for: .readable, token: 0)
            if configuration.isDatagram { try loop.add(inputEnded.borrowed, for: .readable, token: 1) }
            var deadline: MonotonicTime?
            while true {
                switch try buffer.receive(from: socket.borrowed, limit: Self.readSize) {
                case .bytes(let count):
                    state.withLock { $0.outcome.bytesReceived += UInt64(count) }
                    guard write(buffer, count) else { return }
                    if deadline != nil { deadline = .now + configuration.silence }
                case .end where !configuration.isDatagram:
                    askWhetherPeerLives()
                    return update { state in
                        state.outcome.end(.peerFIN)
                        state.isOutputDone = true
                    }
                case .end:
                    // An empty datagram.
                    if deadline != nil { deadline = .now + configuration.silence }
                case .wouldBlock:
                    guard let ready = try waitForMore(&loop, deadline) else { return update { $0.isOutputDone = true } }
                    if ready { deadline = .now + configuration.silence }
                }
            }
        } catch {
            update { state in
                state.outcome.receiveError = error
                state.isOutputDone = true
                if error == .connectionReset { state.outcome.end(.peerReset) }
            }
        }
    }

    /// Makes the kernel probe a peer that has closed its half. One that only closed that half answers; the kernel of one that closed the
    /// socket answers with RST once it has forgotten it (on Linux after net.ipv4.tcp_fin_timeout, a minute).
    private func askWhetherPeerLives() {
        for (option, value) in [(.keepAliveIdle, 5), (.keepAliveInterval, 5), (.keepAliveCount, 4), (.keepAlive, 1)]
            as [(SocketOption<Int32>, Int32)]
        {
            // A Unix socket has no such options; there the kernel reports the end of both halves at once.
            try? socket.borrowed.set(option, to: value)
        }
    }

    /// Waits until the socket is ready; true where it was the input's end that came, `nil` when nothing came in time.
    private func waitForMore(_ loop: inout EventLoop, _ deadline: MonotonicTime?) throws(Errno) -> Bool? {
        let ready = try loop.wait(until: deadline)
        guard ready > 0 else { return nil }
        for index in 0..<ready where loop.event(index).token == 1 {
            try loop.remove(inputEnded.borrowed)
            return true
        }
        return false
    }

    /// Writes the first `count` bytes at the reader's pace. Returns false if there is no reader.
    private func write(_ buffer: borrowing IOBuffer, _ count: Int) -> Bool {
        var written = 0
        while written < count {
            do {
                switch try buffer.write(written..<count, to: .standardOutput) {
                case .bytes(let more): written += more
                case .wouldBlock, .end: _ = try BorrowedDescriptor.standardOutput.wait(for: .writable)
                }
            } catch {
                update { state in
                    state.outcome.outputError = error
                    state.isOutputDone = true
                }
                return false
            }
        }
        return true
    }
}
