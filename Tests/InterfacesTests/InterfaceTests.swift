import Addresses
import SondeSystem
import Testing

@testable import Interfaces

@Suite("Interfaces from the system's list and rtnetlink's details")
struct InterfaceTests {
    struct KindCase: CustomTestStringConvertible {
        let named: String?
        let hardwareType: UInt16
        let expected: String
        var testDescription: String { "\(named ?? "-") on \(hardwareType) is \(expected)" }
    }

    static let kinds: [KindCase] = [
        KindCase(named: nil, hardwareType: 772, expected: "loopback"),
        KindCase(named: nil, hardwareType: 1, expected: "physical"),
        KindCase(named: nil, hardwareType: 32, expected: "infiniband"),
        KindCase(named: nil, hardwareType: 512, expected: "ppp"),
        KindCase(named: nil, hardwareType: 280, expected: "can"),
        KindCase(named: nil, hardwareType: 65534, expected: "other"),
        KindCase(named: "tun", hardwareType: 65534, expected: "tun"),
        KindCase(named: "tun", hardwareType: 1, expected: "tap"),
        KindCase(named: "wireguard", hardwareType: 65534, expected: "wireguard"),
        KindCase(named: "bridge", hardwareType: 1, expected: "bridge"),
        KindCase(named: "macvlan", hardwareType: 1, expected: "macvlan"),
        KindCase(named: "bond", hardwareType: 1, expected: "bond"),
        KindCase(named: "kind-of-tomorrow", hardwareType: 9, expected: "kind-of-tomorrow"),
    ]

    @Test("the kind", arguments: kinds)
    func kind(_ kind: KindCase) {
        #expect(InterfaceKind(named: kind.named, hardwareType: kind.hardwareType).rawValue == kind.expected)
    }

    static let scopes: [(String, AddressScope)] = [
        ("127.0.0.1", .host), ("::1", .host), ("169.254.1.2", .link), ("fe80::1", .link), ("fec0::1", .site), ("10.0.0.1", .global),
        ("fd00::1", .global), ("2001:db8::1", .global),
    ]

    @Test("the scope by an address's form", arguments: scopes)
    func scope(_ text: String, _ expected: AddressScope) throws {
        #expect(AddressScope(of: try #require(IPAddress(text))) == expected)
    }

