import Addresses
import Console
import PathTracing
import Probing
import SystemPackage
import Testing

@testable import PathTracing
@testable import ProbeReports
@testable import SondeSystem

@Suite("The path of a port, as text and JSON")
struct PathReportTests {
    private static let syn = QuotedSYN(maximumSegmentSize: 1460, windowScale: 10, isSACKPermitted: true, hasTimestamps: true)
    private static let clamped = QuotedSYN(maximumSegmentSize: 1200, windowScale: 10, isSACKPermitted: true, hasTimestamps: true)
    private static let bare = QuotedSYN(
        maximumSegmentSize: nil,
        windowScale: nil,
        isSACKPermitted: false,
        hasTimestamps: false,
        asksForECN: true
    )

    private static func router(_ ttl: Int, _ address: String, _ quote: HopReply.Quote) -> Hop {
        Hop(ttl: ttl, reply: .timeExceeded(.from(address, type: 11, code: 0), quote), roundTrip: .milliseconds(Int64(ttl)))
    }

    private static let first = router(1, "192.0.2.1", .syn(syn))
    private static let second = router(2, "10.9.2.2", .syn(clamped))
    private static let silent = Hop(ttl: 3)

    private static func text(
        _ path: TracedPath,
        _ result: ProbeResult = .made(address: "203.0.113.10", .filtered, .noResponse)
    ) -> String {
        var report = PathReport(isJSON: false, output: ReportStream(width: nil, .plain))
        var text = TextBuffer()
        report.add(path, of: result, into: &text)
        return text.string
    }

