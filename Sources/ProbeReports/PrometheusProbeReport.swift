package import Console
package import Probing
import SondeSystem
import SystemPackage

/// `--prometheus`: the text exposition format 0.0.4, one family of metrics after the other, for node_exporter's textfile collector.
/// The samples of a family must be contiguous, so all are written at the end.
package struct PrometheusProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private var results: [ProbeResult] = []

    package init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        if !onlyOpen || result.verdict.state == .open { results.append(result) }
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        results.sort { ($0.ordinal, $0.portIndex) < ($1.ordinal, $1.portIndex) }
        keepFirstOfEachPort()
        family("sonde_probe_open", "Whether the port is open: 1 or 0.", into: &text) {
            $0.append($1.verdict.state == .open ? 1 : 0)
        }
        family("sonde_probe_connect_ex", "Error number that connect returned, 0 for success.", into: &text) {
            $0.append(Int($1.errno?.rawValue ?? 0))
        }
        family("sonde_probe_state", "State of the port and the reason for it, always 1.", withVerdict: true, into: &text) {
            text,
            _ in
            text.append(1)
        }
        family(
            "sonde_probe_connect_seconds",
            "Time from the first attempt to the answer.",
            where: { $0.answerTime != nil },
            into: &text
        ) { $0.append($1.answerTime?.seconds ?? 0, decimals: 9) }
        family(
            "sonde_probe_rtt_seconds",
            "Round-trip time of the handshake as the kernel measured it.",
            where: { $0.rttMicroseconds != nil },
            into: &text
        ) { $0.append(Double($1.rttMicroseconds ?? 0) / 1e6, decimals: 6) }
        finishRun(ending, into: &text)
    }

    /// A collector rejects the whole file where two samples have the same labels, as those of a port that was named twice.
    private mutating func keepFirstOfEachPort() {
        var seen = Set<[String]>()
        results.removeAll { !seen.insert([$0.target, $0.address?.description ?? "", "\($0.port)"]).inserted }
    }

    private func family(
        _ name: StaticString,
        _ help: StaticString,
        withVerdict: Bool = false,
        where fits: (ProbeResult) -> Bool = { _ in true },
        into text: inout TextBuffer,
        value: (inout TextBuffer, ProbeResult) -> Void
    ) {
        head(name, help, into: &text)
        for result in results where fits(result) {
            text.append(name)
            text.append("{")
            label("target", result.target, into: &text)
            label(",address", result.address?.description ?? "", into: &text)
            label(",port", "\(result.port)", into: &text)
            label(",transport", result.transport.rawValue, into: &text)
            if withVerdict {
                label(",state", result.verdict.state.rawValue, into: &text)
                label(",reason", result.verdict.reason?.rawValue ?? "", into: &text)
            }
            text.append("} ")
            value(&text, result)
            text.append("\n")
        }
    }

    private func finishRun(_ ending: ProbeEnding, into text: inout TextBuffer) {
        head("sonde_probe_ports", "Ports of this run by state.", into: &text)
        let tally = ending.tally
        let states: [(StaticString, Int)] = [
            ("open", tally.open), ("closed", tally.closed), ("filtered", tally.filtered), ("error", tally.errors),
        ]
        for (state, count) in states {
            text.append("sonde_probe_ports{state=\"")
            text.append(state)
            text.append("\"} ")
            text.append(count)
            text.append("\n")
        }
        head("sonde_probe_run_seconds", "Duration of the run.", into: &text)
        text.append("sonde_probe_run_seconds ")
        text.append(ending.elapsed.seconds, decimals: 6)
        text.append("\n")
        head("sonde_probe_run_timestamp_seconds", "End of the run, in seconds since the epoch.", into: &text)
        text.append("sonde_probe_run_timestamp_seconds ")
        text.append(ending.time, decimals: 3)
        text.append("\n")
    }

    private func head(_ name: StaticString, _ help: StaticString, into text: inout TextBuffer) {
        text.append("# HELP ")
        text.append(name)
        text.append(" ")
        text.append(help)
        text.append("\n# TYPE ")
        text.append(name)
        text.append(" gauge\n")
    }

    /// A label whose value is escaped for a terminal first, and then as the format asks: backslash, quote and newline.
    private func label(_ name: StaticString, _ value: String, into text: inout TextBuffer) {
        text.append(name)
        text.append("=\"")
        for byte in escaped(value).utf8 {
            if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") { text.append(byte: UInt8(ascii: "\\")) }
            text.append(byte: byte)
        }
        text.append("\"")
    }
}
