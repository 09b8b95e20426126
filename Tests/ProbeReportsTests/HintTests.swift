import Addresses
import Console
import SystemPackage
import Testing

@testable import ProbeReports
@testable import Probing
@testable import SondeSystem

@Suite("What to do next")
struct HintTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let results: [ProbeResult]
        var unresolved: [Bool] = []
        var paces: [PaceReport] = []
        var rate: Double?
        var timeout = Nanoseconds.milliseconds(2000)
        let hints: [String]
        var testDescription: String { name }

        /// - Parameter unresolved: for each name that does not resolve, whether the name server did not answer.
        init(
            _ name: String,
            _ results: [ProbeResult],
            unresolved: [Bool] = [],
            paces: [PaceReport] = [],
            rate: Double? = nil,
            timeout: Nanoseconds = .milliseconds(2000),
            _ hints: String...
        ) {
            self.name = name
            self.results = results
            self.unresolved = unresolved
            self.paces = paces
            self.rate = rate
            self.timeout = timeout
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

    private static let isUp = "check that the host is up and that a route leads there"
    private static let hidden =
        "or use --rate 25, which takes about 7.68 s: a path with a limit of packets per second drops most of what leaves at once, and "
        + "hides open ports"
    private static let late = ProbeResult.made(.closed, .reset, errno: .connectionRefused, retransmits: 2)

    static let cases: [Case] = [
        Case("all is well", [open]),
        Case("many ports of a silent host", Array(repeating: silent, count: 64), isUp, hidden),
        Case("fewer ports of a silent host", Array(repeating: silent, count: 63), isUp),
        Case("many silent ports of a host that answers", Array(repeating: silent, count: 64) + [open]),
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
        Case(
            "this machine's own firewall",
            [
                .made(.filtered, .administrativelyProhibited, errno: .noRouteToHost, icmp: .from("192.0.2.8"), cause: .ownFirewall),
                .made(.filtered, .administrativelyProhibited, errno: .permissionDenied),
            ],
            "check this machine's own firewall and routes: they reject 2 ports"
        ),
        Case(
            "a broadcast address is no firewall",
            [
                .made(
                    transport: .udp,
                    .filtered,
                    .networkUnreachable,
                    errno: .permissionDenied,
                    cause: .groupAddress(isMulticast: false)
                )
            ]
        ),
        Case(
            "an interface that the routes do not use, instead of a host that is down",
            [
                .made(.filtered, .noResponse, errno: .timedOut, cause: .interface(1, route: 2)),
                .made(transport: .udp, .openOrFiltered, .noResponse, errno: .timedOut, cause: .interface(1, route: 2)),
                .made(.filtered, .networkUnreachable, errno: .networkUnreachable, cause: .interface(1, route: 2)),
            ],
            "leave out --interface, or choose the interface that the route uses: sonde addrs --to HOST"
        ),
        Case(
            "ICMP errors that a router limits",
            Array(repeating: refused(by: "198.51.100.9"), count: 6) + Array(repeating: silent, count: 93),
            "check the firewall at 198.51.100.9: it rejects 6 ports",
            "use --rate 1 for the 93 silent ports of 192.0.2.1: 198.51.100.9 limits its ICMP errors, and may reject them as well"
        ),
        Case(
            "one ICMP error beside many silent ports",
            [refused(by: "198.51.100.9")] + Array(repeating: silent, count: 20),
            "check the firewall at 198.51.100.9: it rejects this port",
            "use --rate 1 for the 20 silent ports of 192.0.2.1: 198.51.100.9 limits its ICMP errors, and may reject them as well"
        ),
        Case(
            "two rejected ports beside silent ones are no limit",
            [refused(by: "::9"), refused(by: "::9"), silent],
            "check the firewall at ::9: it rejects 2 ports"
        ),
        Case(
            "everything answers",
            Array(repeating: open, count: 60) + [late],
            "do not trust the open ports of 192.0.2.1: nearly every port answers, so a proxy, load balancer or SYN proxy may accept for "
                + "the host; --banner shows which ports speak"
        ),
        Case("many hosts with an open port each", (1...60).map { .made(address: "192.0.2.\($0)", .open, .synAck) }),
        Case(
            "answers after retransmissions",
            [late, late, late, open, open],
            "try --rate 1: 3 of 5 answers came only after a retransmission, so packets get lost at this pace"
        ),
        Case(
            "the same at a rate that was asked for",
            [late, late, late],
            rate: 250,
            "try --rate 120: 3 of 3 answers came only after a retransmission, so packets get lost at this pace"
        ),
        Case(
            "a path that limits the rate",
            [open],
            paces: [PaceReport(rate: 140.5, askedAgain: 300), PaceReport(rate: 150.2, askedAgain: 400)],
            "use --rate 290 on this path: it drops what is sent faster, so sonde slowed down to about 290 packets per second and asked 700 "
                + "ports again"
        ),
        Case(
            "no IPv6 address",
            [.made(address: "2001:db8::1", .error, nil, errno: .addressNotAvailable, cause: .noAddressOfFamily)],
            "use -4 or an address of the other family: this machine has no IPv6 address"
        ),
        Case("UDP ports closed and silent, with enough time", [refusedDatagram, unansweredDatagram], timeout: .milliseconds(5000)),
        Case(
            "a name server that fails",
            [open],
            unresolved: [true, true],
            "check the name server (/etc/resolv.conf): it fails or cannot be reached; or give the address"
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
            unresolved: [false],
            "check the spelling of the name that does not resolve, query the name server (getent hosts NAME), or give the address"
        ),
        Case(
            "two that do not",
            [open],
            unresolved: [false, true],
            "check the spelling of the names that do not resolve, query the name server (getent hosts NAME), or give the address"
        ),
        Case(
            "no descriptors left",
            [.made(.error, nil, errno: .tooManyOpenFiles), .made(.error, nil, errno: .noMemory)],
            "lower --concurrency: this machine ran out of resources, too many open files (EMFILE 24)"
        ),
        Case("another local error", [.made(.error, nil, errno: .invalidArgument)]),
    ]

    @Test("a name server that does not answer, and one that fails as well", arguments: [false, true])
    func nameServers(failsToo: Bool) {
        var hints = ProbeHints()
        var tally = ProbeTally()
        let silence = ResolutionError(noAnswerFor: "nosuch", within: .milliseconds(2000))
        let failure = ResolutionError(name: "nosuch", reason: "", isTemporary: true, code: -3)
        for error in failsToo ? [silence, failure] : [silence] {
            hints.notice(UnresolvedTarget(ordinal: 0, ports: PortList([80]), error: error))
            tally.unresolved += 1
        }
        var text = TextBuffer()
        hints.write(ProbeEnding(tally, elapsed: .milliseconds(2000), time: 0), into: &text, width: nil, .plain)
        let what = failsToo ? "it fails or cannot be reached" : "it gave no answer"
        #expect(text.string == "  → check the name server (/etc/resolv.conf): \(what); or give the address\n")
    }

    @Test("follows from what was seen", arguments: cases)
    func hints(_ row: Case) {
        var hints = ProbeHints()
        var tally = ProbeTally()
        tally.unresolved = row.unresolved.count
        for isTemporary in row.unresolved {
            let error = ResolutionError(name: "nosuch", reason: "", isTemporary: isTemporary)
            hints.notice(UnresolvedTarget(ordinal: 0, ports: PortList([80]), error: error))
        }
        for result in row.results {
            hints.notice(result)
            tally.count(result.verdict)
        }
        var text = TextBuffer()
        let ending = ProbeEnding(
            tally,
            elapsed: .milliseconds(2000),
            time: 0,
            paces: row.paces,
            rate: row.rate,
            timeout: row.timeout
        )
        hints.write(ending, into: &text, width: 1000, .plain)
        // 120 columns at most, so that a long hint takes two lines.
        let joined = text.string.replacing("\n    ", with: " ").split(separator: "\n").map(String.init)
        // The last hint of filtered ports has a test of its own.
        let hasFiltered = row.results.contains { $0.verdict.state == .filtered }
        #expect(joined.last?.hasPrefix("  → read what the reason") == (hasFiltered ? true : joined.isEmpty ? nil : false))
        #expect(joined.dropLast(hasFiltered ? 1 : 0) == row.hints.map { "  → \($0)" }[...])
    }

    @Test("names the pages of the reasons, each once")
    func pages() {
        let rejected = Self.refused(by: "192.0.2.9")
        let cases: [([ProbeResult], String?)] = [
            ([Self.open, Self.late], nil),
            ([Self.silent, Self.silent], "the reason means: sonde explain no-response"),
            ([rejected, Self.silent, rejected], "the reasons mean: sonde explain admin-prohibited no-response"),
        ]
        for (results, expected) in cases {
            var hints = ProbeHints()
            for result in results { hints.notice(result) }
            var text = TextBuffer()
            let ending = ProbeEnding(ProbeTally(), elapsed: .zero, time: 0, timeout: .milliseconds(2000))
            hints.write(ending, into: &text, width: 1000, .plain)
            let last = text.string.split(separator: "\n").last { $0.contains("sonde explain") }
            #expect(last == expected.map { "  → read what \($0)" })
        }
    }
}

