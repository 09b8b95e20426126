/// Mermaid sequence diagrams, which many Markdown pages draw.
extension Ladder {
    /// The line that every ladder after it belongs to: a file has one diagram.
    package static func beginMermaid(into text: inout TextBuffer) {
        text.append("sequenceDiagram\n")
    }

    /// Columns of a message before it is broken: the distance of the two sides follows from it.
    private static let messageWidth = 48

    /// One ladder of the diagram. A side that appears in several of them is one participant.
    package func renderMermaid(into text: inout TextBuffer) {
        let sides = [(Self.mermaidName(left), left), (Self.mermaidName(right), right)]
        for (name, side) in sides {
            text.append("    participant ")
            text.append(trusted: name)
            text.append(" as ")
            text.append(trusted: Self.mermaid(side))
            text.append("\n")
        }
        let (l, r) = (sides[0].0, sides[1].0)
        note(title, l, r, &text)
        for row in rows {
            switch row {
            case .rung(let rung):
                var (from, to) = rung.direction == .rightward ? (l, r) : (r, l)
                if !rung.sender.isEmpty {
                    from = Self.mermaidName(rung.sender)
                    to = l
                    text.append("    participant ")
                    text.append(trusted: from)
                    text.append(" as ")
                    text.append(trusted: Self.mermaid(rung.sender))
                    text.append("\n")
                }
                text.append("    ")
                text.append(trusted: from)
                text.append(rung.mark == .repeated ? "--" : "-")
                text.append(rung.mark == .reset ? "x" : ">>")
                text.append(trusted: to)
                text.append(": ")
                var lines = wrapped(rung.whole, columns: Self.messageWidth) + wrapped(rung.meaning, columns: Self.messageWidth)
                if !rung.time.isEmpty { lines[0] += " (\(rung.time) \(timeUnit))" }
                append(lines, &text)
            case .fold(let fold): note([fold.label, fold.note].filter { !$0.isEmpty }.joined(separator: ", "), l, r, &text)
            case .gap(let words): note(words, l, r, &text)
            }
        }
        note(verdict, l, r, &text)
    }

    private func note(_ words: String, _ left: String, _ right: String, _ text: inout TextBuffer) {
        guard !words.isEmpty else { return }
        text.append("    Note over ")
        text.append(trusted: left == right ? left : "\(left),\(right)")
        text.append(": ")
        append(wrapped(words, columns: Self.messageWidth), &text)
    }

    private func append(_ lines: [String], _ text: inout TextBuffer) {
        text.append(trusted: lines.map(Self.mermaid).joined(separator: "<br/>"))
        text.append("\n")
    }

    /// A participant's name in the source: what an endpoint consists of, with underscores for points and colons.
    private static func mermaidName(_ side: String) -> String {
        side.unicodeScalars.reduce(into: "n") { name, scalar in
            switch scalar {
            case "0"..."9", "a"..."z", "A"..."Z": name.unicodeScalars.append(scalar)
            case ".", ":": name += "_"
            case "[", "]": break
            default: name += "x\(scalar.value)x"
            }
        }
    }

    /// `#` and `;` have a meaning anywhere in a line, and angle brackets would be taken for HTML: all go as entity codes.
    private static func mermaid(_ content: String) -> String {
        escaped(content).unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "#", ";", "<", ">", "&": text += "#\(scalar.value);"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
