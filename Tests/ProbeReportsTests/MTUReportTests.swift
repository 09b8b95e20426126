import Addresses
import Console
import PathTracing
import Testing

@testable import ProbeReports
@testable import SondeSystem

@Suite("The largest packet, as text and JSON")
struct MTUReportTests {
    private static func report(_ outcome: MTUSearch.Outcome, target: String = "192.0.2.1", isJSON: Bool = false) -> String {
        var text = TextBuffer()
        let address = ResolvedAddress(IPAddress(target) ?? IPAddress(v4: 0xC000_0201))
        MTUReport(target: target, address: address, port: 9, outcome)
            .write(into: &text, isJSON: isJSON, ReportStream(width: nil, .plain))
        return text.string
    }

    static let cases: [(MTUSearch.Outcome, String, String)] = [
        (
            .found(mtu: 1500, reportedBy: nil, isBlackHole: false), "192.0.2.1",
            "192.0.2.1  mtu 1500\n  → the whole path carries this machine's own 1500 bytes; the MSS is at most 1460\n"
        ),
        (
            .found(mtu: 1400, reportedBy: IPAddress("10.9.1.2"), isBlackHole: false), "h.example",
            "h.example (192.0.2.1)  mtu 1400\n  → 10.9.1.2 reports that its next link carries 1400 bytes; the MSS is at most 1360\n"
        ),
        (
            .found(mtu: 1400, reportedBy: nil, isBlackHole: true), "192.0.2.1",
            "192.0.2.1  mtu 1400\n  → packets over 1400 bytes vanish and no router reports it: clamp the MSS to 1360, or let ICMP 3/4 pass\n"
        ),
        (
            .found(mtu: 1400, reportedBy: nil, isBlackHole: true), "2001:db8::1",
            "2001:db8::1  mtu 1400\n  → packets over 1400 bytes vanish and no router reports it: clamp the MSS to 1340, or let ICMPv6 2/0 pass\n"
        ),
        (
            .silentTarget, "192.0.2.1",
            "192.0.2.1  mtu unknown\n  → no answer from UDP port 9, not even to a small packet: name a port that answers, or a closed one "
                + "that is not filtered\n"
        ),
    ]

    @Test(arguments: cases)
    func text(outcome: MTUSearch.Outcome, target: String, expected: String) {
        #expect(Self.report(outcome, target: target) == expected)
    }

    @Test func json() {
        let head = #"{"type":"mtu","target":"192.0.2.1","address":"192.0.2.1","port":9,"#
        let router = IPAddress("10.9.1.2")
        #expect(
            Self.report(.found(mtu: 1400, reportedBy: router, isBlackHole: false), isJSON: true).hasPrefix(
                head + #""mtu":1400,"reported_by":"10.9.1.2","black_hole":false,"verdict":"10.9.1.2 reports"#
            )
        )
        #expect(
            Self.report(.silentTarget, isJSON: true).hasPrefix(
                head + #""mtu":null,"reported_by":null,"black_hole":null,"verdict":"no "#
            )
        )
    }
}
