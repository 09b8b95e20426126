import Addresses
internal import Lines
internal import SondeSystem
internal import SystemPackage

/// What an echo server does with its connections and datagram sockets: one worker's share.
struct EchoHandler: ConnectionHandler, ~Copyable {
    /// The quit word, as far as a client has typed it.
    typealias State = LineMatcher?

    private let configuration: EchoConfiguration
    private let sink: @Sendable (EchoEvent) -> Void
    private var datagrams: DatagramEcho

    init(
        _ configuration: EchoConfiguration,
        _ listeners: [Listener],
        _ totals: DatagramTotals,
        _ admission: Admission,
        _ sink: @escaping @Sendable (EchoEvent) -> Void
    ) {
        self.configuration = configuration
        self.sink = sink
        datagrams = DatagramEcho(configuration, listeners, totals, admission, sink)
    }

    /// How much is read at once.
    static let readSize = 65536

    // MARK: - Clients

    func opened(_ socket: BorrowedDescriptor, number: UInt64, _ transport: Transport, _ peer: SocketAddress) -> State {
        let syn = transport == .tcp ? socket.synFacts() : nil
        sink(.opened(OpenedClient(number: number, transport: transport, peer: peer, syn: syn)))
        return configuration.quitWord.map { LineMatcher($0) }
    }

    func refused(_ transport: Transport, _ peer: SocketAddress, _ reason: Refusal) {
        sink(.refused(transport, peer, reason))
    }

    func ranOut(_ error: SystemError) {
        sink(.outOfDescriptors(error))
    }

    func closed(_ connection: borrowing Connection<State>, _ reason: CloseReason, at now: MonotonicTime) {
        let statistics = connection.transport == .tcp ? try? connection.descriptor.borrowed.tcpStatistics() : nil
        sink(
            .closed(
                ClosedClient(
                    number: connection.number,
                    transport: connection.transport,
                    peer: connection.peer,
                    bytesIn: connection.bytesIn,
                    bytesOut: connection.bytesOut,
                    duration: now - connection.opened,
                    reason: reason,
                    statistics: statistics
                )
            )
        )
    }

    // MARK: - Streams

    @inline(__always)
    mutating func receive(_ slot: Int, _ count: Int, _ connections: inout Connections<State>) {
        if configuration.reportsData {
            sink(.received(client: connections[slot].number, connections.scratch.bytes(0..<count)))
        }
        guard configuration.quitWord != nil else { return answer(slot, count, &connections) }
        // What precedes the quit word on its way is answered like anything else, the quit line itself included.
        let lineEnd = connections.quitLineEnd(slot, count)
        answer(slot, lineEnd ?? count, &connections)
        if lineEnd != nil { connections.end(slot, .quit) }
    }

    @inline(__always)
    private func answer(_ slot: Int, _ count: Int, _ connections: inout Connections<State>) {
        switch configuration.answer {
        case .echo:
            transmit(slot, count, &connections)
        case .discard:
            break
        case .fixed(let text):
            let lines = connections.scratch.lineCount(count)
            connections.scratch.fill(with: text, times: lines)
            transmit(slot, lines * text.count, &connections)
        }
    }

    @inline(__always)
    private func transmit(_ slot: Int, _ count: Int, _ connections: inout Connections<State>) {
        if let delay = configuration.delay {
            connections.hold(slot, count, until: connections.now + delay)
        } else {
            connections.send(slot, count)
        }
    }

    // MARK: - Datagrams

    mutating func start(_ loop: borrowing EventLoop) throws(Errno) { try datagrams.watch(with: loop) }

    mutating func handle(_ token: UInt64, _ loop: borrowing EventLoop, at now: MonotonicTime) -> Bool {
        datagrams.handle(token, loop, at: now) && configuration.server.servesOnce
    }

    var nextTick: MonotonicTime? { datagrams.nextRelease }
    mutating func tick(at now: MonotonicTime) { datagrams.release(at: now) }
    mutating func stopListening(_ loop: borrowing EventLoop) { datagrams.unwatch(loop) }
    var isQuiet: Bool { datagrams.nextRelease == nil }
}

extension Connections<EchoHandler.State> {
    /// The end of the line that is the quit word, within the first `count` bytes of the scratch buffer.
    fileprivate mutating func quitLineEnd(_ slot: Int, _ count: Int) -> Int? {
        guard var matcher = self[slot].state else { return nil }
        let end = scratch.withBytes(0..<count) { matcher.firstMatch(in: $0) }
        self[slot].state = matcher
        return end
    }
}

extension IOBuffer {
    /// How many lines end within the first `count` bytes; the rest of a line counts with the bytes that end it.
    fileprivate func lineCount(_ count: Int) -> Int {
        withBytes(0..<count) { bytes in
            var lines = 0
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lines += 1 }
            return lines
        }
    }
}