@Suite("The summary")
struct TallyTests {
    private static let one: [(PortState, String)] = [
        (.open, "1 port: 1 open"), (.closed, "1 port: 1 closed"), (.filtered, "1 port: 1 filtered"),
        (.openOrFiltered, "1 port: 1 open|filtered"), (.error, "1 port: 1 failed locally"),
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
        #expect(words(tally) == "1,014 ports: 2 open, 1,000 closed, 3 filtered, 4 open|filtered, 5 failed locally")
        #expect((tally.probed, tally.open, tally.closed, tally.filtered, tally.errors) == (1014, 2, 1000, 3, 5))
        #expect(!tally.isEmpty)
    }

    @Test("of ports that were never reached", arguments: [(10, 7), (3, 0), (2, 0), (nil, 0)] as [(Int?, Int)])
    func unreached(total: Int?, expected: Int) {
        var tally = ProbeTally()
        for _ in 0..<2 { tally.count(Verdict(.open, nil)) }
        tally.abandoned = 1
        tally.countUnreached(of: total)
        #expect(tally.unreached == expected)
        let left = "2 open, 1 without an answer when interrupted"
        #expect(words(tally) == (expected == 0 ? "3 ports: \(left)" : "10 ports: \(left), 7 never reached"))
    }

    @Test("of none")
    func none() {
        #expect(words(ProbeTally()) == "0 ports: nothing was probed")
        var tally = ProbeTally()
        tally.unresolved = 1
        #expect(!tally.isEmpty)
    }

