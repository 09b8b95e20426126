import Addresses
package import Console
package import Probing
package import SondeSystem

/// The output of `--count`: one line per result, a live line on a terminal, and statistics per port at the end.
package struct ProbeCountReport: Sendable {
    private let isJSON: Bool
    private let palette: Palette
    private let interval: Nanoseconds
    private var series: [Key: Series] = [:]
    private var tally = ProbeTally()

    private struct Key: Hashable {
        let ordinal: Int
        let portIndex: Int

        init(ordinal: Int, portIndex: Int) {
            self.ordinal = ordinal
            self.portIndex = portIndex
        }

        init(_ result: ProbeResult) { self.init(ordinal: result.ordinal, portIndex: result.portIndex) }
    }

    private struct Series {
        /// The port as it was last seen.
        var port: PortName
        var statistics = Statistics()
        var outages = OutageMeter()
        /// Rounds in which the name did not resolve.
        var unresolved = 0
        var wasEverOpen = false
        var wasAlwaysOpen = true
    }

    private struct PortName {
        let target: String
        let address: ResolvedAddress?
        let port: UInt16
        let transport: Transport

        var endpoint: String {
            guard transport != .unix else { return target }
            guard let address, target == address.description else { return "\(target):\(port)" }
            return Endpoint(address.address, port: port).description
        }
    }

    /// - Parameter interval: from the start of a round to the next.
    package init(isJSON: Bool, _ palette: Palette, interval: Nanoseconds = .milliseconds(1000)) {
        self.isJSON = isJSON
        self.palette = palette
        self.interval = interval
    }

    /// Whether every attempt found an open port.
    package var isAllOpen: Bool { !series.isEmpty && series.values.allSatisfy { $0.wasEverOpen && $0.wasAlwaysOpen } }
    /// Whether nothing was probed at all.
    package var isEmpty: Bool { series.isEmpty }
    /// Whether each port has had a result, so that there is an answer.
    package var isKnown: Bool { !series.isEmpty && series.values.allSatisfy { $0.wasEverOpen || !$0.wasAlwaysOpen } }
    /// Whether a name did not resolve in some round, and whether this machine failed in one.
    package var hasUnresolved: Bool { tally.unresolved > tally.shortages }
    package var hasErrors: Bool { tally.errors + tally.shortages > 0 }

    /// Takes a result. Silence, and what a router or this machine says, is loss; a refusal of the host is an answer.
    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        tally.count(result.verdict)
        record(result)
        if result.verdict.state == .open {
            series[Key(result)]?.wasEverOpen = true
        } else {
            series[Key(result)]?.wasAlwaysOpen = false
        }
        if isJSON { text.append(json: { result.writeJSON(into: &$0) }) } else { writeLine(result, into: &text) }
    }

    /// Takes a port that was still unanswered when the run was stopped: sent, but not answered.
    package mutating func addAbandoned(_ result: ProbeResult) {
        tally.abandoned += 1
        record(result)
    }

    /// Takes a name that did not resolve in a round: each of its ports was lost in it.
    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        tally.count(unresolved)
        for (index, port) in unresolved.ports.ports.enumerated() {
            let name = PortName(target: unresolved.error.name, address: nil, port: port, transport: unresolved.transport)
            let key = Key(ordinal: unresolved.ordinal, portIndex: index)
            series[key, default: Series(port: name)].statistics.record(answer: nil)
            series[key]?.outages.record(round: unresolved.round, isAnswered: false)
            if unresolved.error.shortage == nil { series[key]?.unresolved += 1 }
            series[key]?.wasAlwaysOpen = false
        }
        if isJSON { text.append(json: { unresolved.writeJSON(into: &$0) }) } else { writeLine(unresolved, into: &text) }
    }

    package mutating func finish(elapsed: Nanoseconds, time: Double, into text: inout TextBuffer) {
        for key in series.keys { series[key]?.outages.finish() }
        for entry in sorted {
            if isJSON { writeStatisticsJSON(entry, into: &text) } else { writeStatistics(entry, into: &text) }
        }
        guard isJSON else { return }
        text.append(json: { ProbeEnding(tally, elapsed: elapsed, time: time).writeJSON(into: &$0) })
    }

    /// Writes the statistics so far, as text in either format.
    package func writeTotals(into text: inout TextBuffer) {
        if series.isEmpty { text.append("no answer yet\n") }
        for entry in sorted { writeStatistics(entry, into: &text) }
    }

    private var sorted: [Series] {
        series.sorted { ($0.key.ordinal, $0.key.portIndex) < ($1.key.ordinal, $1.key.portIndex) }.map(\.value)
    }

    /// Writes the live line, at most `width` columns.
    package func writeProgress(into text: inout TextBuffer, width: Int) {
        let statistics = series.values.map(\.statistics)
        var words = TextBuffer()
        words.append(statistics.reduce(0) { $0 + $1.received })
        words.append(" of ")
        words.append(statistics.reduce(0) { $0 + $1.sent })
        words.append(" answered")
        if statistics.count == 1, let mean = statistics[0].mean {
            words.append(", avg ")
            words.append(duration: mean.count)
        }
        text.append(trusted: fitted(words.string, columns: width))
    }

    private mutating func record(_ result: ProbeResult) {
        let name = PortName(target: result.target, address: result.address, port: result.port, transport: result.transport)
        let key = Key(result)
        let answer = result.isAnsweredByHost ? result.answerTime : nil
        series[key, default: Series(port: name)].statistics.record(answer: answer)
        series[key]?.outages.record(round: result.round, isAnswered: answer != nil)
        series[key]?.port = name
    }

    // MARK: - Text

    private func writeLine(_ result: ProbeResult, into text: inout TextBuffer) {
        begin(round: result.round, time: result.time, into: &text)
        text.append(escaped: result.endpoint(showsAddress: true), .strong, palette)
        text.append("  ")
        text.append(escaped: result.verdict.state.rawValue, result.verdict.state.style, palette)
        text.append("  ")
        if let time = result.answerTime {
            text.append(duration: time.count)
            text.append("  ")
        }
        text.append(escaped: result.sentenceWithReason)
        text.append("\n")
    }

    private func writeLine(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        begin(round: unresolved.round, time: unresolved.time, into: &text)
        text.append(escaped: unresolved.error.name, .strong, palette)
        text.append("  ")
        let isShortage = unresolved.error.shortage != nil
        text.append(escaped: isShortage ? "error" : "unresolved", .bad, palette)
        text.append(isShortage ? "  local error: " : "  ")
        text.append(escaped: unresolved.error.reason)
        text.append("\n")
    }

    /// The round, and the time of day.
    private func begin(round: Int, time: Double, into text: inout TextBuffer) {
        text.append(round)
        text.append("  ")
        text.append(trusted: timeOfDay(time))
        text.append("  ")
    }

    private func writeStatistics(_ entry: Series, into text: inout TextBuffer) {
        let statistics = entry.statistics
        text.append("\n")
        text.append(escaped: entry.port.endpoint, .strong, palette)
        text.append(": ")
        text.append(statistics.sent)
        text.append(" sent, ")
        text.append(statistics.received)
        text.append(" answered, ")
        text.append(statistics.loss * 100, decimals: 1)
        text.append(" % lost")
        if entry.unresolved > 0 {
            text.append(", ")
            text.append(entry.unresolved)
            text.append(" of them because the name did not resolve")
        }
        if entry.outages.longest > 0 {
            text.append("; longest outage ")
            text.append(duration: outage(entry).count)
            text.append(" from round ")
            text.append(entry.outages.start)
        }
        text.append("\n")
        guard statistics.received > 0 else { return }
        statistics.appendFigures(to: &text)
        text.append("\n")
    }

    /// From the start of its first round to that of the first round that was answered again.
    private func outage(_ entry: Series) -> Nanoseconds {
        let (time, overflow) = interval.count.multipliedReportingOverflow(by: Int64(entry.outages.longest))
        return Nanoseconds(overflow ? .max : time)
    }

    // MARK: - JSON

    private func writeStatisticsJSON(_ entry: Series, into text: inout TextBuffer) {
        let statistics = entry.statistics
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "statistics")
            writer.field("target", entry.port.target)
            writer.field("address", entry.port.address?.description)
            writer.field("port", entry.port.transport == .unix ? nil : Int(entry.port.port))
            writer.field("transport", entry.port.transport.rawValue)
            writer.field("sent", statistics.sent)
            writer.field("received", statistics.received)
            writer.field("unresolved", entry.unresolved)
            writer.field("loss", statistics.loss, decimals: 6)
            writer.field("longest_outage_ms", outage(entry).milliseconds, decimals: 3)
            statistics.appendFigures(to: &writer)
            writer.endObject()
            writer.endLine()
        })
    }
}

/// `14:03:07.125`, in this machine's time zone.
func timeOfDay(_ time: Double) -> String {
    let milliseconds = Int64((time * 1000).rounded(.down))
    guard let local = LocalTime(secondsSinceEpoch: milliseconds / 1000) else { return "-" }
    func padded(_ number: Int, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    let parts = [local.hour, local.minute, local.second].map { padded($0, 2) }
    return parts.joined(separator: ":") + "." + padded(Int(milliseconds % 1000), 3)
}

extension ProbeResult {
    /// Target and port: `example.org:443`, `[2001:db8::1]:443`, or the path.
    package func endpoint(showsAddress: Bool) -> String {
        guard let address else { return target }
        let endpoint = Endpoint(address.address, port: port).description
        guard let name else { return endpoint }
        return showsAddress ? "\(name):\(port) (\(address))" : "\(name):\(port)"
    }
}
