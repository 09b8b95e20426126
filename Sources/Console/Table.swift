/// A table with a heading line: columns as wide as their widest cell, two blanks between them, nothing behind the last.
///
/// Cells are escaped when they come in. Where a width is given and the table is wider, the columns that may shrink are cut, the
/// widest first, each down to `Column.least`; where that is not enough, lines run over rather than lose what can't be spared.
package struct Table: Sendable {
    package struct Column: Sendable {
        package enum Alignment: Sendable { case left, right }

        let title: String
        let alignment: Alignment
        let least: Int?

        /// - Parameter least: the fewest columns that it may be cut to; `nil`: never cut.
        package init(_ title: String, _ alignment: Alignment = .left, least: Int? = nil) {
            self.title = title
            self.alignment = alignment
            self.least = least
        }
    }

    package struct Cell: Sendable, ExpressibleByStringLiteral {
        let text: String
        let style: Style

        package init(_ text: String, _ style: Style = .plain) {
            self.text = escaped(text)
            self.style = style
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Adds a row with one cell a column.
    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has as many cells as the table has columns")
        rows.append(cells)
    }

    /// - Parameter width: the columns of the terminal; `nil`: nothing is cut.
    package func render(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        let widths = fittedWidths(width)
        renderRow(columns.map { Cell($0.title, .faint) }, widths, &text, palette)
        for row in rows { renderRow(row, widths, &text, palette) }
    }

    private func fittedWidths(_ limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(displayWidth(columns[index].title)) { max($0, displayWidth($1[index].text)) }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - limit
        while excess > 0 {
            let shrinkable = columns.indices.filter { index in columns[index].least.map { widths[index] > $0 } ?? false }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func renderRow(_ cells: [Cell], _ widths: [Int], _ text: inout TextBuffer, _ palette: Palette) {
        // Blanks behind the last cell that says something would only wrap on a narrow terminal.
        let last = cells.lastIndex { !$0.text.isEmpty } ?? -1
        for index in cells.indices where index <= last {
            let shown = fitted(cells[index].text, columns: widths[index])
            let padding = max(0, widths[index] - displayWidth(shown))
            if columns[index].alignment == .right { text.append(UInt8(ascii: " "), times: padding) }
            text.styled(cells[index].style, palette) { $0.append(trusted: shown) }
            if index == last { break }
            if columns[index].alignment == .left { text.append(UInt8(ascii: " "), times: padding) }
            text.append("  ")
        }
        text.append(byte: UInt8(ascii: "\n"))
    }
}
