import RawText
import Testing

@testable import Console

@Suite struct EscapingTests {
    @Test(arguments: [
        ("plain text", "plain text"), ("grün → 世界 🙂", "grün → 世界 🙂"), ("\u{1B}[31mred", "\\x1b[31mred"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\0\u{7F}", "\\x00\\x7f"), ("\u{9B}2J", "\\x9b2J"), ("abc\u{202E}fdp", "abc\\u{202e}fdp"),
        ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
        ("\u{2028}", "\\u{2028}"), ("\u{E0041}", "\\u{e0041}"), ("", ""),
        ("z\u{10FEFF}\u{10FE80}", "z\\xff\\x80"), ("\u{10FF00}", "\u{10FF00}"),
    ])
    func escapesWhatATerminalObeys(text: String, shown: String) {
        #expect(escaped(text) == shown)
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "a\\xffb"), ([0xC3], "\\xc3"), ([0xC0, 0x80], "\\xc0\\x80"),
            ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
            ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"), ([0xE2, 0x82, 0x41], "\\xe2\\x82A"), ([0xE2, 0x82, 0xAC], "€"),
        ] as [([UInt8], String)]
    )
    func showsBytesThatAreNoText(bytes: [UInt8], shown: String) {
        var buffer = TextBuffer()
        buffer.append(escaped: bytes.span)
        let written = buffer.string
        #expect(written == shown)
    }
}

@Suite struct NumberTests {
    @Test(
        arguments: [
            (0, 0, "0"), (7, 3, "0.007"), (-7, 3, "-0.007"), (1_234_567, 6, "1.234567"), (Int64.min, 0, "-9223372036854775808"),
            (Int64.max, 18, "9.223372036854775807"), (1_000_000, 6, "1.000000"),
        ] as [(Int64, Int, String)]
    )
    func fixedPoint(value: Int64, digits: Int, shown: String) {
        var buffer = TextBuffer()
        buffer.append(value, fractionDigits: digits)
        let written = buffer.string
        #expect(written == shown)
    }

    @Test(
        arguments: [
            (0.0, 3, "0.000"), (1.0005, 3, "1.001"), (-2.5, 0, "-3"), (.nan, 3, "-"), (.infinity, 1, "-"), (1e300, 2, "-"),
            (0.1, 1, "0.1"),
        ] as [(Double, Int, String)]
    )
    func decimals(value: Double, decimals: Int, shown: String) {
        var buffer = TextBuffer()
        buffer.append(value, decimals: decimals)
        let written = buffer.string
        #expect(written == shown)
    }

    @Test(
        arguments: [
            (0, "0 ns"), (850, "850 ns"), (21_300, "21.3 µs"), (999_400, "999 µs"), (999_600, "1.00 ms"), (1_200_000, "1.20 ms"),
            (999_400_000, "999 ms"),
            (1_200_000_000, "1.20 s"),
            (185_000_000_000, "3 min 05 s"), (7_385_000_000_000, "2 h 03 min 05 s"),
        ] as [(Int64, String)]
    )
    func durations(nanoseconds: Int64, shown: String) {
        var buffer = TextBuffer()
        buffer.append(duration: nanoseconds)
        let written = buffer.string
        #expect(written == shown)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1_572_864, "1.50 MiB"), (5_100_273_664, "4.75 GiB"),
            (UInt64.max, "16.0 EiB"),
        ] as [(UInt64, String)]
    )
    func byteCounts(count: UInt64, shown: String) {
        var buffer = TextBuffer()
        buffer.append(bytes: count)
        let written = buffer.string
        #expect(written == shown)
    }

    @Test(arguments: [(0, "0 retransmits"), (1, "1 retransmit"), (2, "2 retransmits")])
    func counts(count: Int, shown: String) {
        var buffer = TextBuffer()
        buffer.append(count: count, of: "retransmit")
        let written = buffer.string
        #expect(written == shown)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (65530, "65,530"), (-1_234_567, "-1,234,567")])
    func groups(value: Int, shown: String) {
        var buffer = TextBuffer()
        buffer.append(grouped: value)
        let written = buffer.string
        #expect(written == shown)
    }
}

@Suite struct JSONWriterTests {
    @Test func aByteThatAStringKeepsIsShownAsItsNumber() {
        var json = JSONWriter()
        json.beginObject()
        json.field("name", String(rawBytes: [0x7A, 0xFF]))
        json.endObject()
        let written = json.text.string
        #expect(written == #"{"name":"z\\xff"}"#)
    }

