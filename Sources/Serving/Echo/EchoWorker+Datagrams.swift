internal import Addresses
internal import SondeSystem
internal import SystemPackage

extension EchoWorker {
    /// Answers the datagrams that wait at a port, one batch a turn.
    mutating func handleDatagrams(_ index: Int) {
        if ports[index].isBlocked {
            flushDatagrams(index)
            return
        }
        do {
            let socket = ports[index].listener.descriptor.borrowed
            let count = try ports[index].batch.receive(from: socket)
            for datagram in 0..<count { answerDatagram(index, datagram) }
            tally.datagramsIn += UInt64(count)
            flushDatagrams(index)
            if count > 0, configuration.servesOnce { stopListening() }
        } catch {
            // What an earlier answer came upon (ICMP): the next datagram may be sound.
        }
    }

    private mutating func answerDatagram(_ index: Int, _ datagram: Int) {
        let length = ports[index].batch.length(datagram)
        tally.bytesIn += UInt64(length)
        guard let peer = ports[index].batch.peer(datagram), let number = register(peer, ports[index].listener.transport) else {
            return
        }
        if configuration.reportsData {
            server.sink(.received(client: number, ports[index].batch.bytes(datagram)))
        }
        // Nobody to answer to (a Unix socket that is not bound), not all of it to answer with, or a forged sender: this socket
        // itself.
        guard peer != .unix(path: ""), peer != ports[index].listener.address, !ports[index].batch.isTruncated(datagram) else {
            return
        }
        switch (configuration.answer, configuration.delay) {
        case (.discard, _):
            break
        case (.echo, nil):
            ports[index].batch.turn(datagram)
            tally.bytesOut += UInt64(length)
        case (.fixed(let text), nil):
            ports[index].batch.turn(datagram, into: text)
            tally.bytesOut += UInt64(text.count)
        case (.echo, let delay?):
            holdDatagram(index, peer, ports[index].batch.bytes(datagram), delay)
        case (.fixed(let text), let delay?):
            holdDatagram(index, peer, text, delay)
        }
    }

    /// The number of a peer, told of when it is heard for the first time; `nil` where it is not allowed.
    private mutating func register(_ peer: SocketAddress, _ transport: Transport) -> UInt64? {
        if let known = peers[peer] { return known == 0 ? nil : known }
        // Whom a full table forgets is told of anew.
        if peers.count >= Self.largestPeerTable { peers.removeAll(keepingCapacity: true) }
        guard configuration.allowed.contains(peer) else {
            peers[peer] = 0
            server.shared.countRefused()
            server.sink(.refused(transport, peer, .notAllowed))
            return nil
        }
        let number = server.shared.nextNumber()
        peers[peer] = number
        server.sink(.opened(OpenedClient(number: number, transport: transport, peer: peer, syn: nil)))
        return number
    }

    private static let largestPeerTable = 4096

    /// Held-back datagrams of one port, at most; what comes beyond is lost, as datagrams are.
    private static let mostHeld = 1024

    private mutating func holdDatagram(_ index: Int, _ peer: SocketAddress, _ bytes: [UInt8], _ delay: Nanoseconds) {
        guard ports[index].held.count < Self.mostHeld else { return }
        ports[index].held.append(DatagramPort.HeldDatagram(due: now + delay, peer: peer, bytes: bytes))
    }

    /// Sends the held-back datagrams that are due.
    mutating func releaseDatagrams() {
        for index in ports.slots {
            let socket = ports[index].listener.descriptor.borrowed
            var released = 0
            for datagram in ports[index].held {
                guard datagram.due <= now else { break }
                released += 1
                guard let raw = RawSocketAddress(datagram.peer) else { continue }
                guard case .bytes = try? socket.send(datagram.bytes.span, to: raw) else { continue }
                tally.datagramsOut += 1
                tally.bytesOut += UInt64(datagram.bytes.count)
            }
            if released > 0 { ports[index].held.removeFirst(released) }
        }
    }

    /// When the next held-back datagram is due.
    var nextDatagramRelease: MonotonicTime? {
        var next: MonotonicTime?
        for index in ports.slots {
            guard let due = ports[index].held.first?.due else { continue }
            next = min(next ?? due, due)
        }
        return next
    }

    private mutating func flushDatagrams(_ index: Int) {
        let wasBlocked = ports[index].isBlocked
        tally.datagramsOut += ports[index].flush()
        guard ports[index].isBlocked != wasBlocked else { return }
        try? ports[index].watch(with: loop, token: Self.firstPortToken + UInt64(index))
    }
}
