extension Ladder {
    /// The characters of a drawing.
    struct Strokes {
        let upright: StaticString
        /// The upright of a side that sends nothing more.
        let silentUpright: StaticString
        let beam: StaticString
        let repeatedBeam: StaticString
        let rightHead: StaticString
        let leftHead: StaticString
        let resetHead: StaticString
        /// Beside a fold or a gap.
        let dots: StaticString
        let fold: String
        let ellipsis: String
        let isASCII: Bool

        static let unicode = Strokes(
            upright: "│",
            silentUpright: "╎",
            beam: "─",
            repeatedBeam: "╌",
            rightHead: "▶",
            leftHead: "◀",
            resetHead: "✕",
            dots: "┄",
            fold: "⋯ ",
            ellipsis: "…",
            isASCII: false
        )
        static let ascii = Strokes(
            upright: "|",
            silentUpright: ":",
            beam: "-",
            repeatedBeam: "~",
            rightHead: ">",
            leftHead: "<",
            resetHead: "X",
            dots: ".",
            fold: "... ",
            ellipsis: "...",
            isASCII: true
        )

        /// A text made harmless, and of ASCII where the drawing is.
        func drawable(_ text: String) -> String {
            let text = escaped(text)
            guard isASCII, text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
            return ASCIIText.reduced(text)
        }

        func head(_ rung: Rung) -> StaticString {
            rung.mark == .reset ? resetHead : rung.direction == .rightward ? rightHead : leftHead
        }

        func beam(_ rung: Rung) -> StaticString { rung.mark == .repeated ? repeatedBeam : beam }
    }

    func renderText(_ strokes: Strokes, into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        for line in wrapped(strokes.drawable(title), columns: max(width ?? .max, 20)) {
            text.styled(.faint, palette) { $0.append(trusted: line) }
            text.append("\n")
        }
        if let layout = Layout(of: self, strokes, width: width) {
            renderBeside(layout, strokes, into: &text, palette)
        } else {
            renderStacked(strokes, into: &text, width: width ?? TextBuffer.proseWidth, palette)
        }
        for line in wrapped(strokes.drawable(verdict), columns: max(width ?? .max, 20)) {
            text.styled(.strong, palette) { $0.append(trusted: line) }
            text.append("\n")
        }
    }

    /// The columns of a drawing whose notes are beside the rungs.
    private struct Layout {
        let timeWidth: Int
        /// 0: the time since the message before is left out.
        let deltaWidth: Int
        /// Between the uprights.
        let span: Int
        let showsNumbers: Bool
        /// `nil`: no limit.
        let noteWidth: Int?

        /// Narrower terminals get a stack.
        private static let leastWidth = 60
        private static let leastSpan = 24
        private static let leastNote = 16
        /// Columns for notes that are worth leaving something out.
        private static let wantedNote = 28

        /// The columns before the left upright.
        var indent: Int { timeWidth + 2 + (deltaWidth > 0 ? deltaWidth + 2 : 0) }

        /// - Returns: `nil` where the terminal is too narrow.
        init?(of ladder: Ladder, _ strokes: Strokes, width: Int?) {
            func columns(_ text: String) -> Int { displayWidth(strokes.drawable(text)) }
            var (label, whole, note) = (0, 0, 0)
            var (time, delta) = (columns(ladder.timeUnit), 0)
            for row in ladder.rows {
                switch row {
                case .rung(let rung):
                    let sender = rung.sender.isEmpty ? 0 : columns(rung.sender) + 4
                    label = max(label, columns(rung.label) + sender)
                    whole = max(whole, columns(rung.whole) + sender)
                    note = max(note, columns(rung.meaning))
                    time = max(time, columns(rung.time))
                    delta = max(delta, columns(rung.delta))
                case .fold(let fold):
                    label = max(label, columns(strokes.fold + fold.label))
                    note = max(note, columns(fold.note))
                    time = max(time, columns(fold.time))
                case .gap(let words): label = max(label, columns(words))
                }
            }
            if delta > 0 { delta = max(delta, columns(ladder.timeUnit) + 1) }
            whole = max(whole, label)
            let names = columns(ladder.left) + columns(ladder.right)
            // A beam on both sides of the label, and the head.
            let room = { (label: Int) in max(label + 6, Self.leastSpan) }
            guard let width else {
                (timeWidth, deltaWidth, span, showsNumbers, noteWidth) = (time, delta, max(room(whole), names), true, nil)
                return
            }
            guard width >= Self.leastWidth else { return nil }
            let choices = [
                (delta, max(room(whole), names), true), (delta, room(whole), true), (0, room(whole), true),
                (0, min(room(label), Self.leastSpan + 8), false),
            ]
            for (index, (delta, span, showsNumbers)) in choices.enumerated() {
                let beside = width - (time + 2 + (delta > 0 ? delta + 2 : 0)) - span - 4
                let isLast = index == choices.count - 1
                guard beside >= (isLast ? Self.leastNote : min(note, Self.wantedNote)) else { continue }
                (timeWidth, deltaWidth, self.span, self.showsNumbers, noteWidth) = (time, delta, span, showsNumbers, beside)
                return
            }
            return nil
        }
    }