    @Test("scopes are named as in rt_scopes")
    func scopeNames() {
        #expect(
            [0, 200, 253, 254, 255, 42].map { AddressScope(rawValue: $0).description } == [
                "global", "site", "link", "host", "nowhere", "42",
            ]
        )
    }

    @Test("flags are named as the kernel names them")
    func flagNames() {
        #expect(InterfaceFlags(rawValue: 0x11043).names == ["UP", "BROADCAST", "RUNNING", "MULTICAST", "LOWER_UP"])
        #expect(InterfaceFlags(rawValue: 0x49).names == ["UP", "LOOPBACK", "RUNNING"])
        #expect(InterfaceFlags(rawValue: 1 << 31).names.isEmpty)
    }

    private func link(_ name: String, index: UInt32, type: UInt16 = 1) -> InterfaceEntry {
        let mac = MACAddress(bytes: [2, 0, 0, 0, 0, UInt8(index)])
        return InterfaceEntry(
            name: name,
            flags: InterfaceFlags.up.rawValue,
            content: .link(index: index, hardwareType: type, mac: mac)
        )
    }

    private func address(
        _ name: String,
        _ address: String,
        mask: String,
        other: String? = nil,
        flags: InterfaceFlags = [.up]
    ) throws -> InterfaceEntry {
        let own = try #require(IPAddress(address))
        return InterfaceEntry(
            name: name,
            flags: flags.rawValue,
            content: .address(own, netmask: IPAddress(mask), other: other.flatMap { IPAddress($0) })
        )
    }

    @Test("without details the list alone stands, broadcast and peer told apart by the flag")
    func withoutDetails() throws {
        let interfaces = Interface.assembled(
            from: [
                link("eth0", index: 2), link("tun0", index: 3, type: 65534),
                try address("eth0", "10.0.0.1", mask: "255.255.255.0", other: "10.0.0.255"),
                try address("eth0:web", "10.0.0.9", mask: "255.255.255.255", other: "10.0.0.9"),
                try address("tun0", "10.8.0.1", mask: "255.255.255.255", other: "10.8.0.2", flags: [.up, .pointToPoint]),
                try address("eth0", "fe80::1", mask: "ffff:ffff:ffff:ffff::"),
                try address("gone0", "10.9.9.9", mask: "255.0.0.0"),
            ],
            InterfaceDetails()
        )
        #expect(interfaces.map(\.name) == ["eth0", "tun0"])
        #expect(interfaces[0].kind == .physical)
        #expect(interfaces[0].mtu == nil)
        #expect(interfaces[0].state == .up)
        let eth0 = interfaces[0].addresses
        #expect(eth0.map(\.prefixLength) == [24, 32, 64])
        #expect(eth0.map { $0.broadcast.map { "\($0)" } } == ["10.0.0.255", nil, nil])
        #expect(eth0.map(\.label) == [nil, "eth0:web", nil])
        #expect(eth0.map(\.scope) == [.global, .global, .link])
        #expect(eth0[0].netmask == IPAddress("255.255.255.0"))
        #expect(interfaces[1].addresses.map { $0.peer.map { "\($0)" } } == ["10.8.0.2"])
        #expect(interfaces[1].addresses[0].broadcast == nil)
    }

    @Test("details give the scope, the peer beside a broadcast address, the label's interface, the kind and the counters")
    func withDetails() throws {
        let known = try details(
            message(16, NetlinkTests.vlan),
            message(16, NetlinkTests.dummyWithCounters),
            message(20, NetlinkTests.addressWithPeer)
        )
        let interfaces = Interface.assembled(
            from: [
                link("eth0.5", index: 7), link("dummy0", index: 9),
                try address("eth0.5:a", "10.0.0.1", mask: "255.255.255.255", other: "10.0.0.255"),
            ],
            known
        )
        #expect(interfaces.map(\.kind.rawValue) == ["vlan", "dummy"])
        #expect(interfaces[0].mtu == 1500)
        #expect(interfaces[0].state == .lowerLayerDown)
        #expect(interfaces[1].statistics?.received.bytes == 1 << 32 + 3)
        let address = try #require(interfaces[0].addresses.first)
        #expect(address.peer == IPAddress("10.0.0.2"))
        #expect(address.broadcast == IPAddress("10.0.0.255"))
        #expect(address.scope == .link)
        #expect(address.label == "eth0.5:a")
    }

    @Test("a driver that does not tell its state leaves it to the switch")
    func unknownState() {
        #expect(OperationalState(.unknown, flags: .up) == .up)
        #expect(OperationalState(.unknown, flags: []) == .down)
        #expect(OperationalState(.dormant, flags: .up) == .dormant)
    }

    @Test("the same link-local address on two interfaces stays with each")
    func sameAddressTwice() throws {
        var known = InterfaceDetails()
        for index: UInt8 in [2, 3] {
            // ifaddrmsg: AF_INET6, /64, scope link, index; IFA_ADDRESS fe80::1
            let payload: [UInt8] = [
                10, 64, 0x80, 0xfd, index, 0, 0, 0, 20, 0, 1, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            ]
            _ = try known.add(message(20, payload).span)
        }
        let mask = "ffff:ffff:ffff:ffff::"
        let interfaces = Interface.assembled(
            from: [
                link("b0", index: 3), link("a0", index: 2), try address("b0", "fe80::1", mask: mask),
                try address("a0", "fe80::1", mask: mask),
            ],
            known
        )
        #expect(interfaces.map(\.addresses.count) == [1, 1])
    }

    @Test("interfaces are selected by name, family and switch")
    func selection() throws {
        let all = Interface.assembled(
            from: [
                link("a0", index: 1), InterfaceEntry(name: "b0", flags: 0, content: .link(index: 2, hardwareType: 1, mac: nil)),
                try address("a0", "10.0.0.1", mask: "255.0.0.0"), try address("a0", "fd00::1", mask: "ffff::"),
                try address("b0", "10.0.0.2", mask: "255.0.0.0"),
            ],
            InterfaceDetails()
        )
        func names(_ selection: InterfaceSelection) throws -> [String] {
            try selection.applied(to: all).map { "\($0.name)\($0.addresses.count)" }
        }
        #expect(try names(InterfaceSelection()) == ["a02", "b01"])
        #expect(try names(InterfaceSelection(family: .v6)) == ["a01"])
        #expect(try names(InterfaceSelection(names: ["b0"], family: .v6)) == ["b00"])
        #expect(try names(InterfaceSelection(onlyUp: true)) == ["a02"])
        #expect(throws: UnknownInterface(name: "c0", known: ["a0", "b0"])) { try names(InterfaceSelection(names: ["a0", "c0"])) }
    }

    @Test("this machine has a loopback interface with its address")
    func thisMachine() throws {
        let loopback = try #require(try Interface.all().first { $0.flags.contains(.loopback) })
        #expect(loopback.kind == .loopback)
        #expect(loopback.mtu != nil)
        #expect(loopback.statistics != nil)
        #expect(loopback.index > 0)
    }

    @Test("the primary address, where there is one, is an address of this machine")
    func primary() throws {
        let own = try Interface.all().flatMap(\.addresses).map(\.address)
        for family in [IPAddress.Family.v4, .v6] {
            if let primary = try PrimaryAddress.current(family) { #expect(own.contains(primary)) }
        }
    }
}
