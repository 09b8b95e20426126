import Addresses
package import Console
package import Probing
import SondeSystem

/// The default table: targets in the order they were given, ports in the order of their list, many like ports folded into one line.
///
/// A target is printed once it and all targets before it are complete, so that memory holds only targets in progress.
package struct TableProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private let hasBanners: Bool
    private let isOneHost: Bool
    private let output: ReportStream
    private let notes: ReportStream
    private var groups: [Int: TargetGroup] = [:]
    private var table = Table([])
    private var rows = 0
    /// With one host: the kinds that are printed after the table.
    private var folded: [TargetGroup.Fold] = []
    private var hints = ProbeHints()

    /// Maximum number of targets kept before the complete ones are printed as a table of their own.
    private static let longestTable = 2000

    package init(onlyOpen: Bool, hasBanners: Bool, isOneHost: Bool, output: ReportStream, notes: ReportStream) {
        self.onlyOpen = onlyOpen
        self.hasBanners = hasBanners
        self.isOneHost = isOneHost
        self.output = output
        self.notes = notes
        table = emptyTable()
    }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        hints.notice(result)
        if onlyOpen, result.verdict.state != .open { return }
        groups[result.ordinal, default: TargetGroup(result)].add(result)
        // With --open, closed ports are not counted, so no target is known to be complete before the end.
        if !onlyOpen, groups.count > TableProbeReport.longestTable { printComplete(into: &text) }
        if onlyOpen, groups.count > TableProbeReport.longestTable { printAll(into: &text) }
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        printAll(into: &text)
        ending.tally.write(into: &notes)
        notes.append(" in ")
        notes.append(duration: ending.elapsed.count)
        notes.append("\n")
        hints.write(ending.tally, into: &notes, width: self.notes.width, self.notes.palette)
    }

    // MARK: - Rows

    private mutating func printComplete(into text: inout TextBuffer) {
        for ordinal in groups.keys.sorted() {
            guard let group = groups[ordinal], group.isComplete else { break }
            groups[ordinal] = nil
            addRows(group)
        }
        printTable(into: &text)
    }

    private mutating func printAll(into text: inout TextBuffer) {
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) { addRows(group) }
        groups.removeAll()
        printTable(into: &text)
    }

    private mutating func printTable(into text: inout TextBuffer) {
        if rows > 0 {
            table.render(into: &text, width: output.width, output.palette)
            table = emptyTable()
            rows = 0
        }
        for fold in folded { writeFold(fold, into: &text) }
        folded.removeAll()
    }

    private mutating func addRows(_ group: TargetGroup) {
        let (shown, folds) = group.rows
        for result in shown { addRow(cells(result)) }
        guard !isOneHost else { return folded += folds }
        for fold in folds { addRow(cells(fold, group)) }
    }

    private mutating func addRow(_ cells: [Table.Cell]) {
        table.add(cells)
        rows += 1
    }

    private func emptyTable() -> Table {
        var columns: [Table.Column] = isOneHost ? [] : [Table.Column("HOST", least: 15)]
        columns += [
            Table.Column("PORT"), Table.Column("STATE"), Table.Column("REASON", rank: 5),
            Table.Column("CONNECT_EX", least: 10, rank: 3), Table.Column("TIME", .right, rank: 4),
            Table.Column("SERVICE", least: 7, rank: 2),
        ]
        if hasBanners { columns.append(Table.Column("BANNER", least: 10)) }
        columns.append(Table.Column("DETAIL", least: 20, rank: 1))
        return Table(columns)
    }

    private func cells(_ result: ProbeResult) -> [Table.Cell] {
        var time = TextBuffer()
        if let answerTime = result.answerTime { time.append(duration: answerTime.count) }
        let port = result.transport == .unix ? "unix" : "\(result.port)/\(result.transport.rawValue)"
        var cells: [Table.Cell] = isOneHost ? [] : [Table.Cell(result.host)]
        cells += [
            Table.Cell(port, .strong),
            Table.Cell(result.verdict.state.rawValue, result.verdict.state.style),
            Table.Cell(result.verdict.reason?.rawValue ?? ""),
            Table.Cell(result.connectEx, .faint),
            Table.Cell(time.string),
            Table.Cell(ServiceNames.name(of: result.port, over: result.transport) ?? ""),
        ]
        if hasBanners { cells.append(Table.Cell(bannerText(result))) }
        cells.append(Table.Cell(result.sentence))
        return cells
    }

    /// Escaped here, because a String would lose bytes that are not UTF-8.
    private func bannerText(_ result: ProbeResult) -> String {
        guard let banner = result.banner else { return "" }
        var text = TextBuffer()
        text.append(escaped: banner.span)
        return text.string
    }

    private func cells(_ fold: TargetGroup.Fold, _ group: TargetGroup) -> [Table.Cell] {
        var count = TextBuffer()
        count.append(grouped: fold.count)
        count.append(" ports")
        var cells: [Table.Cell] = [
            Table.Cell(group.first.host),
            Table.Cell(count.string, .strong),
            Table.Cell(fold.example.verdict.state.rawValue, fold.example.verdict.state.style),
            Table.Cell(fold.example.verdict.reason?.rawValue ?? ""),
            Table.Cell(fold.example.connectEx, .faint),
            "", "",
        ]
        if hasBanners { cells.append("") }
        cells.append(Table.Cell(fold.example.sentence))
        return cells
    }

    /// `65,530 closed (rst)`, after the table of one host.
    private func writeFold(_ fold: TargetGroup.Fold, into text: inout TextBuffer) {
        let from = fold.example.icmp?.offender.map { ", from \($0)" } ?? ""
        text.styled(.strong, output.palette) { $0.append(grouped: fold.count) }
        text.append(" ")
        text.append(escaped: fold.example.verdict.state.rawValue, fold.example.verdict.state.style, output.palette)
        text.append(" (")
        text.append(trusted: fold.example.verdict.reason?.rawValue ?? fold.example.connectEx)
        text.append(trusted: from)
        text.append(")\n")
    }
}

extension PortState {
    var style: Style {
        switch self {
        case .open: .good
        case .closed, .error: .bad
        case .filtered, .openOrFiltered: .doubtful
        }
    }
}
