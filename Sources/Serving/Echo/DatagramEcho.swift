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
    /// Peers by number; 0 for those that are not allowed.
    private var peers: [SocketAddress: UInt64] = [:]

    private static let batchSize = 32
    private static let largestPeerTable = 4096
    /// Held-back answers per port; what exceeds them is lost, as datagrams are.
    private static let mostHeld = 1024

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

    /// Answers the datagrams that wait at a port, at most one batch per turn. True where there were any.
    mutating func handle(_ token: UInt64, _ loop: borrowing EventLoop, at now: MonotonicTime) -> Bool {
        let index = Int(token - ServerToken.firstOfHandler)
        var count = 0
        if !ports[index].isBlocked {
            let socket = ports[index].listener.descriptor.borrowed
            // An error is what an earlier answer met (ICMP): the next datagram may be sound.
            count = (try? ports[index].batch.receive(from: socket)) ?? 0
            for datagram in 0..<count { answer(index, datagram, at: now) }
            totals.countIn(count)
        }
        flush(index, loop)
        return count > 0
    }

    private mutating func answer(_ index: Int, _ datagram: Int, at now: MonotonicTime) {
        let length = ports[index].batch.length(datagram)
        admission.add(bytesIn: UInt64(length), bytesOut: 0)
        guard let peer = ports[index].batch.peer(datagram), let number = register(peer, ports[index].listener.transport) else {
            return
        }
        if configuration.reportsData { sink(.received(client: number, ports[index].batch.bytes(datagram))) }
        // No answer to a Unix socket that is not bound, to a datagram that is not whole, and to a forged sender: this socket itself.
        guard peer != .unix(path: ""), peer != ports[index].listener.address, !ports[index].batch.isTruncated(datagram) else {
            return
        }
        switch (configuration.answer, configuration.delay) {
        case (.discard, _):
            break
        case (.echo, nil):
            ports[index].batch.turn(datagram)
            admission.add(bytesIn: 0, bytesOut: UInt64(length))
        case (.fixed(let text), nil):
            ports[index].batch.turn(datagram, into: text)
            admission.add(bytesIn: 0, bytesOut: UInt64(text.count))
        case (.echo, let delay?):
            hold(index, peer, ports[index].batch.bytes(datagram), until: now + delay)
        case (.fixed(let text), let delay?):
            hold(index, peer, text, until: now + delay)
        }
    }

    /// The number of a peer, which is reported when it is heard for the first time; `nil` where it is not allowed.
    private mutating func register(_ peer: SocketAddress, _ transport: Transport) -> UInt64? {
        if let known = peers[peer] { return known == 0 ? nil : known }
        // Peers that a full table forgets are reported anew.
        if peers.count >= Self.largestPeerTable { peers.removeAll(keepingCapacity: true) }
        guard configuration.server.allowed.contains(peer) else {
            peers[peer] = 0
            admission.countRefused()
            sink(.refused(transport, peer, .notAllowed))
            return nil
        }
        let number = admission.nextNumber()
        peers[peer] = number
        sink(.opened(OpenedClient(number: number, transport: transport, peer: peer, syn: nil)))
        return number
    }

    private mutating func flush(_ index: Int, _ loop: borrowing EventLoop) {
        let wasBlocked = ports[index].isBlocked
        totals.countOut(ports[index].flush())
        guard ports[index].isBlocked != wasBlocked else { return }
        try? ports[index].watch(with: loop, token: Self.token(index))
    }

    // MARK: - Answers that wait

    private mutating func hold(_ index: Int, _ peer: SocketAddress, _ bytes: [UInt8], until due: MonotonicTime) {
        guard ports[index].held.count < Self.mostHeld else { return }
        ports[index].held.append(DatagramPort.HeldDatagram(due: due, peer: peer, bytes: bytes))
    }

    /// Sends the answers that are due.
    mutating func release(at now: MonotonicTime) {
        for index in ports.slots {
            let socket = ports[index].listener.descriptor.borrowed
            var released = 0
            for datagram in ports[index].held {
                guard datagram.due <= now else { break }
                released += 1
                guard let raw = RawSocketAddress(datagram.peer) else { continue }
                guard case .bytes = try? socket.send(datagram.bytes.span, to: raw) else { continue }
                totals.countOut(1)
                admission.add(bytesIn: 0, bytesOut: UInt64(datagram.bytes.count))
            }
            if released > 0 { ports[index].held.removeFirst(released) }
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