    @Test("names that could not be looked up are counted apart", arguments: [nil, .tooManyOpenFiles] as [Errno?])
    func shortages(shortage: Errno?) {
        let error = ResolutionError(name: "h", reason: "System error", isTemporary: false, shortage: shortage)
        let target = UnresolvedTarget(ordinal: 0, ports: PortList([80]), error: error)
        var tally = ProbeTally()
        tally.count(target)
        #expect((tally.unresolved, tally.shortages) == (1, shortage == nil ? 0 : 1))
        var hints = ProbeHints()
        hints.notice(target)
        var text = TextBuffer()
        hints.write(ProbeEnding(tally, elapsed: .zero, time: 0, timeout: .milliseconds(2000)), into: &text, width: nil, .plain)
        #expect(text.string.contains("lower --concurrency: this machine ran out of resources") == (shortage != nil))
        #expect(text.string.contains("check the spelling") == (shortage == nil))
    }

    @Test("of a run that was interrupted, with names and lines that could not be probed")
    func leftOut() {
        var tally = ProbeTally()
        tally.abandoned = 1
        #expect(words(tally) == "1 port: 1 without an answer when interrupted")
        tally.count(Verdict(.open, .synAck))
        tally.unresolved = 1
        tally.skippedLines = 2
        #expect(
            words(tally)
                == "2 ports: 1 open, 1 without an answer when interrupted; 1 name does not resolve; 2 unreadable lines skipped"
        )
    }

    private func words(_ tally: ProbeTally) -> String {
        var text = TextBuffer()
        tally.write(into: &text)
        return text.string
    }
}
