import Console
import Probing
import SystemPackage
import Testing

@testable import ProbeReports

@Suite("What to do next")
struct HintTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let results: [ProbeResult]
        var unresolved = 0
        let hints: [String]
        var testDescription: String { name }

        init(_ name: String, _ results: [ProbeResult], unresolved: Int = 0, _ hints: String...) {
            self.name = name
            self.results = results
            self.unresolved = unresolved
            self.hints = hints
        }
    }

    private static func refused(by offender: String, _ reason: Reason = .administrativelyProhibited) -> ProbeResult {
        .made(.filtered, reason, errno: .noRouteToHost, icmp: .from(offender))
    }

    private static let silent = ProbeResult.made(.filtered, .noResponse, errno: .timedOut)
    private static let open = ProbeResult.made(.open, .synAck)
    private static let unansweredDatagram = ProbeResult.made(transport: .udp, .openOrFiltered, .noResponse, errno: .timedOut)
    private static let refusedDatagram = ProbeResult.made(transport: .udp, .closed, .portUnreachable, errno: .connectionRefused)

    private static let isUp =
        "check that the host is up and that a route leads there; with --timeout 4s an unanswered ARP request shows as host-unreach"

    static let cases: [Case] = [
        Case("all is well", [open]),
        Case("one port rejected", [refused(by: "192.0.2.9")], "check the firewall at 192.0.2.9: it rejects this port"),
        Case(
            "several, the busiest firewalls first, three at most",
            ["192.0.2.9", "192.0.2.8", "192.0.2.8", "192.0.2.7", "192.0.2.6", "192.0.2.6", "192.0.2.6"]
                .map { refused(by: $0, .portUnreachable) },
            "check the firewall at 192.0.2.6: it rejects 3 ports",
            "check the firewall at 192.0.2.8: it rejects 2 ports",
            "check the firewall at 192.0.2.7: it rejects this port"
        ),
        Case(
            "a thousand ports",
            Array(repeating: refused(by: "::1"), count: 1000),
            "check the firewall at ::1: it rejects 1,000 ports"
        ),
        Case(
            "a missing route is no firewall",
            [refused(by: "192.0.2.9", .hostUnreachable), refused(by: "192.0.2.9", .networkUnreachable)]
        ),
        Case("nothing answered", [silent, silent], isUp),
        Case("something answered", [silent, open]),
        Case("nothing answered on loopback", [.made(address: "127.0.0.1", .filtered, .noResponse, errno: .timedOut)]),
        Case("no Unix socket answered", [.made(address: nil, transport: .unix, .filtered, .noResponse, errno: .timedOut)]),
        Case(
            "UDP ports closed and silent",
            [refusedDatagram, unansweredDatagram, unansweredDatagram],
            "use --timeout 4s to tell closed ports from silent ones: hosts send about one ICMP error per second"
        ),
        Case("UDP ports that are silent only", [unansweredDatagram]),
        Case("UDP ports that are closed only", [refusedDatagram]),
        Case(
            "a name that does not resolve",
            [open],
            unresolved: 1,
            "check the spelling of the name that does not resolve, query the name server (getent hosts NAME), or give the address"
        ),
        Case(
            "two that do not",
            [open],
            unresolved: 2,
            "check the spelling of the names that do not resolve, query the name server (getent hosts NAME), or give the address"
        ),
        Case(
            "no descriptors left",
            [.made(.error, nil, errno: .tooManyOpenFiles), .made(.error, nil, errno: .noMemory)],
            "lower --concurrency: this machine ran out of resources, too many open files (EMFILE 24)"
        ),
        Case("another local error", [.made(.error, nil, errno: .invalidArgument)]),
    ]

    @Test("follows from what was seen", arguments: cases)
    func hints(_ row: Case) {
        var hints = ProbeHints()
        var tally = ProbeTally()
        tally.unresolved = row.unresolved
        for result in row.results {
            hints.notice(result)
            tally.count(result.verdict)
        }
        var text = TextBuffer()
        hints.write(tally, into: &text, width: 1000, .plain)
        // 120 columns at most, so that a long hint takes two lines.
        let joined = text.string.replacing("\n    ", with: " ").split(separator: "\n").map(String.init)
        #expect(joined == row.hints.map { "  → \($0)" })
    }
}

@Suite("The summary")
struct TallyTests {
    private static let one: [(PortState, String)] = [
        (.open, "1 port: 1 open"), (.closed, "1 port: 1 closed"), (.filtered, "1 port: 1 filtered"),
        (.openOrFiltered, "1 port: 1 filtered"), (.error, "1 port: 1 failed locally"),
    ]

    @Test("of one port", arguments: one)
    func single(_ state: PortState, _ expected: String) {
        var tally = ProbeTally()
        tally.count(Verdict(state, nil))
        #expect(words(tally) == expected)
    }

    @Test("of many")
    func many() {
        var tally = ProbeTally()
        #expect(tally.isEmpty)
        for (state, count) in [(PortState.open, 2), (.closed, 1000), (.filtered, 3), (.openOrFiltered, 4), (.error, 5)] {
            for _ in 0..<count { tally.count(Verdict(state, nil)) }
        }
        #expect(words(tally) == "1,014 ports: 2 open, 1,000 closed, 7 filtered, 5 failed locally")
        #expect((tally.probed, tally.open, tally.closed, tally.filtered, tally.errors) == (1014, 2, 1000, 7, 5))
        #expect(!tally.isEmpty)
    }

    @Test("of none")
    func none() {
        #expect(words(ProbeTally()) == "0 ports: nothing was probed")
        var tally = ProbeTally()
        tally.unresolved = 1
        #expect(!tally.isEmpty)
    }

    private func words(_ tally: ProbeTally) -> String {
        var text = TextBuffer()
        tally.write(into: &text)
        return text.string
    }
}
