import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Serving

/// A service that answers each byte with `answer` more bytes, one byte's answer per turn, and keeps count of what it is asked.
private struct CountingHandler: ConnectionHandler {
    typealias State = Int

    var answer = 1
    var mostQueued = 0
    var receivedAfterEnd = 0
    var opened = 0
    var refused: [Refusal] = []
    var reasons: [CloseReason] = []
    let stop: StopToken
    /// Ends the server once so many clients are gone.
    var stopsAfter = Int.max

    mutating func opened(_ socket: BorrowedDescriptor, number: UInt64, _ transport: Transport, _ peer: SocketAddress) -> Int {
        opened += 1
        return 0
    }

    mutating func refused(_ transport: Transport, _ peer: SocketAddress, _ reason: Refusal) { refused.append(reason) }
    mutating func ranOut(_ error: SystemError) {}

    mutating func receive(_ slot: Int, _ count: Int, _ connections: inout Connections<Int>) {
        connections[slot].state += count
        mostQueued = max(mostQueued, connections[slot].state)
    }

    func isPending(_ state: borrowing Int) -> Bool { state > 0 }

    mutating func proceed(_ slot: Int, _ connections: inout Connections<Int>) {
        connections[slot].state -= 1
        connections.send(slot, [UInt8](repeating: 0x2E, count: answer))
    }

    mutating func closed(_ connection: borrowing Connection<Int>, _ reason: CloseReason, at now: MonotonicTime) {
        reasons.append(reason)
        if reasons.count == stopsAfter { stop.stop() }
    }
}

@Suite("The core of a server")
struct ServerLoopTests {
    /// Runs a server in this thread beside a client in another one, and returns the handler as the server left it.
    private func serve(
        _ change: (inout ServerConfiguration) -> Void = { _ in },
        handler: (StopToken) -> CountingHandler,
        client: @escaping @Sendable (RawSocketAddress, StopToken) -> Void
    ) throws -> CountingHandler {
        var configuration = ServerConfiguration(listeners: [ListenRequest(.tcp, SocketAddress(.loopbackV4, port: 0))])
        change(&configuration)
        let stop = try StopToken()
        let listeners = try ListenerSet(configuration.listeners, configuration.options, workers: 1).ofWorker[0]
        var loop = try ServerLoop(
            handler(stop),
            listeners,
            configuration,
            Admission(),
            readSize: 64,
            scratchSize: 64,
            stop: stop
        )
        let address = listeners[0].address
        let thread = try WorkerThreads.start {
            guard let raw = RawSocketAddress(address) else { return }
            client(raw, stop)
        }
        try loop.run()
        thread.join()
        return loop.handler
    }

    private static func connect(_ address: RawSocketAddress) -> Descriptor? {
        guard let socket = try? Descriptor.socket(domain: 2, .stream) else { return nil }
        _ = socket.borrowed.connect(to: address)
        _ = try? socket.borrowed.wait(for: .writable, until: .now + .seconds(10))
        return socket
    }

    /// Reads up to the peer's end or a reset.
    private static func readAll(_ socket: borrowing Descriptor) -> Int {
        var count = 0
        var bytes = [UInt8](repeating: 0, count: 65536)
        while (try? socket.borrowed.wait(for: .readable, until: .now + .seconds(20))) == true {
            switch try? socket.borrowed.receive(into: &bytes) {
            case .bytes(let more): count += more
            case .wouldBlock: continue
            case .end, nil: return count
            }
        }
        return count
    }

    private static func writeAll(_ socket: borrowing Descriptor, _ count: Int) {
        var left = count
        while left > 0, (try? socket.borrowed.wait(for: .writable, until: .now + .seconds(20))) == true {
            guard case .bytes(let sent)? = try? socket.borrowed.send([UInt8](repeating: 0x78, count: min(left, 4096))) else {
                return
            }
            left -= sent
        }
    }

    @Test("a client whose requests are pending is not read: what waits is one read at most")
    func backPressure() throws {
        let handler = try serve { stop in
            CountingHandler(stop: stop, stopsAfter: 1)
        } client: { address, _ in
            guard let socket = Self.connect(address) else { return }
            Self.writeAll(socket, 2000)
            try? socket.borrowed.shutdownSending()
            #expect(Self.readAll(socket) == 2000)
        }
        #expect(handler.mostQueued <= 64)
        #expect(handler.reasons == [.fin])
    }