    private func renderBeside(_ layout: Layout, _ strokes: Strokes, into text: inout TextBuffer, _ palette: Palette) {
        heading(layout, strokes, into: &text, palette)
        var silence = Silence()
        for row in rows {
            switch row {
            case .rung(let rung):
                times(rung.time, rung.delta, layout, strokes, &text, palette)
                upright(silence.left, strokes, &text)
                self.rung(rung, layout, strokes, &text, palette)
                upright(silence.right, strokes, &text)
                silence.follow(rung)
                note(rung.meaning, layout, silence, strokes, &text, palette)
            case .fold(let fold):
                times(fold.time, "", layout, strokes, &text, palette)
                upright(silence.left, strokes, &text)
                let label = fitted(
                    strokes.fold + strokes.drawable(fold.label),
                    columns: layout.span - 4,
                    ellipsis: strokes.ellipsis
                )
                fill(
                    strokes.dots,
                    around: label,
                    layout.span,
                    .faint,
                    heads: (fold.goesLeft ? strokes.leftHead : strokes.dots, fold.goesRight ? strokes.rightHead : strokes.dots),
                    &text,
                    palette
                )
                upright(silence.right, strokes, &text)
                note(fold.note, layout, silence, strokes, &text, palette)
            case .gap(let words):
                times("", "", layout, strokes, &text, palette)
                upright(silence.left, strokes, &text)
                let label = fitted(strokes.drawable(words), columns: layout.span - 4, ellipsis: strokes.ellipsis)
                fill(strokes.dots, around: label, layout.span, .doubtful, heads: (strokes.dots, strokes.dots), &text, palette)
                upright(silence.right, strokes, &text)
                text.append("\n")
            }
        }
    }

    private func heading(_ layout: Layout, _ strokes: Strokes, into text: inout TextBuffer, _ palette: Palette) {
        times(timeUnit, layout.deltaWidth > 0 ? "+\(timeUnit)" : "", layout, strokes, &text, palette)
        let (left, right) = names(strokes, columns: layout.span + 2)
        text.styled(leftStyle, palette) { $0.append(trusted: left) }
        // The right name ends above the right upright.
        text.append(UInt8(ascii: " "), times: layout.span + 2 - displayWidth(left) - displayWidth(right))
        text.styled(rightStyle, palette) { $0.append(trusted: right) }
        text.append("\n")
    }

    /// Both names and at least two blanks between them in that many columns.
    private func names(_ strokes: Strokes, columns: Int) -> (String, String) {
        let (left, right) = (strokes.drawable(left), strokes.drawable(right))
        let room = columns - 2
        let (wide, narrow) = (displayWidth(left), displayWidth(right))
        guard wide + narrow > room else { return (left, right) }
        // A name that needs less than half leaves the rest to the other.
        let leftRoom = max(room / 2, room - narrow)
        let rightRoom = max(room - room / 2, room - wide)
        return (
            shortened(left, columns: min(leftRoom, wide), ellipsis: strokes.ellipsis),
            shortened(right, columns: min(rightRoom, narrow), ellipsis: strokes.ellipsis)
        )
    }

