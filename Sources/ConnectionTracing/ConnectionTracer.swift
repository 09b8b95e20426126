package import Addresses
import Dialing
import Probing
package import SondeSystem
import SystemPackage
import Time

/// Makes one connection: races a name's addresses, talks, closes in order, and keeps what the kernel knew of it.
///
/// Its sockets are bound before the first SYN, so that a capture begun in between can filter for exactly their ports.
package final class ConnectionTracer {
    package struct Manner: Sendable {
        /// For the handshake; afterwards for the answer to `text`.
        package var timeout = Nanoseconds.seconds(4)
        /// What to send once connected.
        package var text: [UInt8] = []
        /// Whether to watch for what the server does on its own before closing.
        package var settles = true

        package init() {}
    }

    /// What the connection waits for.
    package enum Phase: Sendable {
        case connecting
        case reading
        case closing
    }

    private let target: TraceTarget
    private let manner: Manner
    private let attempts: [Attempt]
    private var errors: [TracedConnection.TimedError] = []
    private var exchange = TracedConnection.Exchange()
    private var isInterrupted = false

    private static let mostAddresses = 8
    /// Bytes that are read of what the other side sends.
    private static let mostBytes = 1 << 20
    /// A pause this long ends an answer.
    private static let pause = Nanoseconds.milliseconds(200)
    /// The other side has this long to close its half, at most.
    private static let closePatience = Nanoseconds.seconds(2)
    /// Errors in a row that end no connection, such as those of ICMP.
    private static let mostSoftErrors = 64

    /// - Throws: what the system refuses, such as descriptors.
    package init(to target: TraceTarget, _ manner: Manner) throws(SystemError) {
        self.target = target
        self.manner = manner
        let ordered = ConnectionAttempts.interleaved(target.addresses) { $0.address.family }.prefix(Self.mostAddresses)
        var attempts: [Attempt] = []
        for address in ordered { attempts.append(try Attempt(to: address, port: target.port)) }
        self.attempts = attempts
    }

    /// The flows that may be used: this machine's port, and the other end as the wire shows it.
    package var flows: [(localPort: UInt16, remote: Endpoint)] {
        attempts.map { ($0.localPort, Endpoint($0.wireAddress, port: target.port)) }
    }

    /// Connects, talks and closes. A signal ends each wait.
    package func run(stop: StopToken, onPhase: (Phase) -> Void = { _ in }) throws(SystemError) -> TracedConnection {
        let start = Timestamp.now
        onPhase(.connecting)
        let winner = try connect(stop)
        var judged = winner.map { lone($0) }
        if winner != nil { onPhase(.reading) }
        let (statistics, pathMTU) = (winner?.statistics, winner?.pathMTU)
        if let winner { try talk(winner, &judged, stop, onPhase) }
        let results = attempts.map { ($0, lone($0).result()) }
        let chosen = winner ?? Self.strongest(results) ?? attempts[0]
        let others = attempts.filter { $0 !== chosen && $0.started != nil }.map { other in
            AddressOutcome(
                address: other.address,
                verdict: other.isUnanswered ? nil : results.first { $0.0 === other }?.1.verdict,
                elapsed: other.elapsed
            )
        }
        let outcome = (judged ?? lone(chosen)).result(beside: others)
        return TracedConnection(
            target: target,
            result: outcome,
            local: chosen.local.map { Endpoint($0.address.unmapped, port: $0.port) },
            remote: Endpoint(chosen.wireAddress, port: target.port),
            start: start,
            statistics: statistics ?? chosen.lastStatistics,
            pathMTU: pathMTU,
            errors: errors.filter { chosen.errors.contains($0.error) },
            exchange: exchange,
            isInterrupted: isInterrupted && winner == nil
        )
    }

    /// A refusal says more than silence, silence more than a failure of this machine.
    private static func strongest(_ results: [(Attempt, ProbeResult)]) -> Attempt? {
        func rank(_ state: PortState) -> Int { state == .closed ? 0 : state == .error ? 2 : 1 }
        return results.filter { $0.0.started != nil }.min { rank($0.1.verdict.state) < rank($1.1.verdict.state) }?.0
    }

    private func lone(_ attempt: Attempt) -> LoneAttempt {
        var lone = LoneAttempt(to: attempt.address, port: target.port)
        lone.name = target.isNamed ? target.name : nil
        lone.errno = attempt.isConnected ? nil : attempt.errno ?? .timedOut
        lone.icmp = attempt.isConnected ? nil : attempt.errors.last
        lone.resolveTime = target.resolveTime
        lone.answerTime = attempt.isUnanswered ? nil : attempt.elapsed
        lone.statistics = attempt.lastStatistics
        lone.local = attempt.local
        return lone
    }

    // MARK: - The handshake

    private func connect(_ stop: StopToken) throws(SystemError) -> Attempt? {
        var schedule = ConnectionAttempts(count: attempts.count)
        let deadline = MonotonicTime.now + manner.timeout
        while true {
            let now = MonotonicTime.now
            if now >= deadline, attempts[0].started != nil {
                // What has arrived by now counts.
                _ = try wait(until: now, stop, &schedule)
                for attempt in attempts where attempt.isPending { attempt.giveUp() }
                return attempts.first { $0.isConnected }
            }
            switch schedule.next(at: now) {
            case .start(let index):
                attempts[index].start(toward: target.port)
                take(attempts[index])
                if attempts[index].errno != nil { schedule.attemptFailed() }
            case .exhausted: return nil
            case .wait(let moment):
                guard try wait(until: min(deadline, moment ?? deadline), stop, &schedule) else {
                    isInterrupted = true
                    for attempt in attempts where attempt.isPending { attempt.giveUp() }
                    return attempts.first { $0.isConnected }
                }
            }
            if let winner = attempts.first(where: { $0.isConnected }) {
                for attempt in attempts where attempt.isPending { attempt.giveUp() }
                return winner
            }
        }
    }

    /// False where the token was raised.
    private func wait(until moment: MonotonicTime, _ stop: StopToken, _ schedule: inout ConnectionAttempts) throws(SystemError)
        -> Bool
    {
        let pending = attempts.filter { $0.isPending }
        let outcome = try naming("poll") { () throws(Errno) in
            try waitForFirst(of: pending.map { ($0.socket, .writable) }, until: moment, stop: stop)
        }
        switch outcome {
        case .stopped: return false
        case .deadline: return true
        case .ready(let readiness):
            for (attempt, ready) in zip(pending, readiness) where ready.contains(.writable) {
                attempt.finish(toward: target.port)
                take(attempt)
                if attempt.errno != nil { schedule.attemptFailed() }
            }
            return true
        }
    }

    /// Notes the ICMP errors that the attempt has received since it was last asked.
    private func take(_ attempt: Attempt) {
        for error in attempt.newErrors() { errors.append(TracedConnection.TimedError(time: .now, error: error)) }
    }

    // MARK: - The connection

    private func talk(
        _ attempt: Attempt,
        _ judged: inout LoneAttempt?,
        _ stop: StopToken,
        _ onPhase: (Phase) -> Void
    ) throws(SystemError) {
        let connected = MonotonicTime.now
        if attempt.isReset { exchange.end = .reset }
        if manner.text.isEmpty {
            if manner.settles { try watch(attempt, from: connected, &judged, stop) }
        } else {
            if exchange.end == .none { try send(attempt, stop) }
            try readAnswer(attempt, stop)
        }
        // A RST now, while the capture sees it.
        if exchange.end == .tooMuch { try? attempt.socket.disconnect() }
        if exchange.end == .none || exchange.end == .closed, !stop.isStopped {
            try? attempt.socket.shutdownSending()
        }
        guard exchange.end == .none else { return }
        onPhase(.closing)
        exchange.patience = min(manner.timeout, Self.closePatience)
        try read(attempt, until: .now + exchange.patience, stop) { _ in true }
        if exchange.end == .tooMuch { try? attempt.socket.disconnect() }
        if exchange.end == .none, !stop.isStopped { exchange.end = .keptOpen }
    }

    /// Watches what the server does before this side says anything.
    private func watch(
        _ attempt: Attempt,
        from connected: MonotonicTime,
        _ judged: inout LoneAttempt?,
        _ stop: StopToken
    ) throws(SystemError) {
        let time = Settle.usual.duration(roundTrip: attempt.elapsed ?? .zero)
        var first: MonotonicTime?
        try read(attempt, until: connected + time, stop) { _ in
            if first == nil { first = .now }
            return true
        }
        let now = MonotonicTime.now
        if exchange.bytesReceived > 0 {
            judged?.aftermath = .data
            judged?.aftermathTime = (first ?? now) - connected
        } else if exchange.end == .closed || exchange.end == .reset {
            judged?.aftermath = exchange.end == .closed ? .fin : .reset
            judged?.aftermathTime = now - connected
        }
        let isOver = exchange.end == .closed || exchange.end == .reset
        let isStalled = attempt.statistics?.sendWindow == 0
        judged?.fate = stop.isStopped ? .unknown : isOver ? .ended : isStalled ? .stalled : .held
    }

    private func send(_ attempt: Attempt, _ stop: StopToken) throws(SystemError) {
        let deadline = MonotonicTime.now + manner.timeout
        while exchange.bytesSent < manner.text.count {
            let rest = Array(manner.text[exchange.bytesSent...])
            let transfer: Transfer
            do throws(Errno) {
                transfer = try attempt.socket.send(rest.span)
            } catch {
                exchange.end = .reset
                return
            }
            switch transfer {
            case .bytes(let count): exchange.bytesSent += count
            case .end, .wouldBlock:
                let outcome = try naming("poll") { () throws(Errno) in
                    try waitForFirst(of: [(attempt.socket, .writable)], until: deadline, stop: stop)
                }
                guard case .ready = outcome else { return }
            }
        }
    }

    /// Reads until the answer pauses.
    private func readAnswer(_ attempt: Attempt, _ stop: StopToken) throws(SystemError) {
        guard exchange.end == .none else { return }
        try read(attempt, until: .now + manner.timeout, stop) { _ in false }
        while exchange.end == .none, exchange.bytesReceived > 0, !stop.isStopped {
            let before = exchange.bytesReceived
            try read(attempt, until: .now + Self.pause, stop) { _ in false }
            guard exchange.bytesReceived > before else { return }
        }
    }

    /// Reads and discards until the other side ends the connection, or `goesOn` returns false after data.
    private func read(
        _ attempt: Attempt,
        until deadline: MonotonicTime,
        _ stop: StopToken,
        _ goesOn: (Int) -> Bool
    ) throws(SystemError) {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        var softErrors = 0
        while exchange.end == .none {
            let outcome = try naming("poll") { () throws(Errno) in
                try waitForFirst(of: [(attempt.socket, .readable)], until: deadline, stop: stop)
            }
            guard case .ready = outcome else { return }
            do throws(Errno) {
                switch try attempt.socket.receive(into: &bytes) {
                case .wouldBlock:
                    // Woken by the error queue.
                    softErrors += 1
                case .end: exchange.end = .closed
                case .bytes(let count):
                    softErrors = 0
                    exchange.bytesReceived += count
                    if exchange.bytesReceived >= Self.mostBytes { exchange.end = .tooMuch }
                    if !goesOn(count) { return }
                }
            } catch {
                switch error {
                case .connectionReset, .brokenPipe: exchange.end = .reset
                case .timedOut: exchange.end = .keptOpen
                // An ICMP error ends no established connection.
                default: softErrors += 1
                }
            }
            take(attempt)
            guard softErrors < Self.mostSoftErrors else { return }
        }
    }
}
