import Console
import Packets
import SegmentScripts
import Testing
import Time

@testable import CaptureReports

/// What `--ladder` draws of short scripts: rows, folds, marks, and its bounds.
@Suite("Ladders of connections")
struct LadderViewTests {
    private func view(_ format: LadderFormat, width: Int? = nil, _ palette: Palette = .plain) -> LadderView {
        LadderView(format: format, width: width, zone: .utc, palette: palette)
    }

    private static let opening = ["0 > S 100 -", "0.01 < SA 5000 101", "0.02 > A 101 5001"]

    @Test("Refused after a retransmission")
    func refused() throws {
        #expect(
            try rendered(ViewTests.refused, as: view(.text)) == """
                2020-09-13 12:26:40.000000
                      ms        +ms  10.0.0.1:40000  10.0.0.2:50000
                   0.000             │──────── SYN, seq 0 ───────▶│  open 1/3  wants to connect
                1000.000  +1000.000  │╌╌╌╌╌╌╌╌ SYN, seq 0 ╌╌╌╌╌╌╌▶│  SYN retransmission 1 after 1.00 s
                1500.000   +500.000  │✕── RST ACK, seq 1 ack 1 ───│  refuses, +500.000 ms
                REJ: refused

                """
        )
    }

    @Test("Relative numbers, half-closed time and the close; the bytes of data stand once")
    func conversation() throws {
        let text = try rendered(ViewTests.conversation, as: view(.text))
        #expect(text.contains("PSH ACK, 1500 B, seq 1 ack 1") && !text.contains("1500 bytes"))
        #expect(text.contains("FIN ACK, seq 1501 ack 1"))
        let lines = text.split(separator: "\n")
        let first = try #require(lines.first { $0.contains("close 1/4") })
        #expect(first.hasPrefix("750.000  +400.000  │") && first.contains("▶│  close 1/4"))
        let second = try #require(lines.first { $0.contains("close 2+3/4") })
        #expect(second.contains("  ╎◀") && second.contains("│  close 2+3/4  acknowledges the FIN and closes too"))
        #expect(lines.last == "SF: opened and closed in order, originator first")
    }

    @Test("ASCII")
    func ascii() throws {
        let text = try rendered(["0 > PA 100 1 len=12"], as: view(.ascii))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.contains("- PSH ACK, 12 B, seq 1 ack 1 -") && text.contains("->|"))
        #expect(text.hasSuffix("\nOTH: neither start nor end captured\n"))
    }

    @Test("A run of data is folded behind its first two rows, with its bytes and its time")
    func folds() throws {
        var lines = Self.opening
        for index in 0..<12 { lines.append("\(1 + Double(index) / 10) > A \(101 + 100 * index) 5001 len=100") }
        lines.append("3 > FA 1301 5001")
        let rows = try rendered(lines, as: view(.text)).split(separator: "\n")
        #expect(rows.count { $0.contains("ACK, 100 B") } == 2)
        let fold = try #require(rows.first { $0.contains("⋯") })
        #expect(fold.contains("┄ ⋯ 10 segments, 1.0 kB ┄") && fold.contains("▶│  in 900 ms"))
        #expect(fold.hasPrefix("1200.000 "))
        #expect(rows.contains { $0.contains("close 1/4") })
    }

    @Test("A run of six rows is not folded, one of seven is; both directions and duplicate ACKs are named")
    func foldsFromSeven() throws {
        func run(_ count: Int) throws -> String {
            let exchange = [
                "1 > A 101 5001 len=10", "1.1 < A 5001 111 len=5", "1.2 > A 111 5006 len=10", "1.3 < A 5006 121 len=2000",
            ]
            let acks = ["1.4 > A 121 7006", "1.5 > A 121 7006", "1.6 > A 121 7006", "1.7 > A 121 7006"]
            return try rendered(Self.opening + (exchange + acks).prefix(count), as: view(.text))
        }
        #expect(!(try run(6)).contains("⋯"))
        #expect(try run(7).contains("⋯ 5 segments, 2.0 kB "))
        let text = try run(8)
        #expect(text.contains("◀┄") && text.contains("in 500 ms, 10 B to the right, 2.0 kB to the left"))
        #expect(text.contains(", 3 duplicate ACKs\n") || text.contains(", 2 duplicate ACKs\n"))
    }

    @Test("What was lost, repeated or reset is never folded, and is marked")
    func marks() throws {
        var lines = Self.opening
        for index in 0..<10 { lines.append("\(1 + Double(index) / 10) > A \(101 + 100 * index) 5001 len=100") }
        lines += [
            "2 < A 5001 1101", "3 > A 1201 5001 len=100", "4 > A 1101 5001 len=100", "5 > A 1101 5001 len=100", "6 > R 1301 -",
        ]
        let text = try rendered(lines, as: view(.text))
        let rows = text.split(separator: "\n")
        #expect(rows.contains { $0.contains("┄ not captured ┄") })
        #expect(rows.contains { $0.contains("╌ ACK, 100 B, seq 1001 ack 1 ╌") && $0.contains("retransmission after") })
        #expect(rows.contains { $0.contains("RST, seq 1201") && $0.contains("✕│  aborts") })
    }

    @Test("The ladder colours the originator, whichever side it saw first")
    func colours() throws {
        let lines = ["0 < SA 5000 101", "0.1 > A 101 5001 len=5"]
        let heading = try #require(
            rendered(lines, as: view(.text, Palette(isColored: true))).split(separator: "\n").dropFirst().first
        )
        let (originator, responder) = ("\u{1B}[36m10.0.0.1:40000", "\u{1B}[35m10.0.0.2:50000")
        #expect(heading.contains(originator) && heading.contains(responder))
        let svg = try rendered(lines, as: view(.svg))
        #expect(svg.contains("class=\"responder\">10.0.0.2:50000<") && svg.contains("class=\"originator\">10.0.0.1:40000<"))
    }

    private static func twoConnections() throws -> [Segment] {
        try SegmentScript(lines: ViewTests.refused).segments()
            + SegmentScript(lines: ["2 > S 1 -", "2.5 < RA 0 2"], clientPort: 40_001).segments()
    }

    @Test("Mermaid: one diagram of all connections, in which the server is one participant")
    func mermaid() throws {
        let text = try rendered(Self.twoConnections(), as: view(.mermaid))
        #expect(text.hasPrefix("sequenceDiagram\n") && text.matches(of: #/sequenceDiagram/#).count == 1)
        let participants = text.matches(of: #/participant (\w+) as (.+)/#).map { ($0.1, $0.2) }
        #expect(participants.map(\.1) == ["10.0.0.1:40000", "10.0.0.2:50000", "10.0.0.1:40001", "10.0.0.2:50000"])
        #expect(participants[1].0 == participants[3].0 && Set(participants.map(\.0)).count == 3)
        #expect(
            text.contains("n10_0_0_1_40000-->>n10_0_0_2_50000: SYN, seq 0 (1000.000 ms)<br/>SYN retransmission 1 after 1.00 s\n")
        )
        #expect(text.matches(of: #/REJ: refused/#).count == 2)
    }

    @Test("Two connections in text have a line between them; no connection draws nothing", arguments: LadderFormat.allCases)
    func severalAndNone(_ format: LadderFormat) throws {
        #expect(try rendered([Segment](), as: view(format)).isEmpty)
        let text = try rendered(Self.twoConnections(), as: view(format))
        switch format {
        case .text, .ascii: #expect(text.matches(of: #/\n\n2020-/#).count == 1)
        case .svg: #expect(text.matches(of: #/<svg /#).count == 1 && text.matches(of: #/<g /#).count == 2)
        case .mermaid: #expect(text.matches(of: #/Note over \w+,\w+: 2020-/#).count == 2)
        }
    }

    @Test("A connection of many segments has a bounded number of rows, and counts the rest", arguments: LadderFormat.allCases)
    func isBounded(_ format: LadderFormat) throws {
        // Retransmissions, which are not ordinary.
        let lines =
            Self.opening + (0..<5000).map { "\(1 + $0) > A 101 5001 len=100" } + ["6000 > FA 201 5001", "6001 < FA 5001 202"]
        let text = try rendered(lines, as: view(format))
        #expect(text.contains("segments, "))
        #expect(text.utf8.count < 300_000)
        if format == .text {
            #expect(text.split(separator: "\n").count < 220)
            #expect(text.contains(#/in 1 h \d+ min \d+ s, 4\d\d\d retransmissions/#))
            #expect(text.contains("close 2+3/4"))
        }
    }

    @Test("Beyond the maximum of rows, steps are folded as well")
    func longLadder() throws {
        // RSTs that their receiver ignores.
        let lines = Self.opening + (0..<1500).map { "\(1 + $0) > R 150 -" }
        let text = try rendered(lines, as: view(.text))
        #expect(text.matches(of: #/✕/#).count == 997)
        #expect(text.contains("⋯ 503 segments"))
    }

    @Test("Segments for which there is no room are counted, in a comment where a program reads", arguments: LadderFormat.allCases)
    func undrawn(_ format: LadderFormat) throws {
        var segments = try SegmentScript(lines: ["0 > S 1 -"]).segments()
        segments += try SegmentScript(lines: ["1 > S 1 -", "2 > S 1 -"], clientPort: 40_001).segments()
        let report = LadderView(format: format, width: nil, zone: .utc, palette: .plain, mostRows: 1)
        let text = try rendered(segments, as: report)
        let comment = "2 segments not drawn (too many connections at once); select connections with a filter"
        let (before, after) =
            switch format {
            case .text, .ascii: ("\n", "\n")
            case .svg: ("</svg>\n<!-- ", " -->\n")
            case .mermaid: ("\n%% ", "\n")
            }
        #expect(text.hasSuffix(before + comment + after))
    }
}
