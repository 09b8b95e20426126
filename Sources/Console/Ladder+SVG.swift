extension Ladder {
    /// Renders a standalone picture (SVG 1.1) that follows the page's light or dark colours, the ladders one below the other.
    package static func renderSVG(_ ladders: [Ladder], into text: inout TextBuffer) {
        let pictures = ladders.map { ($0, Picture(of: $0)) }
        text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        text.append(pictures.map(\.1.width).max() ?? 1)
        text.append(" ")
        text.append(max(1, pictures.reduce(0) { $0 + $1.1.height }))
        text.append("\" font-family=\"ui-monospace, monospace\" font-size=\"13\">\n")
        text.append(
            """
            <style>
              svg { color-scheme: light dark; color: #24292f; background: #ffffff }
              @media (prefers-color-scheme: dark) { svg { color: #e6edf3; background: #0d1117 } }
              text { fill: currentColor } line { stroke: currentColor } .faint { opacity: 0.6 }
              .good { color: #1a7f37 } .bad { color: #cf222e } .doubtful { color: #9a6700 }
              .originator { color: #0969da } .responder { color: #8250df }
            </style>
            <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
            <path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>

            """
        )
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

    /// The layout in pixels, as wide as the texts need.
    private struct Picture {
        static let rowHeight = 36
        static let top = 56
        private static let characterWidth = 8
        private static let margin = 16

        let leftX: Int
        let rightX: Int
        let width: Int
        let height: Int

        init(of ladder: Ladder) {
            let names = max(displayWidth(ladder.left), displayWidth(ladder.right)) * Self.characterWidth
            let beside = ladder.rows.map { row in
                switch row {
                case .rung(let rung): displayWidth(rung.note)
                case .remark(let remark): displayWidth(remark)
                }
            }
            leftX = max(170, names / 2 + Self.margin)
            rightX = leftX + max(360, names + 2 * Self.margin)
            width = max(980, rightX + (beside.max() ?? 0) * Self.characterWidth + 2 * Self.margin)
            height = Self.top + ladder.rows.count * Self.rowHeight + 24
        }

        var timeX: Int { leftX - Self.margin }
        var middleX: Int { (leftX + rightX) / 2 }
        var noteX: Int { rightX + Self.margin }
    }

    private func draw(_ picture: Picture, into text: inout TextBuffer) {
        svgText(left, x: picture.leftX, y: 28, anchor: "middle", className: Self.className(leftStyle), &text)
        svgText(right, x: picture.rightX, y: 28, anchor: "middle", className: Self.className(rightStyle), &text)
        svgText(timeUnit, x: picture.timeX, y: 48, anchor: "end", className: "faint", &text)
        for x in [picture.leftX, picture.rightX] {
            svgLine(x, 40, x, picture.height - 12, className: "faint", hasHead: false, &text)
        }
        for (index, row) in rows.enumerated() {
            let y = Picture.top + index * Picture.rowHeight + Picture.rowHeight / 2
            switch row {
            case .rung(let rung):
                let style = Self.className(rung.style)
                let isRightward = rung.direction == .rightward
                let (from, to) = isRightward ? (picture.leftX, picture.rightX) : (picture.rightX, picture.leftX)
                svgText(rung.time, x: picture.timeX, y: y + 4, anchor: "end", className: "faint", &text)
                svgLine(from, y, to, y, className: style, hasHead: true, &text)
                svgText(rung.label, x: picture.middleX, y: y - 6, anchor: "middle", className: style, &text)
                svgText(rung.note, x: picture.noteX, y: y + 4, anchor: "start", className: "note", &text)
            case .remark(let remark):
                svgText(remark, x: picture.noteX, y: y + 4, anchor: "start", className: "faint", &text)
            }
        }
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

    private func svgText(_ content: String, x: Int, y: Int, anchor: StaticString, className: StaticString, _ text: inout TextBuffer)
    {
        guard !content.isEmpty else { return }
        text.append("<text x=\"")
        text.append(x)
        text.append("\" y=\"")
        text.append(y)
        text.append("\" text-anchor=\"")
        text.append(anchor)
        text.append("\" class=\"")
        text.append(className)
        text.append("\">")
        for scalar in escaped(content).unicodeScalars {
            switch scalar {
            case "<": text.append("&lt;")
            case ">": text.append("&gt;")
            case "&": text.append("&amp;")
            default: text.append(trusted: String(scalar))
            }
        }
        text.append("</text>\n")
    }

    private func svgLine(
        _ x1: Int,
        _ y1: Int,
        _ x2: Int,
        _ y2: Int,
        className: StaticString,
        hasHead: Bool,
        _ text: inout TextBuffer
    ) {
        text.append("<line")
        for (name, value) in [(" x1=\"", x1), (" y1=\"", y1), (" x2=\"", x2), (" y2=\"", y2)] as [(StaticString, Int)] {
            text.append(name)
            text.append(value)
            text.append("\"")
        }
        text.append(" class=\"")
        text.append(className)
        text.append(hasHead ? "\" marker-end=\"url(#head)\"/>\n" : "\"/>\n")
    }
}
