import RawText

/// A page of the reference: what a word that sonde prints means, what causes it, what to do next, and where that is specified.
package struct Page: Sendable {
    /// What sort of word it explains.
    package enum Kind: String, CaseIterable, Sendable {
        case state
        case reason
        case listener
        case after
        case icmp
        case errno
        case connState = "conn_state"
        case history
        case step
        case flag
        case option
        case exitCode = "exit code"
        case verdict
        case note
        case socketState = "socket state"
        case reach
        case ending
        case refusal
        case interface
        case completeness
        case question
    }

    /// The words that lead to it; the first is its title.
    package let names: [String]
    package let kind: Kind
    /// RFC and section, kernel file, Zeek or Wireshark field.
    package let source: String
    /// The titles of related pages.
    package let related: [String]
    private let texts: [Language: Text]

    /// The page in one language.
    package struct Text: Sendable {
        /// One or more paragraphs.
        package var meaning: [String] = []
        package var causes: String?
        package var next: String?

        package init() {}

        /// The first sentence of the meaning.
        package var summary: String {
            let first = meaning.first ?? ""
            if let end = first.firstPlace(of: "。") { return String(first[..<end.lowerBound]) }
            guard let end = first.firstPlace(of: ". ") else {
                return first.utf8.last == UInt8(ascii: ".") ? String(first.utf8.dropLast()) ?? first : first
            }
            return String(first[..<end.lowerBound])
        }
    }

    package init(names: [String], kind: Kind, source: String, related: [String], texts: [Language: Text]) {
        self.names = names
        self.kind = kind
        self.source = source
        self.related = related
        self.texts = texts
    }

    /// The page of an error number that the book does not have.
    ///
    /// - Parameter words: what the system calls it.
    package init(errno name: String, number: Int, words: String) {
        var english = Text()
        english.meaning = ["\(words). The book has no page of its own for this error number."]
        english.next = "man 3 errno lists all of them; the message says which call failed, and on what."
        var chinese = Text()
        chinese.meaning = ["\(words)。本手册没有为该错误号单设页面。"]
        chinese.next = "man 3 errno 列出全部错误号；错误信息会说明哪个调用失败、对象是什么。"
        self.init(
            names: [name, "\(number)", "errno \(number)"],
            kind: .errno,
            source: "errno(3)",
            related: [],
            texts: [.en: english, .zh: chinese]
        )
    }

    package var title: String { names[0] }

    /// `nil` where the page lacks that language.
    package func text(in language: Language) -> Text? { texts[language] }
}

/// A language of the pages.
package enum Language: String, CaseIterable, Hashable, Sendable {
    case en
    case zh

    /// What the environment asks for (setlocale(3): LC_ALL, LC_MESSAGES, LANG), English if it is neither or not UTF-8.
    package init(environment: (String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        let parts = locale.lowercased().split(separator: ".", maxSplits: 1)
        let isUTF8 = parts.count < 2 || parts[1].hasPrefix("utf-8") || parts[1].hasPrefix("utf8")
        let isChinese = parts.first == "zh" || parts.first?.hasPrefix("zh_") == true
        self = isChinese && isUTF8 ? .zh : .en
    }
}