    @Test func writesEveryKindOfField() {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", literal: "probe")
        json.field("text", "a\"b\\c\n\u{1B}\u{202E}🙂")
        json.field("missing", nil as String?)
        json.field("number", -3)
        json.field("big", UInt64.max)
        json.field("yes", true)
        json.field("ms", 1.23456, decimals: 3)
        json.field("nan", .nan, decimals: 3)
        json.field("time", fixed: 1_700_000_000_123_456, fractionDigits: 6)
        json.field("flags", ["SYN", "ACK"])
        json.field("address", ascii: { $0.append("::1") })
        json.beginArray("items")
        json.beginObject()
        json.field("a", 1)
        json.endObject()
        json.beginObject()
        json.endObject()
        json.endArray()
        json.endObject()
        json.endLine()
        let written = json.text.string
        #expect(
            written
                == #"{"type":"probe","text":"a\"b\\c\n\u001b\u202e🙂","missing":null,"number":-3,"big":18446744073709551615,"#
                + #""yes":true,"ms":1.235,"nan":null,"time":1700000000.123456,"flags":["SYN","ACK"],"address":"::1","items":[{"a":1},{}]}"#
                + "\n"
        )
    }

    @Test func startsEachLineAnew() {
        var json = JSONWriter()
        for _ in 0..<2 {
            json.beginObject()
            json.field("a", 1)
            json.endObject()
            json.endLine()
        }
        let written = json.text.string
        #expect(written == "{\"a\":1}\n{\"a\":1}\n")
    }
}

@Suite struct TableTests {
    private func rendered(_ table: Table, width: Int? = nil, _ palette: Palette = .plain) -> String {
        var text = TextBuffer()
        table.render(into: &text, width: width, palette)
        return text.string
    }

    private var ports: Table {
        var table = Table([.init("PORT", .right), .init("STATE"), .init("REASON", least: 6)])
        table.add(["22", Table.Cell("open", .good), "syn-ack"])
        table.add(["8080", Table.Cell("filtered", .doubtful), "admin-prohibited by 10.1.0.1"])
        return table
    }

    @Test func alignsAndLeavesNoBlanksBehind() {
        #expect(
            rendered(ports) == "PORT  STATE     REASON\n  22  open      syn-ack\n8080  filtered  admin-prohibited by 10.1.0.1\n"
        )
    }

    @Test func shrinksWhatMayShrink() {
        #expect(rendered(ports, width: 30).split(separator: "\n").last == "8080  filtered  admin-prohibi…")
        #expect(rendered(ports, width: 5).split(separator: "\n").last == "8080  filtered  admin…")
    }

    private static let widths: [(Int, String)] = [
        (30, "80    open   a long story"), (20, "80    open   a long…"), (19, "80    open"), (11, "80    open"), (10, "80"),
        (1, "80"),
    ]

    @Test("columns fall away in their order where shrinking does not suffice", arguments: widths)
    func leavesOut(width: Int, line: String) {
        var table = Table([.init("PORT"), .init("STATE", rank: 2), .init("DETAIL", least: 7, rank: 1)])
        table.add(["80", "open", "a long story"])
        #expect(rendered(table, width: width).split(separator: "\n").last.map(String.init) == line)
    }

    @Test(
        "a column is cut only when those of lower rank are gone",
        arguments: [
            (28, "a story  111 ECONNREFUSED"), (20, "a…  111 ECONNREFUSED"), (19, "111 ECONNREFUSED"), (12, "111 ECONNRE…"),
        ]
    )
    func cutsInOrder(width: Int, line: String) {
        var table = Table([.init("X", least: 2, rank: 1), .init("NUMBER", least: 10, rank: 2)])
        table.add(["a story", "111 ECONNREFUSED"])
        #expect(rendered(table, width: width).split(separator: "\n").last.map(String.init) == line)
    }

    private static let hangings: [(Int, String)] = [
        (30, "PORT  EX   DETAIL\n80    111  a rather long story\n"),
        // The column of lower rank is dropped first.
        (29, "PORT  DETAIL\n80    a rather long story\n"), (25, "PORT  DETAIL\n80    a rather long story\n"),
        // Below there is room for it again.
        (24, "PORT  EX\n80    111\n    a rather long story\n"), (9, "PORT  EX\n80    111\n    a rather long story\n"),
        (8, "PORT\n80\n    a rather long story\n"),
    ]

    @Test("a column that hangs is written below its row, and nothing of it is cut", arguments: hangings)
    func hangs(width: Int, lines: String) {
        var table = Table([.init("PORT"), .init("EX", rank: 1), .init("DETAIL", rank: 9, hangs: true)])
        table.add(["80", "111", "a rather long story"])
        #expect(rendered(table, width: width) == lines)
        table.add(["81", "", ""])
        #expect(rendered(table, width: width).hasSuffix("\n81\n"), "nothing below a row without a story")
    }

    @Test(
        "cells of a column that stays distinct are cut where they do not differ",
        arguments: [
            (10, ["db-primary-0001.example", "db-primary-0002.example"], ["…1.example", "…2.example"]),
            (12, ["node1.rack.example.internal", "node2.rack.example.internal"], ["node1…ternal", "node2…ternal"]),
            (12, ["2001:db8:1:2:3:4:5:17", "2001:db8:1:2:3:4:5:18", "::1"], ["2001:…4:5:17", "2001:…4:5:18", "::1"]),
            (12, ["alone.example.internal"], ["alone…ternal"]),
            (6, ["世界世界世界一", "世界世界世界二"], ["世…一", "世…二"]),
        ]
    )
    func distinct(width: Int, texts: [String], expected: [String]) {
        var table = Table([.init("HOST", least: width, staysDistinct: true), .init("PORT")])
        for text in texts { table.add([Table.Cell(text), "80"]) }
        let lines = rendered(table, width: width + 6).split(separator: "\n").dropFirst()
        #expect(lines.compactMap { $0.split(separator: " ").first.map(String.init) } == expected)
    }

    @Test("no two of a thousand names become the same, however narrow the column")
    func manyDistinct() {
        let names = (0..<1000).map { "a-long-beginning-of-a-name-\($0)-and-a-long-end.of.it.example" }
        for width in [21, 26, 40, 56] {
            var table = Table([.init("HOST", least: 15, staysDistinct: true), .init("PORT")])
            for name in names { table.add([Table.Cell(name), "80"]) }
            let lines = rendered(table, width: width).split(separator: "\n").dropFirst()
            #expect(Set(lines).count == 1000 && lines.allSatisfy { displayWidth($0) <= width })
        }
    }

    @Test func coloursOnlyTheText() {
        #expect(rendered(ports, Palette(isColored: true)).contains("\u{1B}[32mopen\u{1B}[0m      syn-ack"))
    }

    @Test func escapesCells() {
        var table = Table([.init("NAME"), .init("X")])
        table.add([Table.Cell("\u{1B}[2J"), "世界"])
        table.add(["", ""])
        #expect(rendered(table) == "NAME     X\n\\x1b[2J  世界\n\n")
    }
}

