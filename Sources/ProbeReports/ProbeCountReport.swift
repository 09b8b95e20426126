import Addresses
package import Console
package import Probing
import SondeSystem

/// The output of `--count`: one line per result, a live line on a terminal, and statistics per port at the end.
package struct ProbeCountReport: Sendable {
    private let isJSON: Bool
    private let palette: Palette
    /// Whether every address of a name is probed, so that the name alone does not identify a port.
    private let showsAddresses: Bool
    private var series: [Key: Series] = [:]

    private struct Key: Hashable {
        let ordinal: Int
        let portIndex: Int
    }

    private struct Series {
        var latest: ProbeResult
        var statistics = Statistics()
        var wasAlwaysOpen = true
    }

    package init(isJSON: Bool, showsAddresses: Bool, _ palette: Palette) {
        self.showsAddresses = showsAddresses
        self.isJSON = isJSON
        self.palette = palette
    }

    /// Whether every attempt found an open port.
    package var isAllOpen: Bool { !series.isEmpty && series.values.allSatisfy { $0.wasAlwaysOpen } }

    /// - Parameter round: number of the round, from 1.
    package mutating func add(_ result: ProbeResult, round: Int, into text: inout TextBuffer) {
        let key = Key(ordinal: result.ordinal, portIndex: result.portIndex)
        // A refusal is an answer and has a round-trip time; silence is loss.
        series[key, default: Series(latest: result)].statistics.record(answer: result.answerTime)
        series[key]?.latest = result
        if result.verdict.state != .open { series[key]?.wasAlwaysOpen = false }
        if isJSON { text.append(json: { result.writeJSON(into: &$0) }) } else { writeLine(result, round, into: &text) }
    }

    package func finish(into text: inout TextBuffer) {
        let sorted = series.sorted { ($0.key.ordinal, $0.key.portIndex) < ($1.key.ordinal, $1.key.portIndex) }
        for (_, entry) in sorted {
            if isJSON { writeStatisticsJSON(entry, into: &text) } else { writeStatistics(entry, into: &text) }
        }
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

    // MARK: - Text

    private func writeLine(_ result: ProbeResult, _ round: Int, into text: inout TextBuffer) {
        text.append(round)
        text.append("  ")
        text.append(escaped: result.endpoint(showsAddress: showsAddresses), .strong, palette)
        text.append("  ")
        text.append(escaped: result.verdict.state.rawValue, result.verdict.state.style, palette)
        text.append("  ")
        if let time = result.answerTime {
            text.append(duration: time.count)
            text.append("  ")
        }
        text.append(escaped: result.sentence)
        if let reason = result.verdict.reason {
            text.append(" (")
            text.append(trusted: reason.rawValue)
            text.append(")")
        }
        text.append("\n")
    }

    private func writeStatistics(_ entry: Series, into text: inout TextBuffer) {
        let statistics = entry.statistics
        text.append("\n")
        text.append(escaped: entry.latest.endpoint(showsAddress: showsAddresses), .strong, palette)
        text.append(": ")
        text.append(statistics.sent)
        text.append(" sent, ")
        text.append(statistics.received)
        text.append(" answered, ")
        text.append(statistics.loss * 100, decimals: 1)
        text.append(" % lost\n")
        guard statistics.received > 0 else { return }
        let figures: [(StaticString, Nanoseconds?)] = [
            ("min ", statistics.minimum), (", avg ", statistics.mean), (", max ", statistics.maximum),
            (", mdev ", statistics.deviation),
            (", p50 ", statistics.percentile(0.5)), (", p90 ", statistics.percentile(0.9)), (", p99 ", statistics.percentile(0.99)),
        ]
        for (name, value) in figures {
            text.append(name)
            text.append(duration: value?.count ?? 0)
        }
        text.append("\n")
    }

    // MARK: - JSON

    private func writeStatisticsJSON(_ entry: Series, into text: inout TextBuffer) {
        let statistics = entry.statistics
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "statistics")
            writer.field("target", entry.latest.target)
            writer.field("address", entry.latest.address?.description)
            writer.field("port", entry.latest.transport == .unix ? nil : Int(entry.latest.port))
            writer.field("transport", entry.latest.transport.rawValue)
            writer.field("sent", statistics.sent)
            writer.field("received", statistics.received)
            writer.field("loss", statistics.loss, decimals: 6)
            writer.field("min_ms", statistics.minimum?.milliseconds, decimals: 3)
            writer.field("avg_ms", statistics.mean?.milliseconds, decimals: 3)
            writer.field("max_ms", statistics.maximum?.milliseconds, decimals: 3)
            writer.field("mdev_ms", statistics.deviation?.milliseconds, decimals: 3)
            writer.field("p50_ms", statistics.percentile(0.5)?.milliseconds, decimals: 3)
            writer.field("p90_ms", statistics.percentile(0.9)?.milliseconds, decimals: 3)
            writer.field("p99_ms", statistics.percentile(0.99)?.milliseconds, decimals: 3)
            writer.endObject()
            writer.endLine()
        })
    }
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
