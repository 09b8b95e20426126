/// What the reference says of a word.
package enum Answer: Sendable {
    case pages(word: String, [Page])
    /// A `history` of Zeek, letter by letter.
    case history(HistoryReading)
    case unknown(word: String)
}

extension ReferenceBook {
    /// Looks words up. Several in a row may be one: `close 2/4`, `no response`; the longest that has a page is taken.
    package func answers(to words: [String]) -> [Answer] {
        var answers: [Answer] = []
        var rest = words[...]
        while let first = rest.first {
            let lengths = (1...min(rest.count, Self.mostWords)).reversed()
            let found = lengths.lazy.map { (count: $0, word: rest.prefix($0).joined(separator: " ")) }.first { candidate in
                !pages(named: candidate.word).isEmpty
            }
            answers.append(found.map { answer(to: $0.word, pages(named: $0.word)) } ?? answer(to: first))
            rest = rest.dropFirst(found?.count ?? 1)
        }
        return answers
    }

    /// Words that one title may have.
    private static let mostWords = 16

    /// `Sh` is a history, although `SH` is a conn_state: they differ in case.
    private func answer(to word: String, _ pages: [Page]) -> Answer {
        let isMixed = word.contains { $0.isLowercase } && word.contains { $0.isUppercase }
        if isMixed, pages.allSatisfy({ $0.kind == .connState }), let reading = HistoryReading(word, in: self) {
            return .history(reading)
        }
        return .pages(word: word, pages)
    }

    private func answer(to word: String) -> Answer {
        let pages = pages(forSentence: word)
        guard pages.isEmpty else { return .pages(word: word, pages) }
        return HistoryReading(word, in: self).map { .history($0) } ?? .unknown(word: word)
    }
}

extension Answer {
    package var word: String {
        switch self {
        case .pages(let word, _), .unknown(let word): word
        case .history(let reading): reading.word
        }
    }

    package var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
