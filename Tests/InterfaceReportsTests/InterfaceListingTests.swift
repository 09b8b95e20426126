import Addresses
import Console
import Testing

@testable import InterfaceReports
@testable import Interfaces

/// Each output format of `sonde addrs` over the same three interfaces.
@Suite struct InterfaceListingTests {
    static let listing = InterfaceListing(
        interfaces: [
            interface(1, "lo", "loopback", .up, 65536, mac: [0, 0, 0, 0, 0, 0], [address("127.0.0.1", 8, .host)]),
            interface(
                2,
                "eth\u{1B}0",
                "veth",
                .down,
                1500,
                mac: [2, 0x42, 0xC0, 0, 2, 0x11],
                [
                    address("192.0.2.17", 24, .global, broadcast: "192.0.2.255", label: "eth0:web"),
                    address("2001:db8::17", 64, .global, flags: 0x20),
                ],
                InterfaceStatistics(
                    received: .init(bytes: 1_234_567, packets: 890, errors: 1, dropped: 2),
                    transmitted: .init(bytes: 3, packets: 4, errors: 0, dropped: 0)
                )
            ),
            interface(3, "tun0", "tun", .unknown, nil, mac: nil, [], alternativeNames: ["lan"]),
        ],
        primaries: [PrimaryAddress(ip("192.0.2.17"), interface: 2, .defaultRoute)],
        gateways: [2: ip("192.0.2.1")]
    )

    static func ip(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

    static func interface(
        _ index: UInt32,
        _ name: String,
        _ kind: String,
        _ state: OperationalState,
        _ mtu: UInt32?,
        mac: [UInt8]?,
        _ addresses: [InterfaceAddress],
        _ statistics: InterfaceStatistics? = nil,
        alternativeNames: [String] = []
    ) -> Interface {
        Interface(
            index: index,
            name: InterfaceName(name),
            alternativeNames: alternativeNames.map { InterfaceName($0) },
            kind: InterfaceKind(rawValue: kind),
            state: state,
            flags: [.up],
            mtu: mtu,
            mac: mac.map { MACAddress(bytes: $0) },
            addresses: addresses,
            statistics: statistics
        )
    }

    static func address(
        _ text: String,
        _ prefix: Int,
        _ scope: AddressScope,
        broadcast: String? = nil,
        peer: String? = nil,
        label: String? = nil,
        flags: UInt32 = 0
    ) -> InterfaceAddress {
        InterfaceAddress(
            address: ip(text),
            prefixLength: prefix,
            broadcast: broadcast.map(ip),
            peer: peer.map(ip),
            scope: scope,
            label: label.map { InterfaceName($0) },
            flags: AddressFlags(rawValue: flags)
        )
    }

    static func written(_ write: (inout TextBuffer) -> Void) -> String {
        var text = TextBuffer()
        write(&text)
        return text.string
    }

    @Test func table() {
        let expected = """
            NAME      KIND      STATE      MTU  MAC                ADDRESS          SCOPE
            lo        loopback  up       65536  00:00:00:00:00:00  127.0.0.1/8      host
            eth\\x1b0  veth      down      1500  02:42:c0:00:02:11  192.0.2.17/24    global  primary, label eth0:web
                                                                   2001:db8::17/64  global  deprecated
            tun0      tun       unknown      -  -                  -
                                                                                            altname lan

            """
        #expect(Self.written { Self.listing.writeTable(into: &$0, width: nil, .plain) } == expected)
    }

    @Test func blocksOnANarrowTerminal() {
        let expected = """
            lo  loopback  up  mtu 65536  00:00:00:00:00:00
              127.0.0.1/8  host
            eth\\x1b0  veth  down  mtu 1500  02:42:c0:00:02:11
              192.0.2.17/24  global  primary, label eth0:web
              2001:db8::17/64  global  deprecated
            tun0  tun  unknown
              altname lan

            """
        #expect(Self.written { Self.listing.writeTable(into: &$0, width: 60, .plain) } == expected)
    }

    @Test(
        "An address is coloured by its state, or else by its scope, in table and blocks alike",
        arguments: [
            (AddressScope.global, UInt32(0), ""), (.site, 0, ""), (.link, 0, "\u{1B}[2m"), (.host, 0, "\u{1B}[2m"),
            (.global, 0x01, ""), (.global, 0x20, "\u{1B}[33m"), (.link, 0x40, "\u{1B}[33m"), (.global, 0x08, "\u{1B}[31m"),
        ]
    )
    func colours(scope: AddressScope, flags: UInt32, colour: String) {
        let listing = InterfaceListing(
            interfaces: [
                Self.interface(1, "e", "veth", .up, nil, mac: nil, [Self.address("2001:db8::1", 64, scope, flags: flags)])
            ],
            primaries: [],
            gateways: [:]
        )
        let end = colour.isEmpty ? "" : "\u{1B}[0m"
        for width in [nil, 10] {
            let written = Self.written { listing.writeTable(into: &$0, width: width, Palette(isColored: true)) }
            #expect(written.contains("\(colour)2001:db8::1/64\(end)  \(colour)\(scope)\(end)"), "\(written)")
        }
    }

    @Test func remarks() {
        let addresses = [
            Self.address("10.8.0.2", 32, .link, peer: "10.8.0.1", label: "tun0:x"),
            Self.address("192.0.2.17", 24, .global, flags: 1),
        ]
        let tunnel = Self.interface(3, "tun0", "tun", .down, 1420, mac: nil, addresses)
        let listing = InterfaceListing(interfaces: [tunnel], primaries: [])
        #expect(
            Self.written { listing.writeTable(into: &$0, width: nil, .plain) } == """
                NAME  KIND  STATE   MTU  MAC  ADDRESS        SCOPE
                tun0  tun   down   1420  -    10.8.0.2/32    link    peer 10.8.0.1, label tun0:x
                                              192.0.2.17/24  global  secondary

                """
        )
    }

