extension Ladder {
    /// The text of a Mermaid sequence diagram, which many Markdown pages draw.
    func renderMermaid(into text: inout TextBuffer) {
        text.append("sequenceDiagram\n    participant L as ")
        mermaid(left, &text)
        text.append("\n    participant R as ")
        mermaid(right, &text)
        text.append("\n")
        for row in rows {
            switch row {
            case .rung(let rung):
                text.append(rung.direction == .rightward ? "    L->>R: " : "    R->>L: ")
                mermaid(rung.label, &text)
                if !rung.time.isEmpty {
                    text.append(" (")
                    mermaid(rung.time, &text)
                    text.append(" ")
                    mermaid(timeUnit, &text)
                    text.append(")")
                }
                text.append("\n")
                if !rung.note.isEmpty { mermaidNote(rung.note, &text) }
            case .remark(let remark):
                mermaidNote(remark, &text)
            }
        }
    }

    private func mermaidNote(_ note: String, _ text: inout TextBuffer) {
        text.append("    Note over L,R: ")
        mermaid(note, &text)
        text.append("\n")
    }

    /// `#` and `;` have a meaning anywhere in a line, and angle brackets would be taken for HTML: all go as entity codes.
    private func mermaid(_ content: String, _ text: inout TextBuffer) {
        for scalar in escaped(content).unicodeScalars {
            switch scalar {
            case "#", ";", "<", ">":
                text.append("#")
                text.append(UInt64(scalar.value))
                text.append(";")
            default: text.append(trusted: String(scalar))
            }
        }
    }
}
