import Addresses
import Console
import Testing

@testable import InterfaceReports
@testable import Interfaces

@Suite struct ChangeListingTests {
    static func interface(_ name: InterfaceName, _ state: OperationalState, mtu: UInt32) -> Interface {
        Interface(
            index: 2,
            name: name,
            alternativeNames: [],
            kind: InterfaceKind(rawValue: "veth"),
            state: state,
            flags: .up,
            mtu: mtu,
            mac: nil,
            addresses: [],
            statistics: nil
        )
    }

    static func address(flags: AddressFlags = []) -> InterfaceAddress {
        InterfaceAddress(
            address: IPAddress("fd00::1") ?? .anyV6,
            prefixLength: 64,
            broadcast: nil,
            peer: nil,
            scope: .global,
            label: nil,
            flags: flags
        )
    }

    static let cases: [(InterfaceChange, line: String, kind: String)] = [
        (
            .interface("a\u{1B}", from: nil, to: interface("a\u{1B}", .up, mtu: 1500)), "a\\x1b  interface added  veth  up",
            "interface-added"
        ),
        (.interface("a", from: interface("a", .up, mtu: 1500), to: nil), "a  interface removed", "interface-removed"),
        (
            .interface("b", from: interface("a", .up, mtu: 1500), to: interface("b", .down, mtu: 1400)),
            "b  interface changed  name a → b  state up → down  mtu 1500 → 1400", "interface-changed"
        ),
        (.address("a", from: nil, to: address(flags: .tentative)), "a  address added  fd00::1/64  tentative", "address-added"),
        (.address("a", from: address(flags: .tentative), to: address()), "a  address changed  fd00::1/64", "address-changed"),
        (.address("a", from: address(), to: nil), "a  address removed  fd00::1/64", "address-removed"),
        (
            .defaultRoute("a", gateway: IPAddress("192.0.2.1"), family: .v4, isAdded: true),
            "a  default route added  via 192.0.2.1",
            "default-route-added"
        ),
        (.defaultRoute("a", gateway: nil, family: .v6, isAdded: false), "a  default route removed  IPv6", "default-route-removed"),
        (.lost(12), "notifications lost  12  the differences follow", "notifications-lost"),
    ]

    @Test func lines() {
        for (change, line, kind) in Self.cases {
            var text = TextBuffer()
            ChangeListing(change).writeLine(timeOfDay: "12:00:00.000001", into: &text, .plain)
            let written = text.string
            #expect(written == "12:00:00.000001  \(line)\n")
            var json = TextBuffer()
            ChangeListing(change).writeJSON(time: 1.5, into: &json)
            let object = json.string
            #expect(object.hasPrefix(#"{"type":"change","time":1.500000,"change":"\#(kind)","interface":"#), "\(object)")
        }
    }

    @Test func json() {
        var text = TextBuffer()
        ChangeListing(Self.cases[3].0).writeJSON(time: 2, into: &text)
        ChangeListing(.lost(12)).writeJSON(time: 2, into: &text)
        let written = text.string
        #expect(
            written == """
                {"type":"change","time":2.000000,"change":"address-added","interface":"a","address":"fd00::1","prefix":64,"flags":["tentative"],"state":null,"mtu":null,"gateway":null,"lost":null}
                {"type":"change","time":2.000000,"change":"notifications-lost","interface":null,"address":null,"prefix":null,"flags":[],"state":null,"mtu":null,"gateway":null,"lost":12}

                """
        )
    }
}
