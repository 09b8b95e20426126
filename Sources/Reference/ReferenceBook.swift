package import Console
import RawText

/// All pages, and how a word leads to them.
package struct ReferenceBook: Sendable {
    package let pages: [Page]
    /// The book of this program.
    package static let standard = ReferenceBook(texts: [
        statePages, socketPages, icmpPages, errnoPages, historyPages, segmentPages, verdictPages, notePages, exitPages,
        questionPages,
    ])

    init(texts: [String]) {
        pages = texts.flatMap { PageParser.pages(in: $0) }
    }

    /// Every word that leads to a page.
    package var words: [String] { pages.flatMap(\.names) }

    /// The pages of a word; case, and whether its parts are joined by blanks, hyphens or underscores, makes no difference.
    ///
    /// Without an index: building one would take longer than the few look-ups of a run.
    package func pages(named word: String) -> [Page] {
        let key = Self.key(word)
        return pages.filter { page in page.names.contains { $0.utf8.count == word.utf8.count && Self.key($0) == key } }
    }

    /// The pages of a sentence as it is printed, whose end may be a number or further remarks: `accepts, +0.021 ms`.
    ///
    /// The longest title that the sentence begins with counts.
    package func pages(forSentence sentence: String) -> [Page] {
        let exact = pages(named: sentence)
        guard exact.isEmpty else { return exact }
        let number = sentence.prefix { $0.isNumber || $0 == "," }
        let rest = String(number.isEmpty ? sentence[...] : sentence.dropFirst(number.count + 1))
        let key = Self.key(rest)
        let titles = pages.filter { Self.sentenceKinds.contains($0.kind) }.flatMap { page in
            page.names.map { (Self.key($0), page) }
        }
        // A remark begins behind a blank or a mark; a hyphen makes another word: close-wiat is not close.
        let leading = titles.filter { title, _ in
            key.hasPrefix(title) && rest.dropFirst(title.count).first.map { " ,:(;".contains($0) } ?? true
        }
        guard let longest = leading.max(by: { $0.0.count < $1.0.count }) else { return [] }
        return pages(named: longest.0)
    }

    /// What titles of notes and verdicts are: also a question may be a note, as keep-alive is.
    private static let sentenceKinds: Set<Page.Kind> = [.note, .verdict, .after, .question]

    private static func key(_ word: String) -> String {
        let joined = hyphenated(word, for: [UInt8(ascii: " "), UInt8(ascii: "_")])
        return joined.utf8.allSatisfy { $0 < 0x80 } ? asciiLowercased(joined) : joined.lowercased()
    }

    /// By bytes, as everything that every word passes through: characters would take most of the time of an answer.
    private static func asciiLowercased(_ word: String) -> String {
        String(decoding: word.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func hyphenated(_ word: String, for separators: [UInt8]) -> String {
        String(decoding: word.utf8.map { separators.contains($0) ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }

    /// Words that fit in one argument, with the first sentence of their page, in the order of the book. Blanks become hyphens.
    package func shortWords(in language: Language) -> [(word: String, summary: String)] {
        var seen: Set<String> = []
        return pages.flatMap { page in
            let summary = page.text(in: language)?.summary ?? ""
            return page.names.filter { Self.fitsOneArgument($0) && seen.insert(Self.key($0)).inserted }
                .map { (Self.hyphenated($0, for: [UInt8(ascii: " ")]), summary) }
        }
    }

    private static func fitsOneArgument(_ word: String) -> Bool {
        word.utf8.count { $0 == UInt8(ascii: " ") } < 3 && !word.utf8.contains(UInt8(ascii: ","))
    }

    /// The word of a page that is nearest to one without; `nearest` measures.
    package func nearestWords(to word: String, by nearest: (String, [String]) -> String?) -> String? {
        guard let key = nearest(Self.key(word), words.map(Self.key)) else { return nil }
        return words.first { Self.key($0) == key }
    }

    /// The pages that contain every one of the words, in their names or texts.
    package func pages(containing words: [String], in language: Language) -> [Page] {
        let wanted = words.map { $0.lowercased() }
        guard !wanted.isEmpty else { return pages }
        return pages.filter { page in
            let text = page.text(in: language)
            let parts = page.names + (text?.meaning ?? []) + [text?.causes ?? "", text?.next ?? "", page.kind.words(in: language)]
            let whole = parts.joined(separator: "\n").lowercased()
            return wanted.allSatisfy { whole.holds($0) }
        }
    }

    /// One line per page: the word, what sort of word it is, the first sentence.
    package func writeList(
        of pages: [Page],
        in language: Language,
        into text: inout TextBuffer,
        width: Int?,
        _ palette: Palette
    ) {
        let isChinese = language == .zh
        var table = Table([
            Table.Column(isChinese ? "词" : "WORD", least: 20), Table.Column(isChinese ? "含义" : "MEANING", least: 20),
        ])
        for page in pages {
            table.add([Table.Cell(page.title, .strong), Table.Cell(page.text(in: language)?.summary ?? "")])
        }
        if !table.isEmpty { table.render(into: &text, width: width, palette) }
    }
}