    @Test("a lost port, beside one that passes")
    func lost() {
        let control = TracedPath.Control(
            port: 80,
            hops: [Self.router(3, "10.9.3.2", .short), Hop(ttl: 4, reply: .answered(.open), roundTrip: .milliseconds(4))]
        )
        let path = TracedPath(hops: [Self.first, Self.second, Self.silent, Hop(ttl: 4)], control: control)
        #expect(
            Self.text(path) == """
                443/tcp  filtered  no-response  203.0.113.10
                HOP     TIME  ADDRESS    SYN AS IT ARRIVED THERE
                1    1.00 ms  192.0.2.1  as sent (mss 1460, wscale 10, sack, timestamps)
                2    2.00 ms  10.9.2.2   mss 1460 → 1200
                3          -  -          port 80 passes 10.9.3.2 here
                4          -  -          port 80 reaches the target here
                  → lost at 10.9.2.2 or behind it: a filter for port 443, since port 80 reaches the target; the MSS was lowered from 1460 to \
                1200 between hops 1 and 2

                """
        )
        #expect(path.lostAfterTTL == 2)
    }

    static let endings: [(TracedPath, String)] = [
        (TracedPath(hops: [first, Hop(ttl: 2, reply: .answered(.open))]), "the target answers, 2 hops away"),
        (TracedPath(hops: [Hop(ttl: 1, reply: .answered(.open))]), "the target answers, 1 hop away"),
        (
            TracedPath(hops: [first, Hop(ttl: 2, reply: .answered(.closed))]),
            "refused 2 hops away: by the target, or by a firewall there"
        ),
        (
            TracedPath(hops: [first, Hop(ttl: 2, reply: .refused(.from("192.0.2.1")))]),
            "refused by 192.0.2.1, hop 1, with ICMP 3/13"
        ),
        (TracedPath(hops: [first, Hop(ttl: 2, reply: .refused(.from("10.9.9.9")))]), "refused by 10.9.9.9 with ICMP 3/13"),
        (
            TracedPath(hops: [Hop(ttl: 1, reply: .refused(.from(nil, .local, type: 0, code: 0)))]),
            "refused by this machine with ICMP 0/0"
        ),
        (TracedPath(hops: [first, silent]), "lost at 192.0.2.1 or behind it"),
        (TracedPath(hops: [Hop(ttl: 1)]), "no hop answers: lost on the first link, or the hops report nothing"),
        (
            TracedPath(hops: [first, silent], control: .init(port: 80, hops: [Hop(ttl: 2)])),
            "lost at 192.0.2.1 or behind it, as port 80 is"
        ),
        (TracedPath(hops: [Hop(ttl: 1)], control: .init(port: 80, hops: [Hop(ttl: 1)])), "no hop answers, as port 80 is"),
        (
            TracedPath(hops: [Hop(ttl: 1)], control: .init(port: 80, hops: [Hop(ttl: 1, reply: .answered(.closed))])),
            "lost on the way: a filter for port 443, since port 80 reaches the target"
        ),
        (
            TracedPath(hops: [first, router(2, "10.9.2.2", .short), router(3, "192.0.2.1", .short)]),
            "a routing loop: 192.0.2.1 forwards it at hop 1 and again at hop 3"
        ),
        (
            TracedPath(hops: [], obstacle: .local(.networkUnreachable)),
            "this machine does not send it: network is unreachable (ENETUNREACH 101)"
        ),
        (TracedPath(hops: [first, silent], obstacle: .signal), "interrupted: 192.0.2.1 was the last to answer so far"),
        (TracedPath(hops: [Hop(ttl: 1)], obstacle: .signal), "interrupted: no answer so far"),
        (TracedPath(hops: [first, Hop(ttl: 2, reply: .answered(.open))], obstacle: .signal), "the target answers, 2 hops away"),
        (
            TracedPath(hops: [Hop(ttl: 1)], obstacle: .noErrorQueue),
            "this kernel does not pass on ICMP errors of TCP connections: --path needs Linux 5.8 or later"
        ),
        (
            TracedPath(hops: [first, router(2, "10.9.2.2", .syn(bare)), Hop(ttl: 3, reply: .answered(.open))]),
            "the target answers, 3 hops away; the MSS option was removed, the window scale option was removed, the SACK option was "
                + "removed, the timestamps option was removed, the ECN bits were set between hops 1 and 2"
        ),
        (
            TracedPath(hops: [
                router(1, "192.0.2.1", .syn(bare)), router(2, "10.9.2.2", .syn(syn)), Hop(ttl: 3, reply: .answered(.open)),
            ]),
            "the target answers, 3 hops away; the MSS option was added, the window scale was changed from none to 10, the SACK option "
                + "was added, the timestamps option was added, the ECN bits were cleared between hops 1 and 2"
        ),
        (
            TracedPath(hops: [router(1, "192.0.2.1", .syn(clamped)), router(2, "10.9.2.2", .syn(syn)), silent]),
            "lost at 10.9.2.2 or behind it; the MSS was raised from 1200 to 1460 between hops 1 and 2"
        ),
    ]

    @Test("each way that a path ends", arguments: endings)
    func ending(path: TracedPath, sentence: String) {
        #expect(path.sentence(port: 443, address: nil) == sentence)
    }

    @Test("what is said of each hop")
    func remarks() {
        let hops = [
            Hop(ttl: 1), Self.router(2, "10.9.2.2", .syn(Self.bare)), Self.router(3, "10.9.3.2", .syn(Self.bare)),
            Self.router(4, "10.9.4.2", .syn(Self.syn)), Self.router(5, "10.9.5.2", .short),
            Hop(ttl: 6, reply: .refused(.from("10.9.6.2"))),
        ]
        let path = TracedPath(hops: hops)
        #expect(
            hops.map { path.remark(on: $0, over: .tcp) } == [
                "no answer", "ecn", "unchanged",
                "mss none → 1460, wscale none → 10, sack no → yes, timestamps no → yes, ecn yes → no",
                "quotes too few bytes", "refused: ICMP 3/13, admin-prohibited",
            ]
        )
        #expect(path.remark(on: hops[4], over: .udp) == "TTL expired")
        #expect(path.remark(on: Hop(ttl: 9, reply: .answered(.open)), over: .tcp) == "the target: open")
        #expect(path.remark(on: Hop(ttl: 9, reply: .answered(.closed)), over: .tcp) == "the target: closed")
        let none = QuotedSYN(maximumSegmentSize: nil, windowScale: nil, isSACKPermitted: false, hasTimestamps: false)
        let plain = TracedPath(hops: [Self.router(1, "10.9.2.2", .syn(none))])
        #expect(plain.remark(on: plain.hops[0], over: .tcp) == "as sent (no options)")
        let refusing = TracedPath(
            hops: [Self.first, Self.silent],
            control: .init(port: 80, hops: [Hop(ttl: 3, reply: .refused(.from("10.9.6.2")))])
        )
        #expect(refusing.remark(on: Self.silent, over: .tcp) == "port 80: refused with ICMP 3/13")
    }

    @Test("An empty line between the paths of two ports, none before the first")
    func several() {
        var report = PathReport(isJSON: false, output: ReportStream(width: nil, .plain))
        var text = TextBuffer()
        let path = TracedPath(hops: [Self.first, Self.silent])
        let result = ProbeResult.made(address: "203.0.113.10", .filtered, .noResponse)
        for _ in 0..<2 { report.add(path, of: result, into: &text) }
        let one = Self.text(path, result)
        #expect(text.string == one + "\n" + one)
    }

    @Test("JSON: one object for each hop, the port's, and the path's")
    func json() {
        var report = PathReport(isJSON: true, output: ReportStream(width: nil, .plain))
        var text = TextBuffer()
        let path = TracedPath(hops: [Self.first, Self.second, Self.silent])
        let result = ProbeResult.made(name: "host.example", address: "203.0.113.10", .filtered, .noResponse, errno: .timedOut)
        report.add(path, of: result, into: &text)
        let lines = text.string.split(separator: "\n").map(String.init)
        let head = #""target":"host.example","address":"203.0.113.10","port":443"#
        let quote = #""sack":true,"timestamps":true,"ttl":null,"dscp":null,"ecn":false"#
        #expect(lines.count == 5)
        #expect(
            lines[0] == #"{"type":"hop",\#(head),"ttl":1,"hop":"192.0.2.1","rtt_ms":1.000,"icmp_type":11,"icmp_code":0,"#
                + #""quoted":{"mss":1460,"wscale":10,\#(quote),"changed":[]}}"#
        )
        #expect(
            lines[1] == #"{"type":"hop",\#(head),"ttl":2,"hop":"10.9.2.2","rtt_ms":2.000,"icmp_type":11,"icmp_code":0,"#
                + #""quoted":{"mss":1200,"wscale":10,\#(quote),"changed":["mss"]}}"#
        )
        #expect(
            lines[2] == #"{"type":"hop",\#(head),"ttl":3,"hop":null,"rtt_ms":null,"icmp_type":null,"icmp_code":null,"quoted":null}"#
        )
        #expect(lines[3].hasPrefix(#"{"type":"probe","#))
        #expect(
            lines[4] == #"{"type":"path",\#(head),"state":"filtered","hops":2,"reached":false,"last_hop":"10.9.2.2","#
                + #""lost_after_ttl":2,"control_port":null,"verdict":"lost at 10.9.2.2 or behind it; the MSS was lowered from 1460 to 1200 "#
                + #"between hops 1 and 2"}"#
        )
    }

    @Test("the live line says how far the trace is")
    func progress() {
        func line(_ hops: [Hop]) -> String {
            var text = TextBuffer()
            PathProgressLine(hops, port: 443).render(into: &text, width: 80)
            return text.string
        }
        #expect(line([]) == "port 443: hop 1")
        #expect(line([Self.first, Hop(ttl: 2)]) == "port 443: hop 2, last answer from 192.0.2.1 at hop 1")
    }
}
