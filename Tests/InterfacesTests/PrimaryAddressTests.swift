import Addresses
import Testing

@testable import Interfaces

@Suite("The primary address")
struct PrimaryAddressTests {
    private func route(
        _ destination: String,
        via gateway: String? = nil,
        dev interface: UInt32? = nil,
        type: UInt8 = RouteDetails.unicast,
        metric: UInt32 = 0
    ) throws -> RouteDetails {
        let prefix = try #require(IPPrefix(destination))
        let isV4 = prefix.network.family == .v4
        func attribute(_ type: UInt8, _ value: [UInt8]) -> [UInt8] { [UInt8(4 + value.count), 0, type, 0] + value }
        func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
        var payload: [UInt8] = [isV4 ? 2 : 10, UInt8(prefix.length), 0, 0, 254, 3, 0, type, 0, 0, 0, 0]
        if prefix.length > 0 { payload += attribute(1, prefix.network.networkBytes) }
        if let gateway = gateway.flatMap({ IPAddress($0) }) { payload += attribute(5, gateway.networkBytes) }
        if let interface { payload += attribute(4, number(interface)) }
        payload += attribute(6, number(metric))
        return try #require(try RouteDetails(payload.span))
    }

    @Test("a route is read: destination, gateway, interface, metric, the first of several next hops")
    func parsing() throws {
        let gateway = try route("10.0.0.0/8", via: "10.1.0.1", dev: 7, metric: 20)
        #expect("\(gateway.destination)" == "10.0.0.0/8")
        #expect(gateway.gateway == IPAddress("10.1.0.1"))
        #expect(gateway.interface == 7)
        #expect(gateway.metric == 20)
        #expect(gateway.table == 254)
        let multipath: [UInt8] =
            [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]  // rtmsg: default, main table, unicast
            + [0x24, 0, 9, 0]  // RTA_MULTIPATH, 36 bytes
            + [16, 0, 0, 0, 5, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 1]  // rtnexthop of interface 5, RTA_GATEWAY 192.0.2.1
            + [16, 0, 0, 0, 6, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 2]
        let first = try #require(try RouteDetails(multipath.span))
        #expect(first.interface == 5)
        #expect(first.gateway == IPAddress("192.0.2.1"))
        let cached: [UInt8] = [10, 0, 0, 0, 254, 3, 0, 1, 0, 2, 0, 0]
        #expect(try RouteDetails(cached.span) == nil)
        for count in multipath.indices { _ = try? RouteDetails(Array(multipath[..<count]).span) }
        for index in multipath.indices {
            for value: UInt8 in [0, 1, 3, 4, 0x7F, 0xFF] {
                var copy = multipath
                copy[index] = value
                _ = try? RouteDetails(copy.span)
            }
        }
    }

    @Test("the gateway of an interface: the lowest metric, the main table, unicast default routes only")
    func defaultGateways() throws {
        var table = RoutingTable()
        table.routes = [
            try route("10.0.0.0/8", via: "10.0.0.9", dev: 2), try route("0.0.0.0/0", via: "10.0.0.2", dev: 2, metric: 20),
            try route("0.0.0.0/0", via: "10.0.0.1", dev: 2, metric: 10), try route("0.0.0.0/0", dev: 3),
            try route("0.0.0.0/0", via: "10.0.0.3", dev: 4, type: 7),
        ]
        #expect(table.defaultGateways == [2: try #require(IPAddress("10.0.0.1"))])
        var other = try route("0.0.0.0/0", via: "10.0.0.8", dev: 2)
        other.table = 77
        table.routes.append(other)
        #expect(table.defaultGateways == [2: try #require(IPAddress("10.0.0.1"))])
    }

    struct Outside: CustomTestStringConvertible {
        let name: String
        let routes: [String]
        var rules: [String] = []
        var family = IPAddress.Family.v4
        let expected: String
        var testDescription: String { name }
    }

    static let outside: [Outside] = [
        Outside(name: "a default route", routes: ["0.0.0.0/0", "10.0.0.0/8"], expected: "198.41.0.4"),
        Outside(name: "no route", routes: [], expected: "198.41.0.4"),
        Outside(name: "a route to the usual destination", routes: ["0.0.0.0/0", "198.41.0.0/24"], expected: "1.0.0.0"),
        Outside(name: "a blackhole for it alone", routes: ["198.41.0.4/32"], expected: "1.0.0.0"),
        Outside(name: "a rule for it", routes: [], rules: ["198.41.0.0/16"], expected: "1.0.0.0"),
        Outside(name: "routes to it and to the next ones", routes: ["198.0.0.0/8", "1.0.0.0/8", "2.0.0.0/7"], expected: "4.0.0.0"),
        Outside(name: "two halves in place of a default route", routes: ["0.0.0.0/1", "128.0.0.0/1"], expected: "198.41.0.4"),
        Outside(
            name: "routes to all of the internet",
            routes: (0..<32).map { "\($0 * 8).0.0.0/5" },
            expected: "198.41.0.4"
        ),
        Outside(
            name: "private networks are passed over",
            routes: ["198.0.0.0/7", "1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/7"],
            expected: "11.0.0.0"
        ),
        Outside(name: "IPv6", routes: ["::/0", "2000::/3"], family: .v6, expected: "2001:503:ba3e::2:30"),
        Outside(name: "an IPv6 route to the usual destination", routes: ["2001:503::/32"], family: .v6, expected: "2000::"),
        Outside(name: "and to the next ones", routes: ["2001:500::/24", "2000::/16"], family: .v6, expected: "2001:200::"),
    ]

