extension Ladder {
    /// For terminals that are too narrow for two uprights: the sides are called A and B, and each note is below its message.
    func renderStacked(_ strokes: Strokes, into text: inout TextBuffer, width: Int, _ palette: Palette) {
        let width = max(width, 20)
        for (letter, name, style) in [("A ", left, leftStyle), ("B ", right, rightStyle)] {
            text.append(trusted: letter)
            text.styled(style, palette) {
                $0.append(trusted: shortened(strokes.drawable(name), columns: width - 2, ellipsis: strokes.ellipsis))
            }
            text.append("\n")
        }
        for row in rows {
            switch row {
            case .rung(let rung):
                let isRightward = rung.direction == .rightward
                let arrow =
                    isRightward ? "\(strokes.beam(rung))\(strokes.head(rung))" : "\(strokes.head(rung))\(strokes.beam(rung))"
                let other = rung.sender.isEmpty ? "B" : strokes.drawable(rung.sender)
                let line = "\(strokes.drawable(rung.time))  A \(arrow) \(other)  \(strokes.drawable(rung.whole))"
                stack(line, indent: 0, rung.style, &text, width, palette)
                stack(strokes.drawable(rung.meaning), indent: 2, .plain, &text, width, palette)
            case .fold(let fold):
                let heads = "\(fold.goesLeft ? strokes.leftHead : strokes.dots)\(fold.goesRight ? strokes.rightHead : strokes.dots)"
                let line = "\(strokes.drawable(fold.time))  A \(heads) B  \(strokes.fold)\(strokes.drawable(fold.label))"
                stack(line, indent: 0, .faint, &text, width, palette)
                stack(strokes.drawable(fold.note), indent: 2, .faint, &text, width, palette)
            case .gap(let words):
                stack("\(strokes.dots)\(strokes.dots) \(strokes.drawable(words))", indent: 2, .doubtful, &text, width, palette)
            }
        }
    }

    /// Lines of a text that keep to the width; the ones after the first are indented further.
    private func stack(
        _ content: String,
        indent: Int,
        _ style: Style,
        _ text: inout TextBuffer,
        _ width: Int,
        _ palette: Palette
    ) {
        for (index, line) in wrapped(content, columns: width - indent - 2).enumerated() {
            text.append(UInt8(ascii: " "), times: indent + (index > 0 ? 2 : 0))
            text.styled(style, palette) { $0.append(trusted: line) }
            text.append("\n")
        }
    }
}
