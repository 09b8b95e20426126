extension Ladder {
    /// A picture that stands alone (SVG 1.1), in the colours of a page that is light or dark.
    func renderSVG(into text: inout TextBuffer) {
        let rowHeight = 36
        let top = 56
        let (leftX, rightX, width) = (170, 530, 980)
        let height = top + rows.count * rowHeight + 24

        text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        text.append(width)
        text.append(" ")
        text.append(height)
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
        svgText(left, x: leftX, y: 28, anchor: "middle", className: "originator", &text)
        svgText(right, x: rightX, y: 28, anchor: "middle", className: "responder", &text)
        svgText(timeUnit, x: leftX - 16, y: 28, anchor: "end", className: "faint", &text)
        for x in [leftX, rightX] { svgLine(x, 40, x, height - 12, className: "faint", hasHead: false, &text) }
        for (index, row) in rows.enumerated() {
            let y = top + index * rowHeight + rowHeight / 2
            switch row {
            case .rung(let rung):
                let (from, to) = rung.direction == .rightward ? (leftX, rightX) : (rightX, leftX)
                svgText(rung.time, x: leftX - 16, y: y + 4, anchor: "end", className: "faint", &text)
                svgLine(from, y, to, y, className: Self.className(rung.style), hasHead: true, &text)
                svgText(
                    rung.label,
                    x: (leftX + rightX) / 2,
                    y: y - 6,
                    anchor: "middle",
                    className: Self.className(rung.style),
                    &text
                )
                svgText(rung.note, x: rightX + 16, y: y + 4, anchor: "start", className: "note", &text)
            case .remark(let remark):
                svgText(remark, x: (leftX + rightX) / 2, y: y + 4, anchor: "middle", className: "faint", &text)
            }
        }
        text.append("</svg>\n")
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
