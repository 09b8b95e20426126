import Addresses
import SondeSystem
import Testing

@testable import Interfaces
@testable import LocalSockets

/// Interfaces made for the tests.
enum Made {
    static func interface(
        _ index: UInt32,
        _ name: InterfaceName,
        _ state: OperationalState,
        _ addresses: [InterfaceAddress] = [],
        isUp: Bool = true
    ) -> Interface {
        let isLoopback = name == "lo"
        var flags: InterfaceFlags = isUp ? .up : []
        if isLoopback { flags.insert(.loopback) }
        return Interface(
            index: index,
            name: name,
            alternativeNames: [],
            kind: isLoopback ? .loopback : .physical,
            state: state,
            flags: flags,
            mtu: 1500,
            mac: nil,
            addresses: addresses,
            statistics: nil
        )
    }

    static func address(_ text: String, _ scope: AddressScope = .global, _ flags: AddressFlags = []) -> InterfaceAddress {
        let parts = text.split(separator: "/")
        return InterfaceAddress(
            address: IPAddress(parts[0]) ?? .anyV4,
            prefixLength: Int(parts[1]) ?? 0,
            broadcast: text.hasPrefix("192.0.2.") ? IPAddress("192.0.2.255") : nil,
            peer: nil,
            scope: scope,
            label: nil,
            flags: flags
        )
    }

    static let loopback = interface(
        1,
        "lo",
        .up,
        [address("127.0.0.1/8", .host), address("::1/128", .host), address("10.255.0.1/32")]
    )
    static let ethernet = interface(
        2,
        "eth0",
        .up,
        [
            address("192.0.2.10/24"), address("2001:db8::10/64"), address("fe80::10/64", .link), address("169.254.1.1/16", .link),
            address("2001:db8::d/64", .global, .deprecated), address("2001:db8::7/64", .global, .tentative),
            address("2001:db8::8/64", .global, [.tentative, .duplicate]),
            address("2001:db8::9/64", .global, [.tentative, .optimistic]),
        ]
    )
    static let down = interface(3, "eth1", .down, [address("198.51.100.1/24"), address("2001:db8:1::1/64")], isUp: false)
    static let idle = interface(4, "docker0", .down, [address("172.17.0.1/16")])

    static let network = LocalNetwork(
        [loopback, ethernet, down, idle],
        routedAddresses: [IPAddress("203.0.113.5") ?? .anyV4]
    )
    /// A new network namespace, and one without IPv6 outside.
    static let empty = LocalNetwork([interface(1, "lo", .down, isUp: false)])
    static let onlyLoopback = LocalNetwork([interface(1, "lo", .up, [address("127.0.0.1/8", .host), address("::1/128", .host)])])
    static let linkLocal = LocalNetwork([
        interface(1, "lo", .up, [address("127.0.0.1/8", .host), address("::1/128", .host)]),
        interface(2, "eth0", .up, [address("192.0.2.10/24"), address("fe80::10/64", .link)]),
    ])
    static let withoutLoopback = LocalNetwork([
        interface(1, "lo", .down, isUp: false), interface(2, "eth0", .up, [address("192.0.2.10/24")]),
    ])

    static func listener(
        _ address: String,
        _ kind: LocalSocket.Kind = .tcp,
        on interface: UInt32 = 0,
        isV6Only: Bool = false
    ) -> LocalSocket {
        let address = IPAddress(address) ?? .anyV4
        return LocalSocket(
            kind,
            kind == .tcp ? .listen : .close,
            family: address.family,
            local: SocketAddress(address, port: 80),
            isV6Only: address.family == .v6 ? isV6Only : nil,
            interface: interface
        )
    }
}

@Suite("From where a listener can be reached")
struct ReachabilityTests {
    struct Case: CustomTestStringConvertible {
        let socket: LocalSocket
        let network: LocalNetwork
        /// Verdict, then for each family what others reach and whether this machine does.
        let expected: String
        let obstacles: [Reachability.Obstacle]
        var testDescription: String { "\(socket.local) on \(socket.interface ?? 0): \(expected)" }

        init(
            _ socket: LocalSocket,
            _ expected: String,
            _ obstacles: [Reachability.Obstacle] = [],
            in network: LocalNetwork = Made.network
        ) {
            self.socket = socket
            self.network = network
            self.expected = expected
            self.obstacles = obstacles
        }
    }

