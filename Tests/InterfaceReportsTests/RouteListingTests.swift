import Addresses
import Console
import Testing

@testable import InterfaceReports
@testable import Interfaces

@Suite struct RouteListingTests {
    static func listing(_ destination: String, _ source: String, gateway: String?, mtu: UInt32?) -> RouteListing {
        func ip(_ text: String) -> IPAddress { IPAddress(text) ?? .anyV4 }
        return RouteListing(
            target: "example.org",
            route: RouteToward(ip(destination), from: ip(source), on: "eth\u{1B}0", gateway: gateway.map(ip), mtu: mtu)
        )
    }

    static let full = listing("198.51.100.7", "192.0.2.17", gateway: "192.0.2.1", mtu: 1500)
    static let local = listing("::1", "::1", gateway: nil, mtu: nil)

    static func written(_ write: (inout TextBuffer) -> Void) -> String {
        var text = TextBuffer()
        write(&text)
        return text.string
    }

    @Test func table() {
        #expect(
            Self.written { Self.full.writeTable(into: &$0, .plain) } == """
                TO            FROM        INTERFACE  GATEWAY     MTU
                198.51.100.7  192.0.2.17  eth\\x1b0   192.0.2.1  1500

                """
        )
    }

    @Test func plain() {
        #expect(Self.written { Self.full.writePlain(into: &$0) } == "198.51.100.7\t192.0.2.17\teth\\x1b0\t192.0.2.1\t1500\n")
        #expect(Self.written { Self.local.writePlain(into: &$0) } == "::1\t::1\teth\\x1b0\t-\t-\n")
    }

    @Test func json() {
        #expect(
            Self.written { Self.full.writeJSON(into: &$0) }
                == #"{"type":"route","target":"example.org","address":"198.51.100.7","source":"192.0.2.17","interface":"eth\u001b0","gateway":"192.0.2.1","mtu":1500}"#
                + "\n"
        )
        #expect(Self.written { Self.local.writeJSON(into: &$0) }.hasSuffix(#""gateway":null,"mtu":null}"# + "\n"))
    }
}