@Suite struct PaletteTests {
    @Test(
        arguments: [
            (ColorChoice.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["NO_COLOR": "1"], false),
            (.auto, true, ["NO_COLOR": ""], true), (.auto, false, ["CLICOLOR_FORCE": "1"], true),
            (.auto, false, ["CLICOLOR_FORCE": "0"], false),
            (.auto, false, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false), (.auto, true, ["TERM": "dumb"], false),
            (.always, false, ["NO_COLOR": "1"], true), (.never, true, ["CLICOLOR_FORCE": "1"], false),
        ] as [(ColorChoice, Bool, [String: String], Bool)]
    )
    func obeysTheEnvironment(choice: ColorChoice, isTerminal: Bool, environment: [String: String], isColored: Bool) {
        #expect(Palette(choice, isTerminal: isTerminal, environment: { environment[$0] }).isColored == isColored)
    }
}

@Suite struct ProgressLineTests {
    @Test(arguments: [
        (
            ProgressLine(done: 12_000, total: 65_535, elapsed: 500_000_000, findings: "3 open"), 80,
            "12,000 / 65,535  18 %  24,000/s  2.23 s left  3 open"
        ),
        (ProgressLine(done: 7, total: nil, elapsed: 0), 80, "7  0/s"),
        (ProgressLine(done: 5, total: 5, elapsed: 1_000_000_000), 80, "5 / 5  100 %  5/s"),
        (ProgressLine(done: 12_000, total: 65_535, elapsed: 500_000_000), 12, "12,000 / 65…"),
        (ProgressLine(done: 0, total: 0, elapsed: 0), 80, "0 / 0  100 %  0/s"),
    ])
    func tellsHowFar(progress: ProgressLine, width: Int, line: String) {
        var text = TextBuffer()
        progress.render(into: &text, width: width)
        let written = text.string
        #expect(written == line)
    }
}

@Suite struct ProseTests {
    @Test(arguments: [
        ("one two three", 2, 24, "  one two three\n"), ("one two three four five six", 2, 24, "  one two three four\n  five six\n"),
        ("", 2, 24, ""), ("incomprehensibilities-without-end and more", 0, 20, "incomprehensibilities-without-end\nand more\n"),
        ("a b", 30, 5, "                              a b\n"),
    ])
    func breaksBetweenWords(text: String, indent: Int, width: Int, set: String) {
        var buffer = TextBuffer()
        buffer.append(prose: text, indent: indent, width: width)
        let written = buffer.string
        #expect(written == set)
    }

    @Test func marksTheFirstLineAlone() {
        var buffer = TextBuffer()
        buffer.append(prose: "one two three four five", marker: "→ ", indent: 4, width: 24)
        let written = buffer.string
        #expect(written == "  → one two three four\n    five\n")
    }
}
