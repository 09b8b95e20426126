internal import Addresses
internal import SondeSystem
internal import Synchronization
internal import SystemPackage

/// The datagram side of an echo server: one worker's UDP and Unix datagram sockets, and whom it has heard there.
struct DatagramEcho: ~Copyable {
    private let configuration: EchoConfiguration
    private let listeners: [Listener]
    private let totals: DatagramTotals
    private let admission: Admission
    private let sink: @Sendable (EchoEvent) -> Void
    private var ports = Slab<DatagramPort>()
    private var peers: [SocketAddress: Peer] = [:]
    private let loopGuard: LoopGuard

    private struct Peer {
        /// 0 until a datagram of this peer is answered.
        var number: UInt64 = 0
        var isReportedAsRefused = false
        var repetitions: RepetitionLimit
    }

    private static let batchSize = 32
    private static let largestPeerTable = 4096

    init(
        _ configuration: EchoConfiguration,
        _ listeners: [Listener],
        _ totals: DatagramTotals,
        _ admission: Admission,
        _ sink: @escaping @Sendable (EchoEvent) -> Void
    ) {
        self.configuration = configuration
        self.listeners = listeners.filter { !$0.transport.isStream }
        self.totals = totals
        self.admission = admission
        self.sink = sink
        loopGuard = LoopGuard(own: self.listeners.map(\.address))
    }

    mutating func watch(with loop: borrowing EventLoop) throws(Errno) {
        for listener in listeners {
            let batchSize = configuration.server.servesOnce ? 1 : Self.batchSize
            let slot = ports.insert(try DatagramPort(listener, batchSize: batchSize))
            try ports[slot].watch(with: loop, token: Self.token(slot))
        }
    }

    mutating func unwatch(_ loop: borrowing EventLoop) {
        for index in ports.slots { ports[index].unwatch(loop) }
    }

    private static func token(_ index: Int) -> UInt64 { ServerToken.firstOfHandler + UInt64(index) }

    /// Answers the datagrams that wait at a port, at most one batch per turn. True where a client was served.
    mutating func handle(_ token: UInt64, _ loop: borrowing EventLoop, at now: MonotonicTime) -> Bool {
        let index = Int(token - ServerToken.firstOfHandler)
        var served = 0
        if !ports[index].isBlocked {
            let socket = ports[index].listener.descriptor.borrowed
            // An error is what an earlier answer met (ICMP): the next datagram may be sound.
            let count = (try? ports[index].batch.receive(from: socket)) ?? 0
            for datagram in 0..<count where serve(index, datagram, at: now) { served += 1 }
            totals.countIn(served)
        }
        flush(index, loop)
        return served > 0
    }

    /// Serves one datagram. False where it is refused.
    private mutating func serve(_ index: Int, _ datagram: Int, at now: MonotonicTime) -> Bool {
        let transport = ports[index].listener.transport
        guard let address = ports[index].batch.peer(datagram) else { return false }
        var peer = peers[address] ?? Peer(repetitions: RepetitionLimit(port: address.endpoint?.port ?? .max, at: now))
        defer { remember(address, peer) }
        if let refusal = refusal(index, datagram, address) {
            report(refusal, of: address, &peer, transport)
            return false
        }
        if peer.number == 0 {
            peer.number = admission.nextNumber()
            sink(.opened(OpenedClient(number: peer.number, transport: transport, peer: address, syn: nil)))
        }
        admission.add(bytesIn: UInt64(ports[index].batch.length(datagram)), bytesOut: 0)
        if configuration.reportsData { sink(.received(client: peer.number, ports[index].batch.bytes(datagram))) }
        // No answer to a Unix socket that is not bound, and to a datagram that is not whole.
        guard configuration.answer != .discard, address != .unix(path: ""), !ports[index].batch.isTruncated(datagram) else {
            return true
        }
        let question = ports[index].batch.withBytes(datagram) { RepetitionLimit.fingerprint($0) }
        guard transport != .udp || peer.repetitions.admits(question, at: now) else {
            report(.loop, of: address, &peer, transport)
            return true
        }
        peer.repetitions.note(answer(index, datagram, address, question, at: now))
        return true
    }

