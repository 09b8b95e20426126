import Addresses
import LocalSockets
import SondeSystem
import Testing

@testable import Probing

@Suite("What this machine's sockets say of a port")
struct LocalListenerTests {
    private static func socket(
        _ address: String,
        _ kind: LocalSocket.Kind = .tcp,
        isV6Only: Bool = false,
        waiting: UInt32 = 0
    ) -> LocalSocket {
        let bound = IPAddress(address) ?? .anyV4
        return LocalSocket(
            kind,
            kind == .tcp ? .listen : .close,
            family: bound.family,
            local: .ip(Endpoint(bound, port: 80), zone: 0),
            isV6Only: bound.family == .v6 ? isV6Only : nil,
            queue: LocalSocket.Queue(waiting: waiting, limit: 4)
        )
    }

    @Test(
        "who has the port",
        arguments: [
            ([], "192.0.2.1", .nobody, nil), ([socket("0.0.0.0")], "192.0.2.1", .listening, "0.0.0.0"),
            ([socket("::")], "192.0.2.1", .listening, "::"), ([socket("::", isV6Only: true)], "192.0.2.1", .otherFamily, "::"),
            ([socket("0.0.0.0")], "2001:db8::1", .otherFamily, "0.0.0.0"),
            ([socket("127.0.0.1")], "192.0.2.1", .otherAddress, "127.0.0.1"),
            ([socket("0.0.0.0", waiting: 5)], "192.0.2.1", .fullQueue, "0.0.0.0"),
            ([socket("0.0.0.0", waiting: 4)], "192.0.2.1", .listening, "0.0.0.0"),
            ([socket("0.0.0.0", .udp)], "192.0.2.1", .otherTransport, "0.0.0.0"),
            ([socket("127.0.0.1", .udp)], "192.0.2.1", .nobody, nil),
        ] as [([LocalSocket], String, LocalListener.Kind, String?)]
    )
    func kinds(sockets: [LocalSocket], target: String, kind: LocalListener.Kind, address: String?) throws {
        let listeners = PortListeners(tcp: sockets.filter { $0.kind == .tcp }, udp: sockets.filter { $0.kind == .udp })
        let listener = LocalListener(listeners, .tcp, at: try #require(IPAddress(target)))
        #expect(listener.kind == kind && listener.address?.description == address)
    }

    @Test("several addresses are counted")
    func several() throws {
        let listeners = PortListeners(tcp: [Self.socket("127.0.0.1"), Self.socket("192.0.2.7")], udp: [])
        let listener = LocalListener(listeners, .tcp, at: try #require(IPAddress("192.0.2.1")))
        #expect(listener.kind == .otherAddress && listener.addressCount == 2)
    }
}
