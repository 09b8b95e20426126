import Addresses
import Console
import Probing
import SondeSystem

/// What `--count` prints: each round's results, a live line on a terminal, and the statistics of each port.
struct ProbeCountReport: ~Copyable {
    private let isJSON: Bool
    private let palette: Palette
    /// Whether a name stands for several addresses, each of them probed.
    private let showsAddresses: Bool
    private var output: Output
    private var line = LiveLine()
    private var series: [Key: Series] = [:]
    private var unresolved = 0

    private struct Key: Hashable {
        let ordinal: Int
        let portIndex: Int
    }

    private struct Series {
        var latest: ProbeResult
        var statistics = Statistics()
        var wasAlwaysOpen = true
    }

    init(_ options: OutputOptions, showsAddresses: Bool, interruption: Interruption) {
        output = .standard(interruption: interruption)
        self.showsAddresses = showsAddresses
        isJSON = options.json
        palette = options.palette
    }

    /// Yes where every attempt was answered by an open port.
    var status: ExitStatus {
        if unresolved > 0 { return .noHost }
        let isAllOpen = !series.isEmpty && series.values.allSatisfy { $0.wasAlwaysOpen }
        return isAllOpen ? .success : .negative
    }

    mutating func add(_ round: ProbeRound, number: Int) throws {
        line.erase()
        unresolved = round.unresolved.count
        for target in round.unresolved {
            var errors = Output.error()
            errors.text.append(escaped: "sonde: " + Failure(target.error).message)
            errors.text.append("\n")
            try errors.flush()
        }
        for result in round.results {
            let key = Key(ordinal: result.ordinal, portIndex: result.portIndex)
            // A port that answers, be it by a refusal, has a round-trip time; silence is loss.
            series[key, default: Series(latest: result)].statistics.record(answer: result.answerTime)
            series[key]?.latest = result
            if result.verdict.state != .open { series[key]?.wasAlwaysOpen = false }
            if isJSON { writeJSON(result) } else { writeLine(result, number) }
        }
        try output.flush()
        showLine(number)
    }

    mutating func finish() throws {
        line.erase()
        let sorted = series.sorted { ($0.key.ordinal, $0.key.portIndex) < ($1.key.ordinal, $1.key.portIndex) }
        for (_, entry) in sorted {
            if isJSON { writeStatisticsJSON(entry) } else { writeStatistics(entry) }
        }
        try output.flush()
    }

    // MARK: - Text

    private mutating func writeLine(_ result: ProbeResult, _ number: Int) {
        output.text.append(number)
        output.text.append("  ")
        output.text.append(escaped: result.endpoint(showsAddresses), .strong, palette)
        output.text.append("  ")
        output.text.append(escaped: result.verdict.state.rawValue, result.verdict.state.style, palette)
        output.text.append("  ")
        if let time = result.answerTime {
            output.text.append(duration: time.count)
            output.text.append("  ")
        }
        output.text.append(escaped: result.sentence)
        if let reason = result.verdict.reason {
            output.text.append(" (")
            output.text.append(trusted: reason.rawValue)
            output.text.append(")")
        }
        output.text.append("\n")
    }

    private mutating func writeStatistics(_ entry: Series) {
        let statistics = entry.statistics
        output.text.append("\n")
        output.text.append(escaped: entry.latest.endpoint(showsAddresses), .strong, palette)
        output.text.append(": ")
        output.text.append(statistics.sent)
        output.text.append(" sent, ")
        output.text.append(statistics.received)
        output.text.append(" answered, ")
        output.text.append(statistics.loss * 100, decimals: 1)
        output.text.append(" % lost\n")
        guard statistics.received > 0 else { return }
        let figures: [(StaticString, Nanoseconds?)] = [
            ("min ", statistics.minimum), (", avg ", statistics.mean), (", max ", statistics.maximum),
            (", mdev ", statistics.deviation),
            (", p50 ", statistics.percentile(0.5)), (", p90 ", statistics.percentile(0.9)), (", p99 ", statistics.percentile(0.99)),
        ]
        for (name, value) in figures {
            output.text.append(name)
            output.text.append(duration: value?.count ?? 0)
        }
        output.text.append("\n")
    }

    private mutating func showLine(_ number: Int) {
        guard line.isVisible else { return }
        let statistics = series.values.map(\.statistics)
        line.show { text, width in
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
    }

    // MARK: - JSON

    private mutating func writeJSON(_ result: ProbeResult) {
        output.text.append(json: { result.writeJSON(into: &$0) })
    }

    private mutating func writeStatisticsJSON(_ entry: Series) {
        let statistics = entry.statistics
        output.text.append(json: { writer in
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
    /// The target with its port: `example.org:443`, `[2001:db8::1]:443`, or the path.
    fileprivate func endpoint(_ showsAddress: Bool) -> String {
        guard let address else { return target }
        let endpoint = Endpoint(address.address, port: port).description
        guard let name else { return endpoint }
        return showsAddress ? "\(name):\(port) (\(address))" : "\(name):\(port)"
    }
}
