import Testing

@testable import Console

@Suite struct LadderTests {
    private var ladder: Ladder {
        var ladder = Ladder(left: "10.0.0.1:50000", right: "10.0.0.2:80", timeUnit: "ms")
        ladder.title = "2020-09-13 12:26:40.250000"
        var syn = Ladder.Rung(time: "0.000", direction: .rightward, label: "SYN", note: "wants to connect", style: .originator)
        syn.numbers = "seq 0"
        syn.step = "open 1/3"
        ladder.add(syn)
        var answer = Ladder.Rung(time: "0.021", direction: .leftward, label: "SYN ACK", style: .good)
        answer.delta = "+0.021"
        answer.numbers = "seq 0 ack 1"
        ladder.add(answer)
        ladder.add(Ladder.Fold(time: "1.000", label: "12 segments, 9.4 kB", note: "in 4.00 µs", goesRight: true))
        ladder.add(gap: "not captured")
        var again = Ladder.Rung(time: "12.500", direction: .rightward, label: "a<b;#\u{1B}", note: "<&>", style: .doubtful)
        again.delta = "+11.500"
        again.mark = .repeated
        again.ending = .sender
        ladder.add(again)
        var reset = Ladder.Rung(time: "13.000", direction: .leftward, label: "RST", note: "aborts", style: .bad)
        reset.delta = "+0.500"
        reset.mark = .reset
        reset.ending = .both
        ladder.add(reset)
        ladder.add(Ladder.Rung(time: "14.000", direction: .rightward, label: "ACK"))
        ladder.verdict = "RSTR: reset by the responder"
        return ladder
    }

    private func drawn(_ format: LadderFormat, width: Int? = nil, _ palette: Palette = .plain) -> String {
        var text = TextBuffer()
        ladder.render(format, into: &text, width: width, palette)
        return text.string
    }