    @Test func anAddressWithoutADefaultRouteIsMarkedAsSuch() {
        let listing = InterfaceListing(
            interfaces: Self.listing.interfaces,
            primaries: [PrimaryAddress(Self.ip("192.0.2.17"), interface: 2, .localNetwork)]
        )
        #expect(Self.written { listing.writeTable(into: &$0, width: nil, .plain) }.contains("primary without a default route"))
        #expect(Self.written { listing.writePlain(into: &$0) }.contains("192.0.2.17/24\tglobal\tno-default-route\t-\n"))
        #expect(Self.written { listing.writeJSON(into: &$0) }.contains(#""primary":true,"primary_by":"local-network""#))
    }

    @Test func aNameThatIsNotTextHasItsBytesInJSON() {
        var odd = Self.listing.interfaces[0]
        odd = Interface(
            index: odd.index,
            name: InterfaceName(bytes: [0x7A, 0xFF]),
            alternativeNames: [InterfaceName(bytes: [0xFE])],
            kind: odd.kind,
            state: odd.state,
            flags: odd.flags,
            mtu: odd.mtu,
            mac: odd.mac,
            addresses: [],
            statistics: nil
        )
        let listing = InterfaceListing(interfaces: [odd], primaries: [])
        #expect(
            Self.written { listing.writeJSON(into: &$0) }.contains(#""name":"z\\xff","name_hex":"7aff","altnames":["\\xfe"]"#)
        )
    }

    @Test func plain() {
        let expected = """
            lo\tloopback\tup\t00:00:00:00:00:00\t65536\t127.0.0.1/8\thost\t-\t-
            eth\\x1b0\tveth\tdown\t02:42:c0:00:02:11\t1500\t192.0.2.17/24\tglobal\tprimary\t-
            eth\\x1b0\tveth\tdown\t02:42:c0:00:02:11\t1500\t2001:db8::17/64\tglobal\t-\tdeprecated
            tun0\ttun\tunknown\t-\t-\t-\t-\t-\t-

            """
        #expect(Self.written { Self.listing.writePlain(into: &$0) } == expected)
    }

