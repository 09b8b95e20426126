extension Ladder {
    /// The characters of a drawing.
    struct Strokes {
        let upright: StaticString
        let beam: StaticString
        let rightHead: StaticString
        let leftHead: StaticString
        let remark: StaticString

        static let unicode = Strokes(upright: "│", beam: "─", rightHead: "▶", leftHead: "◀", remark: "┄")
        static let ascii = Strokes(upright: "|", beam: "-", rightHead: ">", leftHead: "<", remark: ".")
    }

    /// Columns between the uprights: enough for the longest label with beam on both sides, and for both names.
    private var span: Int {
        let longest = rows.reduce(0) { longest, row in
            if case .rung(let rung) = row { max(longest, displayWidth(escaped(rung.label))) } else { longest }
        }
        let names = displayWidth(escaped(left)) + displayWidth(escaped(right))
        return min(max(longest + 8, names, 24), 56)
    }

    func renderText(_ strokes: Strokes, into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        let span = span
        let times = rows.map { row in if case .rung(let rung) = row { escaped(rung.time) } else { "" } }
        let timeWidth = times.reduce(displayWidth(timeUnit)) { max($0, displayWidth($1)) }
        heading(span: span, timeWidth: timeWidth, into: &text, palette)
        for (row, time) in zip(rows, times) {
            text.append(UInt8(ascii: " "), times: timeWidth - displayWidth(time))
            text.styled(.faint, palette) { $0.append(trusted: time) }
            text.append("  ")
            switch row {
            case .rung(let rung):
                self.rung(rung, span, strokes, &text, palette)
                let note = escaped(rung.note)
                let room = width.map { $0 - timeWidth - span - 6 } ?? .max
                if !note.isEmpty, room > 3 {
                    text.append("  ")
                    text.append(trusted: fitted(note, columns: room))
                }
            case .remark(let remark):
                self.remark(escaped(remark), span, room: width.map { $0 - timeWidth - 3 }, strokes, &text, palette)
            }
            text.append("\n")
        }
    }

    private func heading(span: Int, timeWidth: Int, into text: inout TextBuffer, _ palette: Palette) {
        text.append(UInt8(ascii: " "), times: timeWidth - displayWidth(timeUnit))
        text.append(escaped: timeUnit, .faint, palette)
        text.append("  ")
        text.append(escaped: left, leftStyle, palette)
        // The right name ends above the right upright if both fit, else it follows the left one.
        let used = displayWidth(escaped(left)) + displayWidth(escaped(right))
        text.append(UInt8(ascii: " "), times: max(2, span + 2 - used))
        text.append(escaped: right, rightStyle, palette)
        text.append("\n")
    }

    private func rung(_ rung: Rung, _ span: Int, _ strokes: Strokes, _ text: inout TextBuffer, _ palette: Palette) {
        text.append(strokes.upright)
        if rung.direction == .leftward { text.append(strokes.leftHead, rung.style, palette) }
        let label = fitted(escaped(rung.label), columns: span - 5)
        fill(strokes.beam, around: label, span - 1, rung.style, &text, palette)
        if rung.direction == .rightward { text.append(strokes.rightHead, rung.style, palette) }
        text.append(strokes.upright)
    }

    /// Between the uprights if it fits there, else across the right one.
    private func remark(
        _ remark: String,
        _ span: Int,
        room: Int?,
        _ strokes: Strokes,
        _ text: inout TextBuffer,
        _ palette: Palette
    ) {
        text.append(strokes.upright)
        guard displayWidth(remark) > span - 2 else {
            fill(strokes.remark, around: remark, span, .faint, &text, palette)
            return text.append(strokes.upright)
        }
        text.append(" ")
        text.styled(.faint, palette) { $0.append(trusted: room.map { fitted(remark, columns: $0 - 1) } ?? remark) }
    }

    /// A label centred in strokes, `columns` wide.
    private func fill(
        _ stroke: StaticString,
        around label: String,
        _ columns: Int,
        _ style: Style,
        _ text: inout TextBuffer,
        _ palette: Palette
    ) {
        let padding = columns - displayWidth(label) - 2
        text.styled(style, palette) { text in
            for _ in 0..<(padding / 2) { text.append(stroke) }
            text.append(" ")
            text.append(trusted: label)
            text.append(" ")
            for _ in 0..<(padding - padding / 2) { text.append(stroke) }
        }
    }
}