    @Test("everything that was asked before the FIN is answered, however slowly the client reads")
    func answersAfterFIN() throws {
        let handler = try serve { stop in
            CountingHandler(answer: 100_000, stop: stop, stopsAfter: 1)
        } client: { address, _ in
            guard let socket = Self.connect(address) else { return }
            Self.writeAll(socket, 60)
            try? socket.borrowed.shutdownSending()
            #expect(Self.readAll(socket) == 6_000_000)
        }
        #expect(handler.reasons == [.fin])
    }

    @Test("more clients than may be are reset, and a place that is free again is given away")
    func admission() throws {
        let handler = try serve { configuration in
            configuration.maximumClients = 1
        } handler: { stop in
            CountingHandler(stop: stop)
        } client: { address, stop in
            for turn in 0..<2 {
                guard let first = Self.connect(address) else { return }
                Self.writeAll(first, 1)
                _ = try? first.borrowed.wait(for: .readable, until: .now + .seconds(10))
                guard let second = Self.connect(address) else { return }
                #expect(Self.readAll(second) == 0, "turn \(turn)")
                try? first.borrowed.shutdownSending()
                #expect(Self.readAll(first) == 1, "turn \(turn)")
            }
            stop.stop()
        }
        #expect(handler.opened == 2 && handler.refused == [.tooManyClients, .tooManyClients])
        #expect(handler.reasons == [.fin, .fin])
    }

    @Test("a drain gives idle clients a FIN, and an abort closes whoever stays")
    func drainAndAbort() throws {
        let handler = try serve { stop in
            CountingHandler(stop: stop)
        } client: { address, stop in
            guard let leaves = Self.connect(address), let stays = Self.connect(address) else { return }
            for socket in [leaves.borrowed, stays.borrowed] { _ = try? socket.send([0x78]) }
            for socket in [leaves.borrowed, stays.borrowed] { _ = try? socket.wait(for: .readable, until: .now + .seconds(10)) }
            stop.stop()
            #expect(Self.readAll(leaves) == 1)
            #expect(Self.readAll(stays) == 1)
            _ = leaves
            stop.abort()
        }
        #expect(handler.reasons == [.shutdown, .shutdown])
    }

    @Test("an idle client is closed with its reason")
    func idle() throws {
        let handler = try serve { configuration in
            configuration.idleTimeout = .milliseconds(50)
        } handler: { stop in
            CountingHandler(stop: stop, stopsAfter: 1)
        } client: { address, _ in
            guard let socket = Self.connect(address) else { return }
            #expect(Self.readAll(socket) == 0)
        }
        #expect(handler.reasons == [.idleTimeout])
    }

    @Test("one client and no more, where that is asked for")
    func once() throws {
        let handler = try serve { configuration in
            configuration.servesOnce = true
        } handler: { stop in
            CountingHandler(stop: stop)
        } client: { address, _ in
            guard let socket = Self.connect(address) else { return }
            try? socket.borrowed.shutdownSending()
            _ = Self.readAll(socket)
        }
        #expect(handler.opened == 1 && handler.reasons == [.fin])
    }
}

@Suite("Accepting")
struct AcceptorTests {
    @Test("listeners that can't all be watched are not watched at all, and may be watched later")
    func watchesAllOrNone() throws {
        let request = ListenRequest(.tcp, SocketAddress(.loopbackV4, port: 0))
        let listener = try ListenerSet([request], ListenOptions(), workers: 1).ofWorker[0][0]
        var loop = try EventLoop(batchSize: 4)
        // The second one is in the loop already.
        #expect(throws: Errno.fileExists) { try Acceptor([listener, listener]).watch(with: loop) }
        let acceptor = Acceptor([listener])
        try acceptor.watch(with: loop)
        let raw = try #require(RawSocketAddress(listener.address))
        let socket = try Descriptor.socket(domain: 2, .stream)
        _ = socket.borrowed.connect(to: raw)
        #expect(try loop.wait(until: .now + .seconds(10)) == 1)
    }
}
