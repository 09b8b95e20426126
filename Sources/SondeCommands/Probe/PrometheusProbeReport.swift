import Console
import Probing
import SondeSystem
import SystemPackage

/// `--prometheus`: the text exposition format 0.0.4, a family of metrics after the other, as node_exporter's textfile collector
/// takes it. A family must stand together, so it is written when all is known.
struct PrometheusProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private var results: [ProbeResult] = []

    init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    mutating func add(_ result: ProbeResult, into output: inout Output) throws {
        if !onlyOpen || result.verdict.state == .open { results.append(result) }
    }

    mutating func finish(_ tally: ProbeTally, elapsed: Nanoseconds, into output: inout Output) throws {
        results.sort { ($0.ordinal, $0.portIndex) < ($1.ordinal, $1.portIndex) }
        keepFirstOfEachPort()
        try family("sonde_probe_open", "Whether the port is open.", into: &output) { $0.append($1.verdict.state == .open ? 1 : 0) }
        try family("sonde_probe_connect_ex", "What connect_ex returned: an error number, 0 for success.", into: &output) {
            $0.append(Int($1.errno?.rawValue ?? 0))
        }
        try family("sonde_probe_state", "The port's state and the reason for it.", withVerdict: true, into: &output) { text, _ in
            text.append(1)
        }
        try family(
            "sonde_probe_connect_seconds",
            "From the first attempt to the answer.",
            where: { $0.answerTime != nil },
            into: &output
        ) { $0.append($1.answerTime?.seconds ?? 0, decimals: 9) }
        try family(
            "sonde_probe_rtt_seconds",
            "The kernel's round-trip time of the handshake.",
            where: { $0.rttMicroseconds != nil },
            into: &output
        ) { $0.append(Double($1.rttMicroseconds ?? 0) / 1e6, decimals: 6) }
        finishRun(tally, elapsed, into: &output.text)
        try output.flush()
    }

    /// A collector throws the whole file away where two samples have the same labels, as a port has that was named twice.
    private mutating func keepFirstOfEachPort() {
        var seen = Set<[String]>()
        results.removeAll { !seen.insert([$0.target, $0.address?.description ?? "", "\($0.port)"]).inserted }
    }

    private func family(
        _ name: StaticString,
        _ help: StaticString,
        withVerdict: Bool = false,
        where fits: (ProbeResult) -> Bool = { _ in true },
        into output: inout Output,
        value: (inout TextBuffer, ProbeResult) -> Void
    ) throws {
        head(name, help, into: &output.text)
        for result in results where fits(result) {
            output.text.append(name)
            output.text.append("{")
            label("target", result.target, into: &output.text)
            label(",address", result.address?.description ?? "", into: &output.text)
            label(",port", "\(result.port)", into: &output.text)
            label(",transport", result.transport.rawValue, into: &output.text)
            if withVerdict {
                label(",state", result.verdict.state.rawValue, into: &output.text)
                label(",reason", result.verdict.reason?.rawValue ?? "", into: &output.text)
            }
            output.text.append("} ")
            value(&output.text, result)
            output.text.append("\n")
            try output.flushIfLarge()
        }
    }

    private func finishRun(_ tally: ProbeTally, _ elapsed: Nanoseconds, into text: inout TextBuffer) {
        head("sonde_probe_ports", "Ports of this run by state.", into: &text)
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
        head("sonde_probe_run_seconds", "How long the run took.", into: &text)
        text.append("sonde_probe_run_seconds ")
        text.append(elapsed.seconds, decimals: 6)
        text.append("\n")
        head("sonde_probe_run_timestamp_seconds", "When the run ended, in seconds since the epoch.", into: &text)
        text.append("sonde_probe_run_timestamp_seconds ")
        text.append(WallClock.seconds, decimals: 3)
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
