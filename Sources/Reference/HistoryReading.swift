package import Console

/// A `history` of Zeek's conn.log, read letter by letter.
package struct HistoryReading: Sendable {
    package struct Letter: Sendable {
        package let character: Character
        /// `nil`: of neither side, as `^`.
        package let isFromOriginator: Bool?
        /// The page of the letter.
        package let page: Page
    }

    package let word: String
    package let letters: [Letter]

    /// - Returns: `nil` where it contains anything else than letters of a history.
    package init?(_ word: String, in book: ReferenceBook) {
        guard !word.isEmpty, word.utf8.count <= Self.longest else { return nil }
        var letters: [Letter] = []
        for character in word {
            let pages = book.pages(named: String(character))
            guard let page = pages.first(where: { $0.kind == .history }) else { return nil }
            letters.append(
                Letter(character: character, isFromOriginator: character == "^" ? nil : character.isUppercase, page: page)
            )
        }
        self.word = word
        self.letters = letters
    }

    /// sonde writes shorter ones; a longer word is none.
    private static let longest = 256

    /// The letters as messages between the two sides.
    package func ladder(in language: Language) -> Ladder {
        let isChinese = language == .zh
        var ladder = Ladder(
            left: isChinese ? "发起方" : "originator",
            right: isChinese ? "响应方" : "responder",
            timeUnit: ""
        )
        for letter in letters {
            let meaning = letter.page.text(in: language)?.summary ?? ""
            guard let isFromOriginator = letter.isFromOriginator else {
                ladder.add(gap: isChinese ? "^ 方向已对调" : "^ sides swapped")
                continue
            }
            let style: Style = letter.label == "RST" ? .bad : isFromOriginator ? .originator : .responder
            var rung = Ladder.Rung(
                time: String(letter.character),
                direction: isFromOriginator ? .rightward : .leftward,
                label: letter.label,
                note: meaning,
                style: style
            )
            if letter.label == "RST" { rung.mark = .reset }
            if letter.label.hasPrefix("retransmission") { rung.mark = .repeated }
            rung.ending = letter.label == "FIN" ? .sender : letter.label == "RST" ? .both : .none
            ladder.add(rung)
        }
        return ladder
    }
}

extension HistoryReading.Letter {
    /// What is sent, as it is written on the arrow.
    package var label: String {
        switch character.uppercased() {
        case "S": "SYN"
        case "H": "SYN ACK"
        case "A": "ACK"
        case "D": "data"
        case "F": "FIN"
        case "R": "RST"
        case "C": "bad checksum"
        case "T": "retransmission"
        case "W": "zero window"
        case "G": "gap"
        case "I": "FIN RST"
        case "Q": "SYN FIN/RST"
        default: "swapped"
        }
    }
}