    private func times(
        _ time: String,
        _ delta: String,
        _ layout: Layout,
        _ strokes: Strokes,
        _ text: inout TextBuffer,
        _ palette: Palette
    ) {
        column(strokes.drawable(time), layout.timeWidth, &text, palette)
        if layout.deltaWidth > 0 { column(strokes.drawable(delta), layout.deltaWidth, &text, palette) }
    }

    private func column(_ content: String, _ width: Int, _ text: inout TextBuffer, _ palette: Palette) {
        text.append(UInt8(ascii: " "), times: width - displayWidth(content))
        if !content.isEmpty { text.styled(.faint, palette) { $0.append(trusted: content) } }
        text.append("  ")
    }

    private func upright(_ isSilent: Bool, _ strokes: Strokes, _ text: inout TextBuffer) {
        text.append(isSilent ? strokes.silentUpright : strokes.upright)
    }

    private func rung(_ rung: Rung, _ layout: Layout, _ strokes: Strokes, _ text: inout TextBuffer, _ palette: Palette) {
        let beam = strokes.beam(rung)
        let content = strokes.drawable(layout.showsNumbers ? rung.whole : rung.label)
        guard rung.sender.isEmpty else { return foreign(rung, content, layout, strokes, &text, palette) }
        let label = fitted(content, columns: layout.span - 4, ellipsis: strokes.ellipsis)
        let heads = rung.direction == .rightward ? (beam, strokes.head(rung)) : (strokes.head(rung), beam)
        fill(beam, around: label, layout.span, rung.style, heads: heads, &text, palette)
    }

    /// A message to the left side from somebody between the two: its arrow begins at the sender's name.
    private func foreign(
        _ rung: Rung,
        _ content: String,
        _ layout: Layout,
        _ strokes: Strokes,
        _ text: inout TextBuffer,
        _ palette: Palette
    ) {
        let name = shortened(strokes.drawable(rung.sender), columns: layout.span / 2, ellipsis: strokes.ellipsis)
        let length = layout.span - displayWidth(name) - 2
        let label = fitted(content, columns: max(4, length - 4), ellipsis: strokes.ellipsis)
        let beam = strokes.beam(rung)
        fill(beam, around: label, length, rung.style, heads: (strokes.head(rung), beam), &text, palette)
        text.append(" ")
        text.styled(rung.style, palette) { $0.append(trusted: name) }
        let drawn = max(2, length - displayWidth(label) - 2) + displayWidth(label) + 2
        text.append(UInt8(ascii: " "), times: layout.span - drawn - 1 - displayWidth(name))
    }

    /// The note beside a rung, and below it what does not fit there.
    private func note(
        _ note: String,
        _ layout: Layout,
        _ silence: Silence,
        _ strokes: Strokes,
        _ text: inout TextBuffer,
        _ palette: Palette
    ) {
        for (index, line) in wrapped(strokes.drawable(note), columns: layout.noteWidth ?? .max).enumerated() {
            if index > 0 {
                text.append("\n")
                text.append(UInt8(ascii: " "), times: layout.indent)
                upright(silence.left, strokes, &text)
                text.append(UInt8(ascii: " "), times: layout.span)
                upright(silence.right, strokes, &text)
            }
            text.append("  ")
            text.append(trusted: line)
        }
        text.append("\n")
    }

    /// A label centred in strokes, `columns` wide with the heads at both ends.
    private func fill(
        _ stroke: StaticString,
        around label: String,
        _ columns: Int,
        _ style: Style,
        heads: (left: StaticString, right: StaticString),
        _ text: inout TextBuffer,
        _ palette: Palette
    ) {
        let padding = max(2, columns - displayWidth(label) - 2)
        text.styled(style, palette) { text in
            text.append(heads.left)
            for _ in 1..<max(1, padding / 2) { text.append(stroke) }
            text.append(" ")
            text.append(trusted: label)
            text.append(" ")
            for _ in 1..<max(1, padding - padding / 2) { text.append(stroke) }
            text.append(heads.right)
        }
    }
}
