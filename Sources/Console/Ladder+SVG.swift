extension Ladder {
    /// Renders a standalone picture (SVG 1.1) in the light or dark colours that its viewer prefers, the ladders one below the other.
    package static func renderSVG(_ ladders: [Ladder], into text: inout TextBuffer) {
        let pictures = ladders.map { ($0, Picture(of: $0)) }
        let width = pictures.map(\.1.width).max() ?? Picture.leastWidth
        let height = pictures.reduce(0) { $0 + $1.1.height }
        text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder\"")
        text.attribute(" width=\"", width)
        text.attribute(" height=\"", height)
        text.append(" viewBox=\"0 0 ")
        text.append(width)
        text.append(" ")
        text.append(height)
        text.append("\">\n<title>")
        text.append(svg: title(of: ladders))
        text.append("</title>\n")
        text.append(styleSheet)
        markers(into: &text)
        text.append("<rect class=\"page\"")
        text.attribute(" width=\"", width)
        text.attribute(" height=\"", height)
        text.append("/>\n")
        var y = 0
        for (ladder, picture) in pictures {
            text.append("<g transform=\"translate(0 ")
            text.append(y)
            text.append(")\">\n")
            ladder.draw(picture, into: &text)
            text.append("</g>\n")
            y += picture.height
        }
        text.append("</svg>\n")
    }

    private static func title(of ladders: [Ladder]) -> String {
        guard let first = ladders.first else { return "" }
        let others = ladders.count - 1
        return "\(first.left) and \(first.right)" + (others > 0 ? ", and \(others) more" : "")
    }

    /// Colours with a contrast of at least 4.5 to 1 on both backgrounds (WCAG 2.2, 1.4.3). The heads are markers of their own for
    /// each colour: not every viewer knows `context-stroke`.
    private static let styleSheet: StaticString = """
        <style>
          .ladder { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; max-width: 100%; \
        color: #1f2328 }
          .ladder .page { fill: #ffffff }
          .ladder text { fill: currentColor }
          .ladder line, .ladder path.reset { stroke: currentColor; stroke-width: 1.5 }
          .ladder path { fill: currentColor }
          .ladder .small { font-size: 11px }
          .ladder .step, .ladder .verdict { font-weight: bold }
          .ladder .upright { stroke-width: 1 }
          .ladder .broken { stroke-dasharray: 6 4 }
          .ladder .silent, .ladder .dots { stroke-dasharray: 2 4 }
          .ladder .faint { color: #59636e }
          .ladder .good { color: #1a7f37 } .ladder .bad, .ladder .reset { color: #cf222e } .ladder .doubtful { color: #9a6700 }
          .ladder .originator { color: #0969da } .ladder .responder { color: #8250df }
          @media (prefers-color-scheme: dark) {
            .ladder { color: #e6edf3 } .ladder .page { fill: #0d1117 } .ladder .faint { color: #9198a1 }
            .ladder .good { color: #3fb950 } .ladder .bad, .ladder .reset { color: #f85149 } .ladder .doubtful { color: #d29922 }
            .ladder .originator { color: #58a6ff } .ladder .responder { color: #bc8cff }
          }
        </style>

        """

    private static func markers(into text: inout TextBuffer) {
        text.append("<defs>\n")
        let arrow: StaticString = "M0 0L8 4L0 8z"
        let cross: StaticString = "M1 1L8 8M8 0L1 7"
        for (style, shape) in [
            ("plain", arrow), ("good", arrow), ("bad", arrow), ("doubtful", arrow), ("faint", arrow), ("reset", cross),
        ] as [(StaticString, StaticString)] {
            text.append("<marker id=\"head-")
            text.append(style)
            text.append("\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\"")
            text.append(" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path class=\"")
            text.append(style)
            text.append("\" d=\"")
            text.append(shape)
            text.append("\"/></marker>\n")
        }
        text.append("</defs>\n")
    }

    /// The layout in pixels: at most as wide as a README page, unless a conversation of years has long times.
    private struct Picture {
        static let leastWidth = 860
        static let characterWidth = 8
        static let lineHeight = 17
        private static let margin = 12
        private static let rowHeight = 44
        private static let leastNote = 240

        let leftX: Int
        let rightX: Int
        let width: Int
        let height: Int
        let top: Int
        /// Whether the names are above their uprights in one line.
        let centersNames: Bool
        /// The wrapped notes and the height of each row.
        let notes: [[String]]
        let heights: [Int]
        let verdict: [String]

        init(of ladder: Ladder) {
            func columns(_ text: String) -> Int { displayWidth(escaped(text)) * Self.characterWidth }
            var (time, delta, label) = (0, 0, 0)
            for row in ladder.rows {
                switch row {
                case .rung(let rung):
                    time = max(time, columns(rung.time))
                    delta = max(delta, columns(rung.delta))
                    let sender = rung.sender.isEmpty ? 0 : columns(rung.sender) + 24
                    label = max(label, columns(rung.label) + sender, columns(rung.numbers) * 11 / 13)
                case .fold(let fold):
                    time = max(time, columns(fold.time))
                    label = max(label, columns(fold.label))
                case .gap(let words): label = max(label, columns(words))
                }
            }
            leftX = Self.margin + time + Self.margin + (delta > 0 ? delta + Self.margin : 0)
            rightX = leftX + min(max(label + 48, 240), 420)
            let noteX = rightX + Self.margin
            let noteWidth = max(Self.leastWidth - noteX - Self.margin, Self.leastNote)
            width = noteX + noteWidth + Self.margin
            notes = ladder.rows.map { row in
                switch row {
                case .rung(let rung):
                    wrapped(
                        [rung.step, rung.note].filter { !$0.isEmpty }.map { escaped($0) }.joined(separator: " "),
                        columns: noteWidth / Self.characterWidth
                    )
                case .fold(let fold): wrapped(escaped(fold.note), columns: noteWidth / Self.characterWidth)
                case .gap: []
                }
            }
            heights = notes.map { max(Self.rowHeight, $0.count * Self.lineHeight + 8) }
            verdict = wrapped(escaped(ladder.verdict), columns: (width - leftX - Self.margin) / Self.characterWidth)
            let (left, right) = (columns(ladder.left) / 2, columns(ladder.right) / 2)
            centersNames = left < leftX && leftX + left + Self.margin < rightX - right && rightX + right < width
            top = centersNames ? 58 : 76
            height = top + heights.reduce(0, +) + (verdict.count + 1) * Self.lineHeight + 8
        }

        var deltaX: Int { leftX - Self.margin }
        func timeX(_ delta: Int) -> Int { delta > 0 ? deltaX - delta - Self.margin : deltaX }
        var middleX: Int { (leftX + rightX) / 2 }
        var noteX: Int { rightX + Self.margin }
        var bottom: Int { top + heights.reduce(0, +) }
    }

    private var widestDelta: Int {
        rows.reduce(0) { widest, row in
            if case .rung(let rung) = row {
                max(widest, displayWidth(escaped(rung.delta)) * Picture.characterWidth)
            } else {
                widest
            }
        }
    }

    private func draw(_ picture: Picture, into text: inout TextBuffer) {
        let timeX = picture.timeX(widestDelta)
        svgText(title, x: 12, y: 18, anchor: "start", className: "faint small", &text)
        if picture.centersNames {
            svgText(left, x: picture.leftX, y: 40, anchor: "middle", className: Self.className(leftStyle), &text)
            svgText(right, x: picture.rightX, y: 40, anchor: "middle", className: Self.className(rightStyle), &text)
        } else {
            svgText(left, x: picture.leftX - 4, y: 40, anchor: "start", className: Self.className(leftStyle), &text)
            svgText(right, x: picture.rightX - 4, y: 60, anchor: "start", className: Self.className(rightStyle), &text)
        }
        svgText(timeUnit, x: timeX, y: picture.top, anchor: "end", className: "faint", &text)
        if timeX < picture.deltaX {
            svgText("+\(timeUnit)", x: picture.deltaX, y: picture.top, anchor: "end", className: "faint", &text)
        }
        uprights(picture, &text)
        var top = picture.top
        for (index, row) in rows.enumerated() {
            let y = top + picture.heights[index] / 2 + 4
            top += picture.heights[index]
            switch row {
            case .rung(let rung):
                svgText(rung.time, x: timeX, y: y + 4, anchor: "end", className: "faint", &text)
                svgText(rung.delta, x: picture.deltaX, y: y + 4, anchor: "end", className: "faint", &text)
                draw(rung, y, picture, &text)
                svgNote(picture.notes[index], step: rung.step, y, picture, className: "note", &text)
            case .fold(let fold):
                svgText(fold.time, x: timeX, y: y + 4, anchor: "end", className: "faint", &text)
                svgText("⋯ \(fold.label)", x: picture.middleX, y: y - 6, anchor: "middle", className: "faint", &text)
                svgLine(
                    (picture.leftX, y),
                    (picture.rightX, y),
                    className: "faint dots",
                    start: fold.goesLeft ? "head-faint" : "",
                    end: fold.goesRight ? "head-faint" : "",
                    &text
                )
                svgNote(picture.notes[index], step: "", y, picture, className: "faint", &text)
            case .gap(let words):
                svgText(words, x: picture.middleX, y: y - 6, anchor: "middle", className: "doubtful", &text)
                svgLine((picture.leftX, y), (picture.rightX, y), className: "doubtful dots", &text)
            }
        }
        for (index, line) in picture.verdict.enumerated() {
            let y = picture.bottom + (index + 1) * Picture.lineHeight + 4
            svgText(line, isEscaped: true, x: picture.leftX, y: y, anchor: "start", className: "verdict", &text)
        }
    }

    /// An upright is broken from the message on with which its side ends.
    private func uprights(_ picture: Picture, _ text: inout TextBuffer) {
        var silence = Silence()
        var y = picture.top
        var ends: (left: Int?, right: Int?) = (nil, nil)
        for (row, height) in zip(rows, picture.heights) {
            if case .rung(let rung) = row { silence.follow(rung) }
            if silence.left, ends.left == nil { ends.left = y + height / 2 + 4 }
            if silence.right, ends.right == nil { ends.right = y + height / 2 + 4 }
            y += height
        }
        let bottom = picture.bottom
        for (x, end) in [(picture.leftX, ends.left), (picture.rightX, ends.right)] {
            svgLine((x, picture.top - 8), (x, end ?? bottom), className: "faint upright", &text)
            if let end { svgLine((x, end), (x, bottom), className: "faint upright silent", &text) }
        }
    }

    private func draw(_ rung: Rung, _ y: Int, _ picture: Picture, _ text: inout TextBuffer) {
        let style = Self.className(rung.style)
        let isRightward = rung.direction == .rightward
        var (from, to) = isRightward ? (picture.leftX, picture.rightX) : (picture.rightX, picture.leftX)
        if !rung.sender.isEmpty {
            let columns = displayWidth(escaped(rung.sender)) * Picture.characterWidth
            (from, to) = (max(picture.leftX + 80, picture.rightX - columns - 12), picture.leftX)
            svgText(rung.sender, x: from + 6, y: y + 4, anchor: "start", className: style, &text)
        }
        let head: StaticString =
            switch (rung.mark, rung.style) {
            case (.reset, _): "head-reset"
            case (_, .good): "head-good"
            case (_, .bad): "head-bad"
            case (_, .doubtful): "head-doubtful"
            default: "head-plain"
            }
        svgLine((from, y), (to, y), className: style, isBroken: rung.mark == .repeated, end: head, &text)
        svgText(
            rung.label,
            x: rung.sender.isEmpty ? picture.middleX : (from + to) / 2,
            y: y - 6,
            anchor: "middle",
            className: style,
            &text
        )
        svgText(rung.numbers, x: picture.middleX, y: y + 14, anchor: "middle", className: "faint small", &text)
    }

    private static func className(_ style: Style) -> StaticString {
        switch style {
        case .plain, .strong: "plain"
        case .good: "good"
        case .bad: "bad"
        case .doubtful: "doubtful"
        case .faint: "faint"
        case .originator: "originator"
        case .responder: "responder"
        }
    }

    /// Lines beside a rung, the step in the first in bold.
    private func svgNote(
        _ lines: [String],
        step: String,
        _ y: Int,
        _ picture: Picture,
        className: StaticString,
        _ text: inout TextBuffer
    ) {
        let step = escaped(step)
        for (index, line) in lines.enumerated() {
            let y = y + 4 - (lines.count - 1) * Picture.lineHeight / 2 + index * Picture.lineHeight
            guard index == 0, !step.isEmpty, line.hasPrefix(step) else {
                svgText(line, isEscaped: true, x: picture.noteX, y: y, anchor: "start", className: className, &text)
                continue
            }
            text.beginText(x: picture.noteX, y: y, anchor: "start", className: className)
            text.append("<tspan class=\"step\">")
            text.append(xml: step)
            text.append("</tspan>")
            text.append(xml: String(line.dropFirst(step.count)))
            text.append("</text>\n")
        }
    }

    private func svgText(
        _ content: String,
        isEscaped: Bool = false,
        x: Int,
        y: Int,
        anchor: StaticString,
        className: StaticString,
        _ text: inout TextBuffer
    ) {
        guard !content.isEmpty else { return }
        text.beginText(x: x, y: y, anchor: anchor, className: className)
        if isEscaped { text.append(xml: content) } else { text.append(svg: content) }
        text.append("</text>\n")
    }

    private func svgLine(
        _ from: (x: Int, y: Int),
        _ to: (x: Int, y: Int),
        className: StaticString,
        isBroken: Bool = false,
        start: StaticString = "",
        end: StaticString = "",
        _ text: inout TextBuffer
    ) {
        text.append("<line")
        text.attribute(" x1=\"", from.x)
        text.attribute(" y1=\"", from.y)
        text.attribute(" x2=\"", to.x)
        text.attribute(" y2=\"", to.y)
        text.append(" class=\"")
        text.append(className)
        if isBroken { text.append(" broken") }
        text.append("\"")
        for (attribute, marker) in [(" marker-start=\"url(#", start), (" marker-end=\"url(#", end)]
            as [(StaticString, StaticString)]
        where marker.utf8CodeUnitCount > 0 {
            text.append(attribute)
            text.append(marker)
            text.append(")\"")
        }
        text.append("/>\n")
    }
}

extension TextBuffer {
    fileprivate mutating func attribute(_ name: StaticString, _ value: Int) {
        append(name)
        append(value)
        append("\"")
    }

    fileprivate mutating func beginText(x: Int, y: Int, anchor: StaticString, className: StaticString) {
        append("<text")
        attribute(" x=\"", x)
        attribute(" y=\"", y)
        append(" text-anchor=\"")
        append(anchor)
        append("\" class=\"")
        append(className)
        append("\">")
    }

    /// Text from outside, made harmless for a terminal and for XML.
    fileprivate mutating func append(svg content: String) { append(xml: escaped(content)) }

    /// Text that was made harmless for a terminal.
    fileprivate mutating func append(xml content: String) {
        for scalar in content.unicodeScalars {
            switch scalar {
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "&": append("&amp;")
            default: append(trusted: String(scalar))
            }
        }
    }
}
