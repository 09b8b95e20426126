/// A table with a heading line: columns as wide as their widest cell, two blanks between them, nothing behind the last.
///
/// Cells are escaped on entry. If the table exceeds a given width, the columns that may shrink are cut, the widest first, each down
/// to `Column.least`. If that is not enough, columns with a rank are cut and then dropped, one after the other. A column that hangs is
/// written below each row instead. If it is still too wide, lines overflow rather than lose the remaining columns.
package struct Table: Sendable {
    package struct Column: Sendable {
        package enum Alignment: Sendable { case left, right }

        let title: String
        let alignment: Alignment
        let least: Int?
        let rank: Int?
        let hangs: Bool
        let staysDistinct: Bool

        /// - Parameters:
        ///   - least: the fewest columns that it may be cut to; `nil`: never cut.
        ///   - rank: columns are given up in this order, each cut before it falls away; `nil`: it stays.
        ///   - hangs: where its whole text does not fit beside the others, it is written below the row; of one column at most.
        ///   - staysDistinct: it is cut in such a way, and so far only, that cells that differ still do.
        package init(
            _ title: String,
            _ alignment: Alignment = .left,
            least: Int? = nil,
            rank: Int? = nil,
            hangs: Bool = false,
            staysDistinct: Bool = false
        ) {
            self.hangs = hangs
            self.staysDistinct = staysDistinct
            self.title = title
            self.alignment = alignment
            self.least = least
            self.rank = rank
        }
    }

    package struct Cell: Sendable, ExpressibleByStringLiteral {
        let text: String
        let style: Style
        /// In columns.
        let width: Int

        package init(_ text: String, _ style: Style = .plain) {
            var text = text
            let isPlain = text.withUTF8 { utf8 in unsafe utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
            self.text = isPlain ? text : escaped(text)
            self.style = style
            width = isPlain ? text.utf8.count : displayWidth(self.text)
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
        var layout = layout(width)
        for index in layout.kept where columns[index].staysDistinct {
            layout.shortened[index] = shortened(texts(of: index), columns: layout.widths[index])
        }
        renderRow(columns.map { Cell($0.title, .faint) }, layout, &text, palette)
        for row in rows {
            renderRow(row, layout, &text, palette)
            guard let hanging = layout.hanging, !row[hanging].text.isEmpty else { continue }
            let room = max(Self.leastRoom, (width ?? .max) - Self.indent)
            for line in wrapped(row[hanging].text, columns: room) {
                text.append(UInt8(ascii: " "), times: Self.indent)
                text.styled(row[hanging].style, palette) { $0.append(trusted: line) }
                text.append(byte: UInt8(ascii: "\n"))
            }
        }
    }

    /// Of the lines below a row.
    private static let indent = 4
    private static let leastRoom = 20

    /// The columns of the widest line if nothing is cut.
    package var widestLine: Int {
        let layout = layout(nil)
        func width(_ row: [Cell]) -> Int {
            let last = layout.kept.last { !row[$0].text.isEmpty } ?? 0
            return layout.kept.prefix { $0 < last }.reduce(row[last].width) { $0 + layout.widths[$1] + 2 }
        }
        return rows.reduce(width(columns.map { Cell($0.title) })) { max($0, width($1)) }
    }

    private struct Layout {
        /// The columns that stay in the row.
        var kept: [Int]
        /// Of all columns.
        var widths: [Int]
        /// The column that is written below.
        var hanging: Int?
        /// By column: what stands for the texts that do not fit, where they stay distinct.
        var shortened: [Int: [String: String]] = [:]
    }

    private func texts(of column: Int) -> Set<String> { Set(rows.lazy.map { $0[column].text }) }

    private func layout(_ limit: Int?) -> Layout {
        let full = columns.indices.map { index in
            rows.reduce(displayWidth(columns[index].title)) { max($0, $1[index].width) }
        }
        guard let limit else { return Layout(kept: Array(columns.indices), widths: full) }
        let beside = fit(Array(columns.indices), full, limit)
        guard let hanging = columns.firstIndex(where: \.hangs),
            !beside.kept.contains(hanging) || beside.widths[hanging] < full[hanging]
        else { return beside }
        var below = fit(columns.indices.filter { $0 != hanging }, full, limit)
        below.hanging = hanging
        return below
    }

    private func fit(_ indices: [Int], _ full: [Int], _ limit: Int) -> Layout {
        var (kept, widths) = (indices, full)
        let least = columns.indices.map { index in
            guard let least = columns[index].least, least < widths[index] else { return widths[index] }
            return columns[index].staysDistinct ? leastDistinctWidth(texts(of: index), from: least, to: widths[index]) : least
        }
        var floors = columns.indices.map { columns[$0].rank == nil ? least[$0] : widths[$0] }
        for index in kept.filter({ columns[$0].rank != nil }).sorted(by: { rank($0) < rank($1) }) {
            guard lineWidth(kept, floors) > limit else { break }
            floors[index] = least[index]
            guard lineWidth(kept, floors) > limit else { break }
            kept.removeAll { $0 == index }
        }
        while lineWidth(kept, widths) > limit {
            let shrinkable = kept.filter { widths[$0] > floors[$0] }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return Layout(kept: kept, widths: widths)
    }

    private func cut(_ text: String, _ column: Int, _ layout: Layout) -> String {
        layout.shortened[column]?[text] ?? fitted(text, columns: layout.widths[column])
    }

    private func rank(_ index: Int) -> Int { columns[index].rank ?? .max }

    private func lineWidth(_ kept: [Int], _ widths: [Int]) -> Int {
        kept.reduce(2 * (kept.count - 1)) { $0 + widths[$1] }
    }

    private func renderRow(_ cells: [Cell], _ layout: Layout, _ text: inout TextBuffer, _ palette: Palette) {
        let (kept, widths) = (layout.kept, layout.widths)
        // Blanks behind the last cell that says something would only wrap on a narrow terminal.
        let last = kept.last { !cells[$0].text.isEmpty } ?? -1
        for index in kept where index <= last {
            let fits = cells[index].width <= widths[index]
            let shown = fits ? cells[index].text : cut(cells[index].text, index, layout)
            let padding = max(0, widths[index] - (fits ? cells[index].width : displayWidth(shown)))
            if columns[index].alignment == .right { text.append(UInt8(ascii: " "), times: padding) }
            text.styled(cells[index].style, palette) { $0.append(trusted: shown) }
            if index == last { break }
            if columns[index].alignment == .left { text.append(UInt8(ascii: " "), times: padding) }
            text.append("  ")
        }
        text.append(byte: UInt8(ascii: "\n"))
    }
}
