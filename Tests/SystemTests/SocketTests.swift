import Addresses
import Synchronization
import SystemPackage
import Testing

@testable import SondeSystem

@Suite struct SocketTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func connectsAcceptsAndCarriesBytes(host: String) throws {
        let address = try #require(IPAddress(host))
        let listener = try Descriptor.socket(domain: SocketAddress(address, port: 0).domain, .stream)
        try listener.borrowed.set(.reuseAddress, to: 1)
        try listener.borrowed.set(.saveSYN, to: 1)
        try listener.borrowed.bind(to: RawSocketAddress(Endpoint(address, port: 0)))
        try listener.borrowed.listen(backlog: 8)
        let local = try listener.borrowed.localAddress()
        let bound = try #require(local?.endpoint)
        #expect(bound.address == address && bound.port != 0)
        if try listener.borrowed.accept() != nil { Issue.record("a connection before any was made") }

        let ownedClient = try Descriptor.socket(domain: SocketAddress(address, port: 0).domain, .stream)
        let client = ownedClient.borrowed
        let code = client.connect(to: RawSocketAddress(bound))
        #expect(code == nil || code == .nowInProgress)
        var loop = try EventLoop()
        try loop.add(client, for: .writable, token: 7)
        let ready = try loop.wait(until: .now + .seconds(5))
        #expect(ready == 1)
        let token = loop.event(0).token
        #expect(token == 7)
        #expect(try client.pendingError() == nil)

        guard let accepted = try listener.borrowed.accept() else { Issue.record("nothing to accept"); return }
        let peer = accepted.peer
        #expect(try client.localAddress() == peer)
        let ownedServer = accepted.intoDescriptor()
        let server = ownedServer.borrowed
        let syn = try server.savedSYN()
        #expect(syn.first.map { $0 >> 4 } == (address.family == .v4 ? 4 : 6))
        #expect(try client.tcpStatistics().retransmits == 0)

        let sent: [UInt8] = Array("hello".utf8)
        #expect(try sent.withUnsafeBytes { bytes throws(Errno) in try client.send(bytes) } == .bytes(5))
        try client.shutdownSending()
        var room = [UInt8](repeating: 0, count: 16)
        #expect(try room.withUnsafeMutableBytes { bytes throws(Errno) in try server.receive(into: bytes) } == .bytes(5))
        #expect(Array(room.prefix(5)) == sent)
        #expect(try room.withUnsafeMutableBytes { bytes throws(Errno) in try server.receive(into: bytes) } == .end)
    }

    @Test func refusalLeavesTheErrorQueueEmptyAndTheSocketServesAgain() throws {
        let listener = try Descriptor.socket(domain: SocketAddress(.loopbackV4, port: 0).domain, .stream)
        try listener.borrowed.bind(to: RawSocketAddress(Endpoint(.loopbackV4, port: 0)))
        let local = try listener.borrowed.localAddress()
        let closedPort = try #require(local?.endpoint)

        let owned = try Descriptor.socket(domain: SocketAddress(.loopbackV4, port: 0).domain, .stream)
        let client = owned.borrowed
        try client.set(.receiveErrorsV4, to: 1)
        for _ in 0..<3 {
            var code = client.connect(to: RawSocketAddress(closedPort))
            if code == .nowInProgress {
                var loop = try EventLoop()
                try loop.add(client, for: .writable, token: 0)
                let ready = try loop.wait(until: .now + .seconds(5))
                #expect(ready == 1)
                code = try client.pendingError()
            }
            #expect(code == .connectionRefused)
            #expect(client.takeQueuedError() == nil)
            try client.disconnect()
        }
    }

    @Test func readErrorsNameTheirCall() {
        #expect(throws: SystemError("bind", on: "192.0.2.1:1", .addressNotAvailable)) {
            let socket = try naming("socket") { () throws(Errno) in try Descriptor.socket(domain: 2, .stream) }
            try naming("bind", on: "192.0.2.1:1") { () throws(Errno) in
                try socket.borrowed.bind(to: RawSocketAddress(Endpoint(IPAddress(v4: 0xC000_0201), port: 1)))
            }
        }
    }

    @Test(arguments: [
        SocketAddress(.loopbackV4, port: 80), SocketAddress(.loopbackV6, port: 65535),
        SocketAddress(IPAddress(v6High: 0xFE80 << 48, low: 1), port: 1, zone: 3), .unix(path: "/run/x.sock"),
        .unix(path: "\0abstract"), .unix(path: ""),
    ])
    func addressesGoThroughTheSystemsForm(address: SocketAddress) {
        #expect(RawSocketAddress(address)?.address == address)
    }

    @Test func pathsHaveALimit() {
        let longest = SocketAddress.unix(path: "/" + String(repeating: "x", count: SocketAddress.longestUnixPath - 1))
        #expect(RawSocketAddress(longest)?.address == longest)
        #expect(RawSocketAddress(.unix(path: String(repeating: "x", count: SocketAddress.longestUnixPath + 1))) == nil)
        let abstract = SocketAddress.unix(path: "\0" + String(repeating: "x", count: SocketAddress.longestUnixPath))
        #expect(RawSocketAddress(abstract)?.address == abstract)
        #expect(RawSocketAddress(.unix(path: "\0" + String(repeating: "x", count: SocketAddress.longestUnixPath + 1))) == nil)
    }

    @Test(arguments: [
        (1, "EPERM"), (4, "EINTR"), (11, "EAGAIN"), (98, "EADDRINUSE"), (111, "ECONNREFUSED"), (113, "EHOSTUNREACH"),
        (4095, "errno 4095"), (0, "errno 0"),
    ])
    func namesErrors(number: Int32, name: String) {
        #expect(Errno(rawValue: number).name == name)
    }
}