    @Test("Marks, folds, gaps and silent sides differ without colour")
    func drawsText() {
        #expect(
            drawn(.text) == """
                2020-09-13 12:26:40.250000
                    ms      +ms  10.0.0.1:50000    10.0.0.2:80
                 0.000           │─────── SYN, seq 0 ───────▶│  open 1/3  wants to connect
                 0.021   +0.021  │◀─ SYN ACK, seq 0 ack 1 ───│
                 1.000           │┄┄ ⋯ 12 segments, 9.4 kB ┄▶│  in 4.00 µs
                                 │┄┄┄┄┄┄ not captured ┄┄┄┄┄┄┄│
                12.500  +11.500  │╌╌╌╌╌╌╌╌ a<b;#\\x1b ╌╌╌╌╌╌╌▶│  <&>
                13.000   +0.500  ╎✕────────── RST ───────────│  aborts
                14.000           ╎─────────── ACK ──────────▶╎
                RSTR: reset by the responder

                """
        )
    }

    /// A router's error between the two sides.
    private var rejected: Ladder {
        var ladder = Ladder(left: "10.0.0.1:50000", right: "10.0.0.2:80", timeUnit: "ms")
        ladder.add(Ladder.Rung(time: "0.000", direction: .rightward, label: "SYN"))
        var error = Ladder.Rung(time: "4.000", direction: .leftward, label: "ICMP 3/13", note: "prohibited", style: .bad)
        error.sender = "10.9.2.2"
        ladder.add(error)
        return ladder
    }

    @Test(
        "An arrow of somebody between the sides begins at the name",
        arguments: [
            (.text, 80, "│◀── ICMP 3/13 ─── 10.9.2.2 │  prohibited"), (.ascii, 80, "|<-- ICMP 3/13 --- 10.9.2.2 |  prohibited"),
            (.text, 40, "4.000  A ◀─ 10.9.2.2  ICMP 3/13\n  prohibited"),
            (
                .mermaid, nil,
                "participant n10_9_2_2 as 10.9.2.2\n    n10_9_2_2->>n10_0_0_1_50000: ICMP 3/13<br/>prohibited (4.000 ms)"
            ),
            (.svg, nil, ">10.9.2.2</text>"),
        ] as [(LadderFormat, Int?, String)]
    )
    func drawsSender(_ format: LadderFormat, _ width: Int?, _ expected: String) {
        var text = TextBuffer()
        rejected.render(format, into: &text, width: width)
        #expect(
            text.string.replacing(" (4.000 ms)<br/>prohibited", with: "<br/>prohibited (4.000 ms)").contains(expected),
            "\(text.string)"
        )
    }

    @Test("ASCII has no other characters, and marks differ there too")
    func drawsASCII() {
        let text = drawn(.ascii)
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        for part in [
            "SYN, seq 0", "... 12 segments, 9.4 kB", "in 4.00 us", "~~ a<b;#\\x1b ~~", ":X---", "--|  aborts", "-->|", "|<--",
            ".. not captured ..",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test(
        "Every width from 20 to 200 is kept, and no word of a note is lost",
        arguments: Array(20...200),
        [LadderFormat.text, .ascii]
    )
    func keepsToTheWidth(width: Int, format: LadderFormat) {
        var ladder = ladder
        ladder.left = "[2001:db8:1111:2222:3333:4444:5555:6666]:50000"
        ladder.right = "[2001:db8:7777:8888:9999:aaaa:bbbb:cccc]:443"
        let note = "RST with a sequence number other than the next: the receiver ignores it or sends a challenge ACK"
        ladder.add(Ladder.Rung(time: "86400000.000", direction: .leftward, label: "FIN PSH ACK URG ECE CWR, 65535 B", note: note))
        ladder.verdict = "closed by both, then reset by the originator before every FIN was acknowledged"
        var text = TextBuffer()
        ladder.render(format, into: &text, width: width)
        let lines = text.string.split(separator: "\n")
        for line in lines { #expect(displayWidth(line) <= width, "\(line)") }
        let uprights = CharacterSet("│╎|:▶◀─◀✕<>-X┄.")
        let words = Set(lines.flatMap { $0.split(separator: " ") }.map { $0.filter { !uprights.contains($0) } })
        for word in note.split(separator: " ") + ladder.verdict.split(separator: " ") where width >= 40 {
            #expect(words.contains(word.filter { !uprights.contains($0) }), "\(word)")
        }
    }

    private struct CharacterSet {
        let members: Set<Character>
        init(_ text: String) { members = Set(text) }
        func contains(_ character: Character) -> Bool { members.contains(character) }
    }

    @Test("Names that do not fit lose their middle, and keep both ends")
    func shortensNames() {
        var ladder = ladder
        ladder.left = "[2001:db8:1111:2222:3333:4444:5555:6666]:50000"
        var text = TextBuffer()
        ladder.render(.text, into: &text, width: 70)
        let heading = text.string.split(separator: "\n")[1]
        #expect(
            heading.contains("[2001:") && heading.contains("…") && heading.contains("]:50000  ") && heading.hasSuffix("10.0.0.2:80")
        )
        #expect(shortened("0123456789", columns: 10) == "0123456789")
        #expect(shortened("0123456789", columns: 6) == "01…789")
        #expect(shortened("0123456789", columns: 8, ellipsis: "...") == "01...789")
        #expect(shortened("0123456789", columns: 1) == "0")
    }

    @Test("Below 60 columns the sides are called A and B, and notes are below their messages")
    func stacks() {
        #expect(
            drawn(.text, width: 40) == """
                2020-09-13 12:26:40.250000
                A 10.0.0.1:50000
                B 10.0.0.2:80
                0.000  A ─▶ B  SYN, seq 0
                  open 1/3  wants to connect
                0.021  A ◀─ B  SYN ACK, seq 0 ack 1
                1.000  A ┄▶ B  ⋯ 12 segments, 9.4 kB
                  in 4.00 µs
                  ┄┄ not captured
                12.500  A ╌▶ B  a<b;#\\x1b
                  <&>
                13.000  A ✕─ B  RST
                  aborts
                14.000  A ─▶ B  ACK
                RSTR: reset by the responder

                """
        )
        #expect(drawn(.text, width: 59).contains("A ─▶ B") && drawn(.text, width: 60).contains("│"))
    }

    @Test func coloursRungs() {
        #expect(drawn(.text, Palette(isColored: true)).contains("▶\u{1B}[0m│"))
    }

    @Test("Text breaks between words, and inside a word that is longer than a line")
    func wraps() {
        #expect(wrapped("open 1/3  wants to connect", columns: 14) == ["open 1/3", "wants to", "connect"])
        #expect(wrapped("open 1/3  wants to connect", columns: 15) == ["open 1/3  wants", "to connect"])
        #expect(wrapped("abcdefgh ij", columns: 3) == ["abc", "def", "gh", "ij"])
        #expect(wrapped("", columns: 3) == [] && wrapped("a", columns: 0) == ["a"])
    }

    @Test("SVG has a head for each colour, both palettes, and dashed lines for what is broken")
    func drawsSVG() {
        let svg = drawn(.svg)
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains(">a&lt;b;#\\x1b</text>") && svg.contains(">&lt;&amp;&gt;</text>"))
        let ends = svg.matches(of: #/marker-end="url\(#head-(\w+)\)"/#).map { String($0.1) }
        #expect(ends == ["plain", "good", "faint", "doubtful", "reset", "plain"])
        for head in Set(ends) { #expect(svg.contains("<marker id=\"head-\(head)\"")) }
        #expect(svg.contains("@media (prefers-color-scheme: dark)"))
        #expect(svg.matches(of: #/class="doubtful broken"/#).count == 1)
        // Each upright is broken from the end of its side on.
        #expect(svg.matches(of: #/class="faint upright silent"/#).count == 2)
        #expect(svg.contains("<tspan class=\"step\">open 1/3</tspan> wants to connect</text>"))
        #expect(svg.contains("<title>10.0.0.1:50000 and 10.0.0.2:80</title>"))
        #expect(svg.contains(">RSTR: reset by the responder</text>") && svg.contains(">2020-09-13 12:26:40.250000</text>"))
    }

    @Test("SVG keeps to the width of a README page, whatever the names and notes are")
    func svgWidth() throws {
        var wide = ladder
        wide.left = "[2001:db8:1111:2222:3333:4444:5555:6666]:50000"
        wide.right = "[2001:db8:7777:8888:9999:aaaa:bbbb:cccc]:443"
        wide.add(Ladder.Rung(time: "99.000", direction: .leftward, label: "ACK", note: String(repeating: "wide ", count: 40)))
        var text = TextBuffer()
        Ladder.renderSVG([ladder, wide], into: &text)
        #expect(text.string.matches(of: #/<svg /#).count == 1 && text.string.matches(of: #/<g /#).count == 2)
        let size = try #require(text.string.firstMatch(of: #/width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"/#))
        #expect(size.1 == "860" && size.3 == "860" && size.2 == size.4)
        // No line of text ends beyond the picture, at eight pixels per character.
        for line in text.string.matches(
            of: #/<text x="(\d+)" y="\d+" text-anchor="start"[^>]*>(?:<tspan[^>]*>[^<]*<\/tspan>)?([^<]*)</#
        ) {
            #expect(try #require(Int(line.1)) + 8 * line.2.count <= 860 + 8 * 14, "\(line.2)")
        }
        #expect(text.string.contains("<title>10.0.0.1:50000 and 10.0.0.2:80, and 1 more</title>"))
        #expect(text.string.matches(of: #/wide wide/#).count > 3)
    }

    @Test("Mermaid: one line per message, with its meaning below its label")
    func drawsMermaid() {
        #expect(
            drawn(.mermaid) == """
                sequenceDiagram
                    participant n10_0_0_1_50000 as 10.0.0.1:50000
                    participant n10_0_0_2_80 as 10.0.0.2:80
                    Note over n10_0_0_1_50000,n10_0_0_2_80: 2020-09-13 12:26:40.250000
                    n10_0_0_1_50000->>n10_0_0_2_80: SYN, seq 0 (0.000 ms)<br/>open 1/3  wants to connect
                    n10_0_0_2_80->>n10_0_0_1_50000: SYN ACK, seq 0 ack 1 (0.021 ms)
                    Note over n10_0_0_1_50000,n10_0_0_2_80: 12 segments, 9.4 kB, in 4.00 µs
                    Note over n10_0_0_1_50000,n10_0_0_2_80: not captured
                    n10_0_0_1_50000-->>n10_0_0_2_80: a#60;b#59;#35;\\x1b (12.500 ms)<br/>#60;#38;#62;
                    n10_0_0_2_80-xn10_0_0_1_50000: RST (13.000 ms)<br/>aborts
                    n10_0_0_1_50000->>n10_0_0_2_80: ACK (14.000 ms)
                    Note over n10_0_0_1_50000,n10_0_0_2_80: RSTR: reset by the responder

                """
        )
    }
}
