extension TextBuffer {
    /// How wide prose is set where there is no terminal to ask: lines longer than that tire the eye.
    package static let proseWidth = 100

    /// Writes a text of sonde's own as a paragraph: broken between words, each line indented by `indent` columns and ended.
    ///
    /// - Parameters:
    ///   - marker: faint, in the columns before the first line; no wider than `indent`.
    ///   - width: the columns of the terminal; `nil`: `proseWidth`. A word longer than a line gets a line to itself.
    package mutating func append(
        prose text: String,
        marker: String = "",
        indent: Int,
        width: Int?,
        _ style: Style = .plain,
        _ palette: Palette = .plain
    ) {
        let room = max(20, min(width ?? TextBuffer.proseWidth, 120) - indent)
        for (index, line) in wrapped(text, columns: room, breaksWords: false).enumerated() {
            append(line: line, index == 0 ? marker : "", indent, style, palette)
        }
    }

    private mutating func append(line: String, _ marker: String, _ indent: Int, _ style: Style, _ palette: Palette) {
        append(UInt8(ascii: " "), times: indent - displayWidth(marker))
        if !marker.isEmpty { styled(.faint, palette) { $0.append(trusted: marker) } }
        styled(style, palette) { $0.append(trusted: line) }
        append("\n")
    }
}