    @Test func addresses() {
        #expect(Self.written { Self.listing.writeAddresses(into: &$0) } == "127.0.0.1\n192.0.2.17\n2001:db8::17\n")
    }

    @Test func statistics() {
        let rows = Self.written { Self.listing.writeStatistics(into: &$0, isPlain: false, .plain) }
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows == [
                ["NAME", "STATE", "BYTES", "PACKETS", "ERRORS", "DROPPED"],
                ["lo", "up", "-", "-", "-", "-", "-"],
                ["eth\\x1b0", "down", "rx", "1.18", "MiB", "890", "1", "2"],
                ["tx", "3", "B", "4", "0", "0"],
                ["tun0", "unknown", "-", "-", "-", "-", "-"],
            ]
        )
    }

    @Test func plainStatistics() {
        let expected = """
            lo\t-\t-\t-\t-\t-\t-\t-\t-
            eth\\x1b0\t1234567\t890\t1\t2\t3\t4\t0\t0
            tun0\t-\t-\t-\t-\t-\t-\t-\t-

            """
        #expect(Self.written { Self.listing.writeStatistics(into: &$0, isPlain: true, .plain) } == expected)
    }

    @Test func json() {
        let lines = Self.written { Self.listing.writeJSON(into: &$0) }.split(separator: "\n")
        #expect(
            lines.first
                == #"{"type":"interface","index":1,"name":"lo","name_hex":null,"altnames":[],"kind":"loopback","state":"up","flags":["UP"],"mtu":65536,"mac":"00:00:00:00:00:00","primary":false,"primary_by":null,"gateway":null,"addresses":[{"family":"inet","address":"127.0.0.1","prefix":8,"netmask":"255.0.0.0","broadcast":null,"peer":null,"scope":"host","label":null,"flags":[],"primary":false}],"statistics":null}"#
        )
        #expect(lines.count == 3)
        #expect(
            lines.last
                == #"{"type":"interface","index":3,"name":"tun0","name_hex":null,"altnames":["lan"],"kind":"tun","state":"unknown","flags":["UP"],"mtu":null,"mac":null,"primary":false,"primary_by":null,"gateway":null,"addresses":[],"statistics":null}"#
        )
        let second = [
            #"{"type":"interface","index":2,"name":"eth\u001b0","name_hex":null,"altnames":[],"kind":"veth","state":"down","flags":["UP"],"mtu":1500,"#,
            #""mac":"02:42:c0:00:02:11","primary":true,"primary_by":"default-route","gateway":"192.0.2.1","addresses":["#,
            #"{"family":"inet","address":"192.0.2.17","prefix":24,"netmask":"255.255.255.0","broadcast":"192.0.2.255","peer":null,"#,
            #""scope":"global","label":"eth0:web","flags":[],"primary":true},"#,
            #"{"family":"inet6","address":"2001:db8::17","prefix":64,"netmask":"ffff:ffff:ffff:ffff::","broadcast":null,"peer":null,"#,
            #""scope":"global","label":null,"flags":["deprecated"],"primary":false}],"#,
            #""statistics":{"rx_bytes":1234567,"rx_packets":890,"rx_errors":1,"rx_dropped":2,"#,
            #""tx_bytes":3,"tx_packets":4,"tx_errors":0,"tx_dropped":0}}"#,
        ]
        #expect(lines.dropFirst().first.map(String.init) == second.joined())
    }

    @Test func aPeerInJSON() {
        let tunnel = Self.interface(3, "t", "tun", .up, nil, mac: nil, [Self.address("10.8.0.2", 32, .host, peer: "10.8.0.1")])
        let json = Self.written { InterfaceListing(interfaces: [tunnel], primaries: []).writeJSON(into: &$0) }
        #expect(json.contains(#""broadcast":null,"peer":"10.8.0.1","scope":"host""#))
    }
}
