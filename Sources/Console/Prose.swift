extension TextBuffer {
    /// How wide prose is set where there is no terminal to ask: lines longer than that tire the eye.
    package static let proseWidth = 100

    /// Writes a text of our own as a paragraph: broken between words, each line indented by so many columns and ended.
    ///
    /// - Parameter width: the columns of the terminal; `nil`: `proseWidth`. A word that is longer than a line stands on one alone.
    package mutating func append(prose text: String, indent: Int, width: Int?, _ style: Style = .plain, _ palette: Palette = .plain)
    {
        let room = max(20, min(width ?? TextBuffer.proseWidth, 120) - indent)
        var line = ""
        var used = 0
        for word in text.split(separator: " ") {
            let columns = displayWidth(word)
            if used > 0, used + 1 + columns > room {
                append(line: line, indent, style, palette)
                line = ""
                used = 0
            }
            if used > 0 {
                line += " "
                used += 1
            }
            line += word
            used += columns
        }
        if used > 0 { append(line: line, indent, style, palette) }
    }

    private mutating func append(line: String, _ indent: Int, _ style: Style, _ palette: Palette) {
        append(UInt8(ascii: " "), times: indent)
        styled(style, palette) { $0.append(trusted: line) }
        append("\n")
    }
}
