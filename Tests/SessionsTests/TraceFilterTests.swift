import Addresses
import Testing

@testable import Sessions

@Suite("The capture filter of a trace")
struct TraceFilterTests {
    @Test(
        "Segments of the connection, and the ICMP errors that quote them",
        arguments: [
            (
                "192.0.2.1", false,
                "(host 192.0.2.1 and tcp port 80 and tcp port 4000) or (icmp and (icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12) "
                    + "and icmp[30:2] = 80 and icmp[28:2] = 4000)"
            ),
            (
                "192.0.2.1", true,
                "(host 192.0.2.1 and tcp port 80) or (icmp and (icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12) and icmp[30:2] = 80)"
            ),
            (
                "2001:db8::1", false,
                "(host 2001:db8::1 and tcp port 80 and tcp port 4000) or (ip6 and ip6[6] = 58 and ip6[40] < 128 and ip6[90:2] = 80 "
                    + "and ip6[88:2] = 4000)"
            ),
            // This machine, which answers from another address.
            (
                "::", false,
                "(tcp port 80 and tcp port 4000) or (ip6 and ip6[6] = 58 and ip6[40] < 128 and ip6[90:2] = 80 and ip6[88:2] = 4000)"
            ),
        ] as [(String, Bool, String)]
    )
    func expression(_ address: String, anyLocalPort: Bool, _ expected: String) throws {
        let remote = Endpoint(try #require(IPAddress(address)), port: 80)
        #expect(TraceFilter.expression([(localPort: 4000, remote: remote)], anyLocalPort: anyLocalPort) == expected)
    }
}