    static let cases: [Case] = [
        Case(Made.listener("0.0.0.0"), "everywhere v4 everywhere self"),
        Case(Made.listener("::"), "everywhere v4 everywhere self v6 everywhere self"),
        Case(Made.listener("::", isV6Only: true), "everywhere v6 everywhere self"),
        Case(Made.listener("::ffff:0.0.0.0"), "everywhere v4 everywhere self"),
        Case(Made.listener("127.0.0.1"), "thisMachine v4 none self"),
        Case(Made.listener("127.9.9.9"), "thisMachine v4 none self"),
        Case(Made.listener("::1"), "thisMachine v6 none self"),
        Case(Made.listener("10.255.0.1"), "everywhere v4 everywhere self"),
        Case(Made.listener("192.0.2.10"), "everywhere v4 everywhere self"),
        Case(Made.listener("::ffff:192.0.2.10"), "everywhere v4 everywhere self"),
        Case(Made.listener("169.254.1.1"), "interface v4 link self"),
        Case(Made.listener("2001:db8::d"), "everywhere v6 everywhere self", [.deprecated]),
        Case(Made.listener("2001:db8::7"), "nowhere v6 none", [.tentative]),
        Case(Made.listener("2001:db8::8"), "nowhere v6 none", [.duplicate]),
        Case(Made.listener("2001:db8::9"), "everywhere v6 everywhere self"),
        Case(Made.listener("198.51.100.1"), "thisMachine v4 none self", [.interfaceDown("eth1")]),
        Case(Made.listener("2001:db8:1::1"), "nowhere v6 none", [.interfaceDown("eth1")]),
        Case(Made.listener("172.17.0.1"), "thisMachine v4 none self", [.noCarrier("docker0")]),
        Case(Made.listener("203.0.113.5"), "everywhere v4 everywhere self"),
        Case(Made.listener("203.0.113.6"), "nowhere v4 none", [.addressGone]),
        Case(Made.listener("0.0.0.0", on: 2), "interface v4 everywhere self"),
        Case(Made.listener("::", on: 2), "interface v4 everywhere self v6 everywhere self"),
        Case(Made.listener("fe80::10", on: 2), "interface v6 link self"),
        Case(Made.listener("0.0.0.0", on: 1), "thisMachine v4 none self"),
        Case(Made.listener("0.0.0.0", on: 3), "nowhere v4 none", [.interfaceDown("eth1")]),
        Case(Made.listener("172.17.0.1", on: 4), "thisMachine v4 none self", [.noCarrier("docker0")]),
        Case(Made.listener("172.17.0.1", on: 2), "interface v4 everywhere", [.noCarrier("docker0")]),
        Case(Made.listener("0.0.0.0", on: 9), "nowhere v4 none", [.interfaceGone(9)]),
        Case(Made.listener("0.0.0.0"), "nowhere v4 none", [.noOtherAddress, .loopbackDown], in: Made.empty),
        Case(Made.listener("127.0.0.1"), "nowhere v4 none", [.loopbackDown], in: Made.empty),
        Case(Made.listener("::"), "thisMachine v4 none self v6 none self", [.noOtherAddress], in: Made.onlyLoopback),
        Case(Made.listener("::"), "everywhere v4 everywhere self v6 link self", in: Made.linkLocal),
        Case(Made.listener("0.0.0.0"), "everywhere v4 everywhere", [.loopbackDown], in: Made.withoutLoopback),
        Case(Made.listener("192.0.2.10"), "everywhere v4 everywhere", [.loopbackDown], in: Made.withoutLoopback),
        Case(Made.listener("224.0.0.251", .udp), "interface v4 link self"),
        Case(Made.listener("239.1.2.3", .udp), "everywhere v4 everywhere self"),
        Case(Made.listener("192.0.2.255", .udp), "interface v4 link self"),
        Case(Made.listener("255.255.255.255", .udp), "interface v4 link self"),
    ]

    @Test("addresses, interfaces and their states", arguments: cases)
    func verdicts(_ row: Case) {
        let found = row.network.reachability(of: row.socket)
        let families = [IPAddress.Family.v4, .v6].compactMap { family in
            found.reaches[family].map { "\(family) \($0.others)\($0.isFromThisMachine ? " self" : "")" }
        }
        #expect("\(found.verdict) \(families.joined(separator: " "))" == row.expected)
        #expect(found.obstacles == row.obstacles)
    }

    @Test("Unix sockets are of this machine")
    func unix() {
        let path = LocalSocket(.unixStream, .listen, local: .unix(path: "/run/x"))
        let abstract = LocalSocket(.unixStream, .listen, local: .unix(path: "\0x"))
        #expect(Made.network.reachability(of: path) == Reachability(.path, [:]))
        #expect(Made.network.reachability(of: abstract) == Reachability(.abstractName, [:]))
        #expect(Made.network.reachability(of: path).verdict == .thisMachine)
    }

    @Test("the kernel is asked about addresses that no interface has, and no others")
    func strangers() {
        let addresses = [
            "0.0.0.0", "127.8.8.8", "224.0.0.1", "192.0.2.10", "192.0.2.255", "203.0.113.9", "2001:db8:9::1", "203.0.113.9",
        ]
        let sockets = addresses.map { Made.listener($0) }
        #expect(Made.network.strangers(among: sockets).map { "\($0)" }.sorted() == ["2001:db8:9::1", "203.0.113.9"])
    }
}