    @Test("a destination to which only default routes lead", arguments: outside)
    func outsideDestination(_ example: Outside) throws {
        let routes = try example.routes.map { try route($0, via: example.family == .v4 ? "10.0.0.1" : "fe80::1") }
        let table = RoutingTable(routes: routes, ruleDestinations: example.rules.compactMap { IPPrefix($0) })
        let found = table.outsideDestination(example.family)
        #expect("\(found)" == example.expected)
    }

    @Test("the first gap, against trying each address")
    func gaps() throws {
        var state: UInt64 = 88_172_645_463_325_252
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let first = try #require(IPAddress("10.0.0.0"))
        let last = try #require(IPAddress("10.0.0.255"))
        for _ in 0..<500 {
            let blocks = (0..<next(9)).compactMap { _ in IPPrefix("10.0.0.\(next(256))/\(24 + next(9))") }
            let tried = (0...255).lazy.map { IPAddress(v4: first.v4Bits + $0) }.first { address in
                !blocks.contains { $0.contains(address) }
            }
            #expect(RoutingTable.firstGap(in: first...last, outside: blocks) == tried, "\(blocks)")
        }
    }

    private func interface(
        _ index: UInt32,
        kind: String = "physical",
        state: OperationalState = .up,
        flags: InterfaceFlags = .up,
        _ addresses: [InterfaceAddress]
    ) -> Interface {
        Interface(
            index: index,
            name: InterfaceName("e\(index)"),
            alternativeNames: [],
            kind: InterfaceKind(rawValue: kind),
            state: state,
            flags: flags,
            mtu: 1500,
            mac: nil,
            addresses: addresses,
            statistics: nil
        )
    }

    private func address(_ text: String, scope: AddressScope? = nil, flags: AddressFlags = []) throws -> InterfaceAddress {
        Example.address(try #require(IPAddress(text)), scope: scope, flags: flags)
    }

    @Test("without a default route: the widest network behind a gateway, then a physical interface, then the lowest index")
    func withoutDefaultRoute() throws {
        let all = [
            interface(1, kind: "loopback", flags: [.up, .loopback], [try address("127.0.0.1")]),
            interface(2, kind: "bridge", [try address("172.17.0.1")]),
            interface(3, [try address("10.1.0.5")]),
            interface(4, [try address("10.2.0.5")]),
            interface(5, state: .down, [try address("10.3.0.5")]),
        ]
        func chosen(_ interfaces: [Interface], _ routes: [RouteDetails], _ family: IPAddress.Family = .v4) -> String? {
            PrimaryAddress.withoutDefaultRoute(family, of: interfaces, routes).map { "\($0.address)" }
        }
        #expect(chosen(all, []) == "10.1.0.5")
        #expect(chosen(all, [try route("10.0.0.0/8", via: "10.2.0.1", dev: 4)]) == "10.2.0.5")
        let narrowAndWide = [try route("10.9.0.0/16", via: "10.1.0.1", dev: 3), try route("10.0.0.0/8", via: "172.17.0.2", dev: 2)]
        #expect(chosen(all, narrowAndWide) == "172.17.0.1")
        let byMetric = [
            try route("10.0.0.0/8", via: "10.1.0.1", dev: 3, metric: 20),
            try route("10.0.0.0/8", via: "10.2.0.1", dev: 4, metric: 10),
        ]
        #expect(chosen(all, byMetric) == "10.2.0.5")
        #expect(
            chosen(all, [try route("10.0.0.0/8", via: "10.3.0.1", dev: 5)]) == "10.1.0.5",
            "an interface that is down serves nobody"
        )
        #expect(chosen(Array(all.prefix(1)), []) == nil)
        #expect(chosen(all, [], .v6) == nil)
    }

    @Test("without a default route: addresses that others can't use come last or not at all")
    func usable() throws {
        func chosen(_ addresses: [InterfaceAddress]) -> String? {
            let family = addresses.first?.address.family ?? .v4
            return PrimaryAddress.withoutDefaultRoute(family, of: [interface(3, addresses)], []).map { "\($0.address)" }
        }
        #expect(chosen([try address("169.254.1.1"), try address("10.0.0.1")]) == "10.0.0.1")
        #expect(chosen([try address("169.254.1.1")]) == "169.254.1.1")
        #expect(chosen([try address("fe80::1")]) == nil)
        #expect(chosen([try address("10.0.0.1", scope: .host)]) == nil)
        #expect(chosen([try address("fd00::1", flags: .tentative), try address("fd00::2", flags: .duplicate)]) == nil)
        let kept = try address("fd00::4")
        #expect(chosen([try address("fd00::2", flags: .temporary), try address("fd00::3", flags: .deprecated), kept]) == "fd00::4")
        #expect(chosen([try address("10.0.0.1"), try address("10.0.0.2", flags: .temporary)]) == "10.0.0.1")
    }
}
