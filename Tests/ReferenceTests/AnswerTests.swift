import Console
import Testing

@testable import Reference

@Suite("Words and their answers")
struct AnswerTests {
    static let book = ReferenceBook.standard

    static let rows: [(words: [String], titles: [[String]])] = [
        (["admin-prohibited"], [["admin-prohibited"]]),
        (["ADMIN_PROHIBITED"], [["admin-prohibited"]]),
        (["close", "2/4"], [["close 2/4"]]),
        (["close 2+3/4"], [["close 2+3/4"]]),
        (["open", "closed"], [["open"], ["closed"]]),
        (["open", "1/3"], [["open 1/3"]]),
        (["why", "three"], [["why three"]]),
        (["TIME_WAIT"], [["time-wait"]]),
        (["TIME", "WAIT"], [["time-wait"]]),
        (["111"], [["ECONNREFUSED"]]),
        (["econnrefused"], [["ECONNREFUSED"]]),
        (["3/13"], [["icmp 3/13"]]),
        (["1"], [["EPERM", "exit 1"]]),
        (["rst"], [["rst", "RST"]]),
        (["SH"], [["SH"]]),
        (["sf"], [["SF"]]),
        (["accepts, +0.021 ms"], [["accepts"]]),
        (["136 bytes"], [["bytes"]]),
        (["1,234 bytes"], [["bytes"]]),
        (["SYN retransmission 2 after 1.02 s"], [["SYN retransmission"]]),
        (["established, handshake 0.030 ms"], [["established, handshake"]]),
        (["reset by the originator after its own close"], [["reset by the originator after its own close"]]),
        (
            ["RST with a sequence number other than the next: the receiver ignores it or sends a challenge ACK"],
            [["RST with a sequence number other than the next"]]
        ),
        (["recv", "returns", "nothing"], [["recv returns nothing"]]),
        (["half-open", "queue"], [["SYN queue"]]),
        (["SO_REUSEADDR"], [["SO_REUSEADDR"]]),
        (["keep-alive"], [["keep-alive"]]),
        (["open|filtered"], [["open|filtered"]]),
    ]

    @Test("words lead to their pages", arguments: rows)
    func leads(_ row: (words: [String], titles: [[String]])) {
        let titles = Self.book.answers(to: row.words).map { answer -> [String] in
            guard case .pages(_, let pages) = answer else { return [] }
            return pages.map(\.title)
        }
        #expect(titles == row.titles)
    }

    @Test("a history is read letter by letter", arguments: ["ShADadFf", "Sh", "^hADafR", "SR", "hAdDfF", "ShAaGgTtWwCcIiQq"])
    func history(_ word: String) throws {
        let answer = try #require(Self.book.answers(to: [word]).first)
        guard case .history(let reading) = answer else {
            Issue.record("\(word) is no history: \(answer)")
            return
        }
        #expect(reading.letters.map { String($0.character) }.joined() == word)
        #expect(reading.letters.allSatisfy { $0.page.kind == .history })
        let sides: [Bool?] = word.map { $0 == "^" ? nil : $0.isUppercase }
        #expect(reading.letters.map(\.isFromOriginator) == sides)
    }

    @Test("each letter has an arrow of its own")
    func labels() throws {
        let reading = try #require(HistoryReading("SHADFRCTWGIQ^", in: Self.book))
        let labels = reading.letters.map(\.label)
        #expect(
            labels == [
                "SYN", "SYN ACK", "ACK", "data", "FIN", "RST", "bad checksum", "retransmission", "zero window", "gap", "FIN RST",
                "SYN FIN/RST", "swapped",
            ]
        )
    }

    @Test("a ladder of a history, in ASCII")
    func ladder() throws {
        let reading = try #require(HistoryReading("ShR", in: Self.book))
        var text = TextBuffer()
        reading.write(in: .en, as: .ascii, into: &text, width: 80, .plain)
        let lines = text.string.split(separator: "\n")
        #expect(lines[0] == "ShR  history (sonde capture, Zeek)")
        #expect(lines.contains { $0.hasPrefix("S  |") && $0.contains("SYN") && $0.contains(">|") })
        #expect(lines.contains { $0.hasPrefix("h  |<") && $0.contains("SYN ACK") })
        #expect(lines.contains { $0.hasPrefix("R  |") && $0.contains("RST") && $0.contains("X|") })
    }

    @Test(
        "what is no word has no page",
        arguments: ["", "filtred", "xyz", "\u{1B}[31m", "9/99", "S0x", String(repeating: "S", count: 10_000)]
    )
    func unknown(_ word: String) {
        #expect(Self.book.answers(to: [word]).allSatisfy { $0.isUnknown })
    }

    @Test("a page has every part, in both languages", arguments: Language.allCases)
    func page(_ language: Language) throws {
        var text = TextBuffer()
        Self.book.answers(to: ["rst"])[0].write(in: language, as: .text, into: &text, width: 80, .plain)
        let headings = language == .zh ? ["含义", "原因", "下一步", "出处", "另见"] : ["means", "causes", "next", "source", "see"]
        for heading in headings { #expect(text.string.contains("\n  \(heading)  "), "\(text.string)") }
        #expect(text.string.split(separator: "\n").allSatisfy { displayWidth($0) <= 80 }, "\(text.string)")
    }

    @Test("JSON has every field, null where it does not apply")
    func json() {
        var text = TextBuffer()
        for answer in Self.book.answers(to: ["open", "1/3", "ShA"]) { answer.writeJSON(in: .en, into: &text) }
        let lines = text.string.split(separator: "\n")
        #expect(lines.count == 2)
        let fields = [
            "type", "word", "title", "kind", "names", "language", "summary", "means", "causes", "next", "source", "see", "letters",
        ]
        for line in lines {
            for field in fields { #expect(line.contains("\"\(field)\":"), "\(line)") }
        }
        #expect(lines[0].contains(#""word":"open 1/3","title":"open 1/3","kind":"step""#))
        #expect(lines[1].contains(#"{"letter":"h","side":"resp","means":"A SYN with ACK, the answer to a SYN (handshake)"}"#))
    }

    static let locales: [(variables: [String: String], language: Language)] = [
        ([:], .en), (["LANG": "C"], .en), (["LANG": "en_US.UTF-8"], .en), (["LANG": "zh_CN.UTF-8"], .zh),
        (["LANG": "zh_TW.utf8"], .zh),
        (["LANG": "zh_CN.GB18030"], .en), (["LANG": "zh"], .zh), (["LC_ALL": "C", "LANG": "zh_CN.UTF-8"], .en),
        (["LC_MESSAGES": "zh_CN.UTF-8", "LANG": "de_DE.UTF-8"], .zh), (["LC_ALL": "", "LANG": "zh_CN.UTF-8"], .zh),
        (["LANG": "zhx"], .en),
    ]

    @Test("the locale chooses the language", arguments: locales)
    func locale(_ row: (variables: [String: String], language: Language)) {
        #expect(Language(environment: { row.variables[$0] }) == row.language)
    }
}
