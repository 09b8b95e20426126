import RawText

/// Reads pages from the text of `Pages/*.swift`.
///
/// A line begins with a mark and a blank; a line without one continues the line before:
///
///     k reason                 the kind of the pages that follow
///     s RFC 9293               the source of the pages that follow, unless a page has its own
///     # rst | reset            a page, and the words that lead to it
///     v closed, RST            related pages
///     = ? >                    English: the meaning (several are paragraphs), its causes, what to do next
///     == ?? >>                 Chinese, likewise
struct PageParser {
    private var kind = Page.Kind.state
    private var commonSource = ""
    private var names: [String] = []
    private var source: String?
    private var related: [String] = []
    private var texts: [Language: Page.Text] = [:]
    private var pages: [Page] = []
    /// The mark of the line that is being read, and its text.
    private var mark: Substring = ""
    private var line = ""

    static func pages(in text: String) -> [Page] {
        var parser = PageParser()
        // By bytes: characters would take most of the time of an answer.
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) { parser.read(Substring(line)) }
        parser.endLine()
        parser.endPage()
        return parser.pages
    }

    /// What a mark is made of.
    private static let signs = Set("ks#v=?>".utf8)

    private mutating func read(_ text: Substring) {
        guard let blank = text.utf8.prefix(3).firstIndex(of: UInt8(ascii: " ")), blank > text.startIndex,
            text.utf8[..<blank].allSatisfy(Self.signs.contains)
        else { return line.join(text) }
        endLine()
        mark = text[..<blank]
        line = String(text[text.utf8.index(after: blank)...])
    }

    private mutating func endLine() {
        switch mark {
        case "k":
            endPage()
            guard let named = Page.Kind(rawValue: line) else { preconditionFailure("no kind of page: \(line)") }
            kind = named
            commonSource = ""
        case "s" where names.isEmpty: commonSource = line
        case "s": source = line
        case "#":
            endPage()
            names = line.parts(between: " | ")
        case "v": related = line.isEmpty ? [] : line.parts(between: ", ")
        case "=", "==": texts[language, default: Page.Text()].meaning.append(line)
        case "?", "??": texts[language, default: Page.Text()].causes = line
        case ">", ">>": texts[language, default: Page.Text()].next = line
        default: break
        }
        mark = ""
    }

    private var language: Language { mark.utf8.count == 2 ? .zh : .en }

    private mutating func endPage() {
        defer { (names, source, related, texts) = ([], nil, [], [:]) }
        guard !names.isEmpty else { return }
        pages.append(Page(names: names, kind: kind, source: source ?? commonSource, related: related, texts: texts))
    }
}

extension String {
    /// Continues a text on the next line: with a blank, except between Chinese characters, which are written without any.
    fileprivate mutating func join(_ next: Substring) {
        let isWide = (unicodeScalars.last?.value ?? 0) >= 0x2E80 || (next.unicodeScalars.first?.value ?? 0) >= 0x2E80
        if !isWide { self += " " }
        self += next
    }
}