@Suite struct EventLoopTests {
    @Test func wakesFromAnotherThread() throws {
        let waker = try Waker()
        var loop = try EventLoop()
        try loop.add(waker.borrowed, for: .readable, token: 42)
        var ready = try loop.wait(until: .now)
        #expect(ready == 0)
        waker.wake()
        waker.wake()
        ready = try loop.wait(until: nil)
        let event = loop.event(0)
        #expect(ready == 1 && event.token == 42 && event.readiness.contains(.readable))
        waker.drain()
        ready = try loop.wait(until: .now)
        #expect(ready == 0)
    }

    @Test func timersComeInOrder() {
        var timers = TimerQueue<Int>()
        for (order, deadline) in [50, 10, 40, 10, 30, 20].enumerated() {
            timers.schedule(order, at: MonotonicTime(nanoseconds: Int64(deadline)))
        }
        #expect(timers.next == MonotonicTime(nanoseconds: 10))
        #expect(timers.popDue(MonotonicTime(nanoseconds: 9)) == nil)
        var deadlines: [Int] = []
        while let order = timers.popDue(MonotonicTime(nanoseconds: 40)) { deadlines.append([50, 10, 40, 10, 30, 20][order]) }
        #expect(deadlines == [10, 10, 20, 30, 40])
        #expect(timers.count == 1)
    }

    @Test(arguments: [0, 1, 5])
    func runsEachWorkerOnce(count: Int) throws {
        let seen = Mutex<[Int]>([])
        try WorkerThreads.run(count) { index in seen.withLock { $0.append(index) } }
        #expect(seen.withLock { $0.sorted() } == Array(0..<count))
    }
}

@Suite struct ResolverTests {
    @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("fe80::1%1", "fe80::1"), ("fe80::1%lo", "fe80::1")])
    func readsLiterals(name: String, address: String) throws {
        let resolution = try Resolver.resolve(name)
        #expect(resolution.addresses.map(\.address.description) == [address])
        #expect(resolution.addresses[0].zone == (name.contains("%") ? 1 : 0))
        #expect(resolution.elapsed == .zero)
    }

    @Test(arguments: ["", "no.such.host.invalid", "a\0b", "fe80::1%nosuchif", "-.-", "host name"])
    func failsWithTheName(name: String) {
        let error = #expect(throws: ResolutionError.self) { try Resolver.resolve(name) }
        #expect(error?.name == name)
        #expect(error?.reason.isEmpty == false)
    }

    @Test func keepsTheFamilyAskedFor() {
        #expect(throws: ResolutionError.self) { try Resolver.resolve("127.0.0.1", family: .v6) }
        #expect((try? Resolver.resolve("localhost", family: .v4))?.addresses.map(\.address) == [.loopbackV4])
    }
}
