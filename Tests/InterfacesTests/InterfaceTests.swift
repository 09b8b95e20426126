import Addresses
import Testing

@testable import Interfaces

@Suite("Interfaces")
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

    @Test("a driver that does not tell its state leaves it to the switch")
    func unknownState() {
        #expect(OperationalState(.unknown, flags: .up) == .up)
        #expect(OperationalState(.unknown, flags: []) == .down)
        #expect(OperationalState(.dormant, flags: .up) == .dormant)
    }

    private func interface(_ name: String, index: UInt32, isUp: Bool = true, altnames: [String] = [], _ addresses: String...)
        -> Interface
    {
        Interface(
            index: index,
            name: InterfaceName(name),
            alternativeNames: altnames.map { InterfaceName($0) },
            kind: .physical,
            state: .up,
            flags: isUp ? .up : [],
            mtu: 1500,
            mac: nil,
            addresses: addresses.compactMap { IPAddress($0) }.map { Example.address($0) },
            statistics: nil
        )
    }

    @Test("interfaces are selected by name, family and switch")
    func selection() throws {
        let all = [
            interface("a0", index: 1, altnames: ["alternative-name-of-a0", "lan"], "10.0.0.1", "fd00::1"),
            interface("b0", index: 2, isUp: false, "10.0.0.2"),
        ]
        func names(_ selection: InterfaceSelection) throws -> [String] {
            try selection.applied(to: all).map { "\($0.name)\($0.addresses.count)" }
        }
        #expect(try names(InterfaceSelection()) == ["a02", "b01"])
        #expect(try names(InterfaceSelection(family: .v6)) == ["a01"])
        #expect(try names(InterfaceSelection(names: ["b0"], family: .v6)) == ["b00"])
        #expect(try names(InterfaceSelection(onlyUp: true)) == ["a02"])
        #expect(try names(InterfaceSelection(names: ["lan"])) == ["a02"])
        #expect(try names(InterfaceSelection(names: ["lan", "a0", "alternative-name-of-a0"])) == ["a02"])
        #expect(throws: UnknownInterface(name: "c0", known: ["a0", "b0"])) { try names(InterfaceSelection(names: ["a0", "c0"])) }
    }

    @Test("names are compared as bytes")
    func bytes() throws {
        let composed = InterfaceName(bytes: [0xC3, 0xA9, 0x78])
        let decomposed = InterfaceName(bytes: [0x65, 0xCC, 0x81, 0x78])
        #expect("\(composed)" == "\(decomposed)", "as text they are equal")
        #expect(composed != decomposed)
        let ff = InterfaceName(bytes: [0x7A, 0xFF])
        #expect("\(ff)" != "\(InterfaceName(bytes: [0x7A, 0xFE]))")
        #expect(InterfaceName("\(ff)") == ff)
        #expect(!ff.isText && composed.isText)
        let all = [interface("\u{E9}x", index: 1, "10.0.0.1"), interface("e\u{301}x", index: 2, "10.0.0.2")]
        #expect(try InterfaceSelection(names: [decomposed]).applied(to: all).map(\.index) == [2])
    }

    @Test("this machine has a loopback interface with its address")
    func thisMachine() throws {
        let loopback = try #require(try Interface.all().first { $0.flags.contains(.loopback) })
        #expect(loopback.kind == .loopback)
        #expect(loopback.mtu != nil)
        #expect(loopback.statistics != nil)
        #expect(loopback.index > 0)
    }

    @Test("the primary address, where there is one, is an address of the interface that it names")
    func primary() throws {
        let all = try Interface.all()
        for primary in try Routing.current([.v4, .v6]).primaryAddresses(of: all) {
            let holder = all.first { $0.index == primary.interface }
            #expect(holder?.addresses.contains { $0.address == primary.address } == true)
        }
    }
}

/// Values for tests, with what does not matter left at its usual value.
enum Example {
    static func address(
        _ address: IPAddress,
        prefix: Int? = nil,
        scope: AddressScope? = nil,
        flags: AddressFlags = []
    ) -> InterfaceAddress {
        InterfaceAddress(
            address: address,
            prefixLength: prefix ?? (address.family == .v4 ? 24 : 64),
            broadcast: nil,
            peer: nil,
            scope: scope ?? (address.isLoopback ? .host : address.isLinkLocal ? .link : .global),
            label: nil,
            flags: flags
        )
    }
}
