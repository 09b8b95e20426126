/// Text for a terminal whose locale has no UTF-8.
enum ASCIIText {
    /// What stands for a character: of sonde's own signs what resembles them, of any other a question mark.
    static func replacement(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "µ": "u"
        case "…", "⋯": "..."
        case "→": "->"
        case "“", "”": "\""
        default: scalar.isASCII ? String(scalar) : "?"
        }
    }

    static func reduced(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += replacement(of: $1) }
    }
}

extension TextBuffer {
    /// Replaces every character beyond ASCII.
    package mutating func reduceToASCII() {
        let isASCII = withSpan { bytes in bytes.indices.allSatisfy { bytes[$0] < 0x80 } }
        guard !isASCII else { return }
        let text = ASCIIText.reduced(string)
        clear()
        append(trusted: text)
    }
}