    private func refusal(_ index: Int, _ datagram: Int, _ peer: SocketAddress) -> Refusal? {
        guard configuration.server.allowed.contains(peer) else { return .notAllowed }
        guard configuration.answer != .discard else { return nil }
        let arrival = ports[index].batch.arrival(datagram)
        return loopGuard.refusal(
            from: peer,
            to: arrival.address,
            port: ports[index].listener.address.endpoint?.port ?? 0,
            isToGroup: arrival.isToGroup,
            trafficClass: arrival.trafficClass
        )
    }

    /// Reports the first refusal of a peer.
    private func report(_ refusal: Refusal, of address: SocketAddress, _ peer: inout Peer, _ transport: Transport) {
        guard !peer.isReportedAsRefused else { return }
        peer.isReportedAsRefused = true
        admission.countRefused()
        sink(.refused(transport, address, refusal))
    }

    private mutating func remember(_ address: SocketAddress, _ peer: Peer) {
        // Peers that a full table forgets are reported anew.
        if peers.count >= Self.largestPeerTable, peers[address] == nil { peers.removeAll(keepingCapacity: true) }
        peers[address] = peer
    }

    /// Sends the answer to a datagram, now or later, and returns the answer's fingerprint.
    private mutating func answer(
        _ index: Int,
        _ datagram: Int,
        _ peer: SocketAddress,
        _ question: UInt64,
        at now: MonotonicTime
    ) -> UInt64 {
        let text: [UInt8]? =
            if case .fixed(let text) = configuration.answer {
                Array(text.prefix(configuration.longestAnswer(to: ports[index].batch.length(datagram), from: peer)))
            } else {
                nil
            }
        if let delay = configuration.delay {
            let bytes = text ?? ports[index].batch.bytes(datagram)
            let arrival = ports[index].batch.arrival(datagram)
            ports[index].hold(DatagramPort.HeldDatagram(due: now + delay, peer: peer, arrival: arrival, bytes: bytes))
        } else if let text {
            ports[index].batch.turn(datagram, into: text)
            admission.add(bytesIn: 0, bytesOut: UInt64(text.count))
        } else {
            ports[index].batch.turn(datagram)
            admission.add(bytesIn: 0, bytesOut: UInt64(ports[index].batch.length(datagram)))
        }
        return text.map { RepetitionLimit.fingerprint($0.span) } ?? question
    }

    private mutating func flush(_ index: Int, _ loop: borrowing EventLoop) {
        let wasBlocked = ports[index].isBlocked
        totals.countOut(ports[index].flush())
        guard ports[index].isBlocked != wasBlocked else { return }
        try? ports[index].watch(with: loop, token: Self.token(index))
    }

    // MARK: - Answers that wait

    /// Sends the answers that are due.
    mutating func release(at now: MonotonicTime) {
        for index in ports.slots {
            let socket = ports[index].listener.descriptor.borrowed
            for datagram in ports[index].takeDue(now) {
                guard let raw = RawSocketAddress(datagram.peer) else { continue }
                guard case .bytes = try? socket.send(datagram.bytes.span, to: raw, from: datagram.arrival) else { continue }
                totals.countOut(1)
                admission.add(bytesIn: 0, bytesOut: UInt64(datagram.bytes.count))
            }
        }
    }

    /// When the next held-back answer is due.
    var nextRelease: MonotonicTime? {
        guard configuration.delay != nil else { return nil }
        var next: MonotonicTime?
        for index in ports.slots {
            guard let due = ports[index].held.first?.due else { continue }
            next = min(next ?? due, due)
        }
        return next
    }
}

/// Datagrams over all workers of a server.
final class DatagramTotals: Sendable {
    private let received = Atomic<UInt64>(0)
    private let sent = Atomic<UInt64>(0)

    func countIn(_ count: Int) {
        if count > 0 { received.add(UInt64(count), ordering: .relaxed) }
    }

    func countOut(_ count: UInt64) {
        if count > 0 { sent.add(count, ordering: .relaxed) }
    }

    var counts: (received: UInt64, sent: UInt64) { (received.load(ordering: .relaxed), sent.load(ordering: .relaxed)) }
}
