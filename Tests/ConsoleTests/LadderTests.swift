import Testing

@testable import Console

@Suite struct LadderTests {
    private var ladder: Ladder {
        var ladder = Ladder(left: "10.0.0.1:50000", right: "10.0.0.2:80", timeUnit: "ms")
        ladder.add(.init(time: "0.000", direction: .rightward, label: "SYN", note: "wants to connect", style: .originator))
        ladder.add(.init(time: "0.021", direction: .leftward, label: "SYN ACK"))
        ladder.add(remark: "2 segments left out")
        ladder.add(.init(time: "12.500", direction: .rightward, label: "a<b;#\u{1B}", note: "<&>"))
        return ladder
    }

    private func drawn(_ format: LadderFormat, width: Int? = nil, _ palette: Palette = .plain) -> String {
        var text = TextBuffer()
        ladder.render(format, into: &text, width: width, palette)
        return text.string
    }

    @Test func drawsText() {
        #expect(
            drawn(.text) == """
                    ms  10.0.0.1:50000  10.0.0.2:80
                 0.000  │───────── SYN ──────────▶│  wants to connect
                 0.021  │◀─────── SYN ACK ────────│
                        │┄┄ 2 segments left out ┄┄│
                12.500  │────── a<b;#\\x1b ───────▶│  <&>

                """
        )
    }

    @Test func drawsASCII() {
        let text = drawn(.ascii)
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.contains("|--------- SYN ---------->|  wants to connect"))
        #expect(text.contains("|<------- SYN ACK --------|"))
    }

    @Test func cutsNotesToTheWidth() {
        for line in drawn(.text, width: 42).split(separator: "\n") { #expect(displayWidth(line) <= 42, "\(line)") }
        #expect(drawn(.text, width: 42).contains("want…"))
    }

    @Test func letsLongRemarksRunOver() {
        var ladder = Ladder(left: "a", right: "b", timeUnit: "ms")
        ladder.add(remark: "a remark that is longer than the space between")
        var text = TextBuffer()
        ladder.render(.text, into: &text)
        #expect(text.string.hasSuffix("│ a remark that is longer than the space between\n"))
        text.clear()
        ladder.render(.text, into: &text, width: 30)
        #expect(text.string.hasSuffix("│ a remark that is longer…\n"))
    }

    @Test func coloursRungs() {
        #expect(drawn(.text, Palette(isColored: true)).contains("\u{1B}[36m▶\u{1B}[0m"))
    }

    @Test func drawsSVG() {
        let svg = drawn(.svg)
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains(">a&lt;b;#\\x1b</text>") && svg.contains(">&lt;&amp;&gt;</text>"))
        #expect(svg.split(separator: "\n").filter { $0.contains("marker-end") }.count == 3)
    }

    @Test func drawsSeveralLaddersInOnePictureAsWideAsTheyNeed() throws {
        var wide = ladder
        wide.left = "[2001:db8:1111:2222:3333:4444:5555:6666]:50000"
        wide.add(remark: String(repeating: "wide ", count: 40))
        var text = TextBuffer()
        Ladder.renderSVG([ladder, wide], into: &text)
        #expect(text.string.matches(of: #/<svg /#).count == 1 && text.string.matches(of: #/<g /#).count == 2)
        let size = try #require(text.string.firstMatch(of: #/viewBox="0 0 (\d+) (\d+)"/#))
        #expect(try #require(Int(size.1)) > 200 * 8)
        #expect(Int(size.2) == 2 * 56 + 4 * 36 + 5 * 36 + 2 * 24)
    }

    @Test func drawsMermaid() {
        #expect(
            drawn(.mermaid) == """
                sequenceDiagram
                    participant L as 10.0.0.1:50000
                    participant R as 10.0.0.2:80
                    L->>R: SYN (0.000 ms)
                    Note over L,R: wants to connect
                    R->>L: SYN ACK (0.021 ms)
                    Note over L,R: 2 segments left out
                    L->>R: a#60;b#59;#35;\\x1b (12.500 ms)
                    Note over L,R: #60;&#62;

                """
        )
    }
}
