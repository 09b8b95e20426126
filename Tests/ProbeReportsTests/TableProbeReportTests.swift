import Addresses
import Console
import Probing
import SystemPackage
import Testing

@testable import ProbeReports
@testable import SondeSystem

@Suite("The table")
struct TableProbeReportTests {
    private static let results: [ProbeResult] = [
        .made(portIndex: 1, portCount: 3, port: 80, .closed, .reset, errno: .connectionRefused, answerTime: .milliseconds(12)),
        .made(
            portIndex: 0,
            portCount: 3,
            port: 22,
            .open,
            .synAck,
            answerTime: Nanoseconds(1_280_000),
            banner: Array("SSH-2.0\r\n\u{7}".utf8)
        ),
        .made(
            portIndex: 2,
            portCount: 3,
            port: 25,
            .filtered,
            .administrativelyProhibited,
            errno: .noRouteToHost,
            icmp: .from("198.51.100.9"),
            answerTime: Nanoseconds(850_000)
        ),
    ]

    @Test("of one host, in the order of its ports")
    func oneHost() {
        let (text, notes) = report(Self.results, isOneHost: true)
        #expect(
            text == """
                PORT    STATE     REASON            CONNECT_EX           TIME  SERVICE  DETAIL
                22/tcp  open      syn-ack           0                 1.28 ms  ssh      accepts connections
                80/tcp  closed    rst               111 ECONNREFUSED  12.0 ms  http     refused: nothing listens there, or a firewall resets
                25/tcp  filtered  admin-prohibited  113 EHOSTUNREACH   850 µs  smtp     prohibited by a firewall at 198.51.100.9

                """
        )
        #expect(
            notes == """
                3 ports: 1 open, 1 closed, 1 filtered in 1.50 s
                  → check the firewall at 198.51.100.9: it rejects this port
                  → read what the reason means: sonde explain admin-prohibited

                """
        )
    }

    @Test("open ports only, with banners")
    func openWithBanners() {
        let (text, notes) = report(Self.results, onlyOpen: true, hasBanners: true, isOneHost: true)
        #expect(
            text == """
                PORT    STATE  REASON   CONNECT_EX     TIME  SERVICE  BANNER           DETAIL
                22/tcp  open   syn-ack  0           1.28 ms  ssh      SSH-2.0\\r\\n\\x07  accepts connections

                """
        )
        #expect(notes.hasPrefix("3 ports: 1 open, 1 closed, 1 filtered in 1.50 s\n"))
    }

    @Test("of several hosts, each with its name; a Unix socket has no number")
    func severalHosts() {
        let (text, _) = report(
            [
                .made(ordinal: 1, name: "/run/x.sock", address: nil, port: 0, transport: .unix, .open, .accepted),
                .made(ordinal: 0, name: "example.org", port: 53, transport: .udp, .openOrFiltered, .noResponse, errno: .timedOut),
            ],
            isOneHost: false
        )
        #expect(
            text == """
                HOST                     PORT    STATE          REASON       CONNECT_EX     TIME  SERVICE  DETAIL
                example.org (192.0.2.1)  53/udp  open|filtered  no-response  110 ETIMEDOUT        domain   no answer: a silent service, or dropped on the way
                /run/x.sock              unix    open           accepted     0                             accepts connections

                """
        )
    }

    /// 13 ports of a kind, where 12 are the most that are shown each.
    private static func many(_ count: Int, ordinal: Int = 0, total: Int, from first: Int = 0) -> [ProbeResult] {
        (first..<first + count).map {
            .made(
                ordinal: ordinal,
                portIndex: $0,
                portCount: total,
                port: UInt16(2000 + $0),
                .filtered,
                .portUnreachable,
                errno: .connectionRefused,
                icmp: .from("198.51.100.9", code: 3)
            )
        }
    }

    @Test("folds what is alike: after the table of one host")
    func foldedHost() {
        let (text, _) = report(
            Self.many(13, total: 14) + [.made(portIndex: 13, portCount: 14, .error, nil, errno: .noMemory)],
            isOneHost: true
        )
        #expect(
            text == """
                PORT     STATE  REASON  CONNECT_EX  TIME  SERVICE  DETAIL
                443/tcp  error          12 ENOMEM         https    local error: cannot allocate memory (ENOMEM 12)
                13 filtered (port-unreach, from 198.51.100.9)

                """
        )
    }

    @Test("folds local errors by their number")
    func foldedErrors() {
        let results = (0..<13).map { ProbeResult.made(portIndex: $0, portCount: 13, .error, nil, errno: .tooManyOpenFiles) }
        #expect(report(results, isOneHost: true).text == "13 error (24 EMFILE)\n")
    }

    @Test("folds what is alike: as a row among several hosts")
    func foldedRows() {
        let (text, _) = report(
            Self.many(13, total: 13) + [.made(ordinal: 1, port: 80, .open, .synAck)],
            hasBanners: true,
            isOneHost: false
        )
        #expect(
            text == """
                HOST       PORT      STATE     REASON        CONNECT_EX        TIME  SERVICE  BANNER  DETAIL
                192.0.2.1  13 ports  filtered  port-unreach  111 ECONNREFUSED                         rejected by a firewall at 198.51.100.9
                192.0.2.1  80/tcp    open      syn-ack       0                       http             accepts connections

                """
        )
    }

    @Test("twelve of a kind are not folded")
    func unfolded() {
        #expect(report(Self.many(12, total: 12), isOneHost: true).text.split(separator: "\n").count == 13)
    }

    @Test("the largest fold comes first")
    func foldsBySize() {
        let results =
            (0..<13).map { ProbeResult.made(portIndex: $0, portCount: 33, .closed, .reset, errno: .connectionRefused) }
            + Self.many(20, total: 33, from: 13)
        #expect(
            report(results, isOneHost: true).text == """
                20 filtered (port-unreach, from 198.51.100.9)
                13 closed (rst)

                """
        )
    }

    @Test("prints complete targets in their order before the end, so that memory stays bounded")
    func streams() {
        var table = TableProbeReport(
            onlyOpen: false,
            hasBanners: false,
            isOneHost: false,
            output: ReportStream(width: nil, .plain),
            notes: ReportStream(width: nil, .plain)
        )
        var text = TextBuffer()
        for ordinal in 0..<2001 { table.add(.made(ordinal: ordinal, .open, .synAck), into: &text) }
        #expect(text.string.split(separator: "\n").count == 2002)
    }

    @Test(
        "states have colours",
        arguments: [
            (PortState.open, "\u{1B}[32mopen"), (.closed, "\u{1B}[31mclosed"), (.error, "\u{1B}[31merror"),
            (.filtered, "\u{1B}[33mfiltered"), (.openOrFiltered, "\u{1B}[33mopen|filtered"),
        ]
    )
    func colours(_ state: PortState, _ expected: String) {
        let palette = Palette(isColored: true)
        #expect(report([.made(state, nil)], isOneHost: true, palette).text.contains(expected))
    }

    @Test("at 80 columns the reason and who sent it stay longest", arguments: [80, 70])
    func narrow(width: Int) {
        let results: [ProbeResult] = [
            .made(
                portCount: 2,
                port: 5432,
                .filtered,
                .hostUnreachable,
                errno: .noRouteToHost,
                icmp: .from("198.51.100.9", code: 1),
                answerTime: .milliseconds(12)
            ),
            .made(portIndex: 1, portCount: 2, port: 22, .open, .synAck),
        ]
        let text = report(results, isOneHost: true, width: width).text
        #expect(
            text.hasPrefix(
                width == 80
                    ? """
                    PORT      STATE     REASON           TIME  DETAIL
                    5432/tcp  filtered  host-unreach  12.0 ms  198.51.100.9 cannot reach the host
                    """
                    : """
                    PORT      STATE     REASON        DETAIL
                    5432/tcp  filtered  host-unreach  198.51.100.9 cannot reach the host
                    """
            ),
            "\(text)"
        )
    }

    @Test("a long banner does not widen the table")
    func longBanner() {
        let results: [ProbeResult] = [
            .made(portCount: 2, .open, .synAck, banner: [UInt8](repeating: 0x41, count: 1024)),
            .made(portIndex: 1, portCount: 2, .open, .synAck),
        ]
        let lines = report(results, hasBanners: true, isOneHost: true).text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count < 160 })
        #expect(lines[1].contains(String(repeating: "A", count: 59) + "…"))
    }

    @Test("of one host that was named, with its address")
    func named() {
        let text = report([.made(name: "example.org", .open, .synAck)], isOneHost: true, showsAddress: true).text
        #expect(
            text.hasPrefix(
                "PORT     STATE  REASON   CONNECT_EX  TIME  ADDRESS    SERVICE  DETAIL\n443/tcp  open   syn-ack  0                 192.0.2.1  https"
            )
        )
    }

    private static func silent(_ hosts: Int, from first: Int = 1, ports: Int = 1) -> [ProbeResult] {
        (first..<first + hosts).flatMap { host in
            (0..<ports).map { port in
                ProbeResult.made(
                    ordinal: host << 8,
                    portIndex: port,
                    portCount: ports,
                    address: "192.0.2.\(host)",
                    port: UInt16(80 + port),
                    .filtered,
                    .noResponse,
                    errno: .timedOut
                )
            }
        }
    }

    @Test("folds hosts that are alike, each kind and number of ports by itself")
    func foldedHosts() {
        let results =
            Self.silent(20) + [.made(ordinal: 21 << 8, address: "192.0.2.21", port: 80, .open, .synAck)]
            + Self.silent(13, from: 30, ports: 2)
        #expect(
            report(results, isOneHost: false).text == """
                HOST        PORT    STATE  REASON   CONNECT_EX  TIME  SERVICE  DETAIL
                192.0.2.21  80/tcp  open   syn-ack  0                 http     accepts connections
                20 hosts: 80/tcp filtered (no-response)
                13 hosts: all 2 ports filtered (no-response)

                """
        )
    }

    @Test("twelve hosts of a kind are not folded, and stay in their order")
    func unfoldedHosts() {
        let results = Self.silent(12) + [.made(ordinal: 0, address: "192.0.2.99", port: 80, .open, .synAck)]
        let lines = report(results, isOneHost: false).text.split(separator: "\n")
        #expect(lines.count == 14 && lines[1].hasPrefix("192.0.2.99 ") && lines[13].hasPrefix("192.0.2.12 "))
    }

    @Test("a silent port of a host that answers elsewhere")
    func hostAnswers() {
        let results: [ProbeResult] = [
            .made(portCount: 2, .filtered, .noResponse, errno: .timedOut), .made(portIndex: 1, portCount: 2, .open, .synAck),
        ]
        #expect(
            report(results, isOneHost: true).text.contains("no answer: dropped, or accept queue full; the host answers elsewhere")
        )
    }

    private func report(
        _ results: [ProbeResult],
        onlyOpen: Bool = false,
        hasBanners: Bool = false,
        isOneHost: Bool,
        showsAddress: Bool = false,
        width: Int? = nil,
        _ palette: Palette = .plain
    ) -> (text: String, notes: String) {
        var report = TableProbeReport(
            onlyOpen: onlyOpen,
            hasBanners: hasBanners,
            isOneHost: isOneHost,
            showsAddress: showsAddress,
            output: ReportStream(width: width, palette),
            notes: ReportStream(width: nil, palette)
        )
        var tally = ProbeTally()
        var text = TextBuffer()
        var notes = TextBuffer()
        for result in results {
            tally.count(result.verdict)
            report.add(result, into: &text)
        }
        report.finish(ProbeEnding(tally, elapsed: .milliseconds(1500), time: 0), into: &text, notes: &notes)
        return (text.string, notes.string)
    }
}
