import Addresses
package import Console
package import Probing
import SondeSystem

/// The default table: targets in the order they were given, ports in the order of their list, many like ports folded into one line,
/// and so are many hosts all of whose ports are alike.
///
/// A target is printed once it and all targets before it are complete, so that memory holds only targets in progress.
package struct TableProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private let hasBanners: Bool
    private let isOneHost: Bool
    /// Whether the one host was named, so that its address is news.
    private let showsAddress: Bool
    private let output: ReportStream
    private let notes: ReportStream
    private var groups: [Int: TargetGroup] = [:]
    private var table = Table([])
    private var rows = 0
    /// With one host: the kinds that are printed after the table.
    private var folded: [TargetGroup.Fold] = []
    private var hints = ProbeHints()
    /// Hosts all of whose ports are of one kind and not open; a kind with many of them is folded.
    private var alike: [TargetGroup.Kind: AlikeHosts] = [:]
    private var answeringHosts = Set<IPAddress>()
    /// The one that was added last: results of one host arrive in a row.
    private var latestAnsweringHost: IPAddress?

    private struct AlikeHosts {
        /// The first ones.
        var groups: [Int: TargetGroup] = [:]
        var count = 0
        let portCount: Int
        let example: ProbeResult
    }

    /// Maximum number of targets kept before the complete ones are printed as a table of their own.
    private static let longestTable = 2000
    private static let answeringHostLimit = 65_536
    /// A longer banner is cut, so that it does not widen every row.
    private static let longestBanner = 60

    package init(
        onlyOpen: Bool,
        hasBanners: Bool,
        isOneHost: Bool,
        showsAddress: Bool = false,
        output: ReportStream,
        notes: ReportStream
    ) {
        self.onlyOpen = onlyOpen
        self.hasBanners = hasBanners
        self.isOneHost = isOneHost
        self.showsAddress = showsAddress
        self.output = output
        self.notes = notes
        table = emptyTable()
    }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        hints.notice(result)
        if result.isAnsweredByHost, let address = result.address?.address, address != latestAnsweringHost,
            answeringHosts.count < Self.answeringHostLimit
        {
            answeringHosts.insert(address)
            latestAnsweringHost = address
        }
        if onlyOpen, result.verdict.state != .open { return }
        groups[result.ordinal, default: TargetGroup(result)].add(result)
        // With --open, closed ports are not counted, so no target is known to be complete before the end.
        if !onlyOpen, groups.count > TableProbeReport.longestTable { printComplete(into: &text) }
        if onlyOpen, groups.count > TableProbeReport.longestTable { printAll(into: &text) }
    }

    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) { hints.notice(unresolved) }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        for (ordinal, group) in groups where setAside(group, ordinal) { groups[ordinal] = nil }
        for entry in alike.values where entry.count <= TargetGroup.foldingLimit {
            groups.merge(entry.groups) { first, _ in first }
        }
        let many = alike.values.filter { $0.count > TargetGroup.foldingLimit }.sorted {
            ($0.count, $1.example.ordinal) > ($1.count, $0.example.ordinal)
        }
        alike.removeAll()
        printAll(into: &text)
        for entry in many { writeAlike(entry, into: &text) }
        ending.tally.write(into: &notes)
        notes.append(" in ")
        notes.append(duration: ending.elapsed.count)
        notes.append("\n")
        hints.write(ending, into: &notes, width: self.notes.width, self.notes.palette)
    }

    // MARK: - Rows

    private mutating func printComplete(into text: inout TextBuffer) {
        for ordinal in groups.keys.sorted() {
            guard let group = groups[ordinal], group.isComplete else { break }
            groups[ordinal] = nil
            if !setAside(group, ordinal) { addRows(group) }
        }
        printTable(into: &text)
    }

    /// Keeps a host whose ports are all alike for the end; false where they are not.
    private mutating func setAside(_ group: TargetGroup, _ ordinal: Int) -> Bool {
        guard !isOneHost, let kind = group.onlyKind else { return false }
        var entry = alike[kind] ?? AlikeHosts(portCount: group.first.portCount, example: group.first)
        entry.count += 1
        if entry.groups.count <= TargetGroup.foldingLimit { entry.groups[ordinal] = group }
        alike[kind] = entry
        return true
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
        var columns: [Table.Column] = isOneHost ? [] : [Table.Column("HOST", least: 15, staysDistinct: true)]
        columns += [
            Table.Column("PORT"), Table.Column("STATE"), Table.Column("REASON"),
            // The reason says it in words, so it is the first to go on a narrow terminal.
            Table.Column("CONNECT_EX", rank: 1), Table.Column("TIME", .right, rank: 3),
        ]
        if showsAddress { columns.append(Table.Column("ADDRESS")) }
        columns.append(Table.Column("SERVICE", rank: 2))
        if hasBanners { columns.append(Table.Column("BANNER", least: 10)) }
        // Why, and who is to blame, is never cut.
        columns.append(Table.Column("DETAIL", rank: 9, hangs: true))
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
        ]
        if showsAddress { cells.append(Table.Cell(result.address?.description ?? "")) }
        cells.append(Table.Cell(ServiceNames.name(of: result.port, over: result.transport) ?? ""))
        if hasBanners { cells.append(Table.Cell(bannerText(result))) }
        cells.append(Table.Cell(sentence(result)))
        return cells
    }

    /// Escaped here, because a String would lose bytes that are not UTF-8.
    private func bannerText(_ result: ProbeResult) -> String {
        guard let banner = result.banner else { return "" }
        var text = TextBuffer()
        text.append(escaped: banner.span)
        return fitted(text.string, columns: TableProbeReport.longestBanner)
    }

    private func sentence(_ result: ProbeResult) -> String {
        result.sentence(hostAnswers: result.address.map { answeringHosts.contains($0.address) } ?? false)
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
        cells.append(Table.Cell(sentence(fold.example)))
        return cells
    }

    /// `251 hosts: 443/tcp filtered (no-response)`, after the table of several hosts.
    private func writeAlike(_ hosts: AlikeHosts, into text: inout TextBuffer) {
        text.styled(.strong, output.palette) { text in
            text.append(grouped: hosts.count)
            text.append(" hosts")
        }
        text.append(": ")
        if hosts.portCount > 1 {
            text.append("all ")
            text.append(grouped: hosts.portCount)
            text.append(" ports ")
        } else {
            text.append(Int(hosts.example.port))
            text.append("/")
            text.append(trusted: hosts.example.transport.rawValue)
            text.append(" ")
        }
        writeKind(hosts.example, into: &text)
    }

    /// `65,530 closed (rst)`, after the table of one host.
    private func writeFold(_ fold: TargetGroup.Fold, into text: inout TextBuffer) {
        text.styled(.strong, output.palette) { $0.append(grouped: fold.count) }
        text.append(" ")
        writeKind(fold.example, into: &text)
    }

    private func writeKind(_ example: ProbeResult, into text: inout TextBuffer) {
        let from = example.icmp?.offender.map { ", from \($0)" } ?? ""
        text.append(escaped: example.verdict.state.rawValue, example.verdict.state.style, output.palette)
        text.append(" (")
        text.append(trusted: example.verdict.reason?.rawValue ?? example.connectEx)
        text.append(trusted: from)
        text.append(")\n")
    }
}

extension PortState {
    package var style: Style {
        switch self {
        case .open: .good
        case .closed, .error: .bad
        case .filtered, .openOrFiltered: .doubtful
        }
    }
}
