import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import LocalSockets

@Suite("Who listens on a port of this machine")
struct PortListenersTests {
    static func socket(_ address: String, _ kind: LocalSocket.Kind = .tcp, isV6Only: Bool = false) throws -> LocalSocket {
        let address = try #require(IPAddress(address))
        return LocalSocket(
            kind,
            kind == .tcp ? .listen : .close,
            family: address.family,
            local: SocketAddress(address, port: 80),
            isV6Only: address.family == .v6 ? isV6Only : nil
        )
    }

    @Test("the listener of the address before a wildcard one, and none of another family")
    func choice() throws {
        let listeners = PortListeners(
            tcp: [try Self.socket("::", isV6Only: true), try Self.socket("0.0.0.0"), try Self.socket("192.0.2.1")],
            udp: [try Self.socket("::1", .udp)]
        )
        func chosen(_ transport: Transport, _ address: String) -> String {
            IPAddress(address).flatMap { listeners.listener(transport, at: $0) }.map { "\($0.local)" } ?? "-"
        }
        #expect(chosen(.tcp, "192.0.2.1") == "192.0.2.1:80")
        #expect(chosen(.tcp, "::ffff:192.0.2.1") == "192.0.2.1:80")
        #expect(chosen(.tcp, "127.0.0.1") == "0.0.0.0:80")
        #expect(chosen(.tcp, "::1") == "[::]:80")
        #expect(chosen(.udp, "::1") == "[::1]:80")
        #expect(chosen(.udp, "127.0.0.1") == "-")
        let dual = PortListeners(tcp: [try Self.socket("::")], udp: [])
        #expect(dual.listener(.tcp, at: .loopbackV4) != nil)
        #expect(dual.listener(.tcp, at: .loopbackV6) != nil)
    }

    @Test("the kernel's answer for listeners of this test: queue, limit, family, user")
    func loopback() throws {
        let listener = try Descriptor.socket(.v4, .stream)
        try listener.borrowed.bind(to: RawSocketAddress(Endpoint(.loopbackV4, port: 0)))
        try listener.borrowed.listen(backlog: 1)
        let endpoint = try #require(try listener.borrowed.localAddress()?.endpoint)
        let before = try #require(try PortListeners.current(port: endpoint.port).listener(.tcp, at: .loopbackV4))
        #expect(before.queue == LocalSocket.Queue(waiting: 0, limit: 1))
        #expect(before.user == FileSystem.effectiveUser && before.inode != 0 && before.cookie != 0)
        #expect(before.drops == 0 && before.interface == 0)
        // Two connections fill a queue whose limit is one.
        let first = try Descriptor.socket(.v4, .stream)
        let second = try Descriptor.socket(.v4, .stream)
        for client in [first.borrowed, second.borrowed] { _ = client.connect(to: RawSocketAddress(endpoint)) }
        let after = try #require(try PortListeners.current(port: endpoint.port).listener(.tcp, at: .loopbackV4))
        #expect(after.queue == LocalSocket.Queue(waiting: 2, limit: 1) && after.queue?.isFull == true)
        #expect(after.cookie == before.cookie)
        #expect(try PortListeners.current(port: endpoint.port).listener(.tcp, at: .loopbackV6) == nil)
        let connections = try SocketTable.current(SocketQuery(.connected, kinds: [.tcp])).sockets
        let ours = connections.filter { $0.peer == endpoint }
        #expect(ours.count == 2 && ours.allSatisfy { $0.connection != nil && $0.state == .established })
        withExtendedLifetime((first.number, second.number)) {}
    }

    @Test("IPv6-only and dual-stack listeners, and a UDP socket on the port", arguments: [true, false])
    func families(_ isV6Only: Bool) throws {
        let listener = try Descriptor.socket(.v6, .stream)
        try listener.borrowed.set(.v6Only, to: isV6Only ? 1 : 0)
        try listener.borrowed.bind(to: RawSocketAddress(Endpoint(.anyV6, port: 0)))
        try listener.borrowed.listen(backlog: 7)
        let port = try #require(try listener.borrowed.localAddress()?.endpoint?.port)
        let found = try PortListeners.current(port: port)
        #expect(found.listener(.tcp, at: .loopbackV6)?.isV6Only == isV6Only)
        #expect((found.listener(.tcp, at: .loopbackV4) == nil) == isV6Only)
        let datagrams = try Descriptor.socket(.v4, .datagram)
        try datagrams.borrowed.bind(to: RawSocketAddress(Endpoint(.loopbackV4, port: 0)))
        let other = try #require(try datagrams.borrowed.localAddress()?.endpoint?.port)
        let udp = try #require(try PortListeners.current(port: other).listener(.udp, at: .loopbackV4))
        #expect(udp.kind == .udp && udp.isListener && udp.queue?.limit ?? 0 > 0 && udp.queue?.isFull == false)
    }
}
