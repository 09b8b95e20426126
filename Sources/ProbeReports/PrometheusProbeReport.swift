import Addresses
package import Console
package import Probing
import SondeSystem
import SystemPackage

/// `--prometheus`: the text exposition format 0.0.4, one family of metrics after the other, for node_exporter's textfile collector.
/// The samples of a family must be contiguous, so all are written at the end.
package struct PrometheusProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private var samples: [Sample] = []

    /// A port, probed or of a name that does not resolve.
    private struct Sample {
        let ordinal: Int
        let portIndex: Int
        let target: String
        let address: String
        let port: UInt16
        let transport: Transport
        let state: String
        let reason: String
        let number: Int
        var result: ProbeResult?

        init(_ result: ProbeResult) {
            ordinal = result.ordinal
            portIndex = result.portIndex
            target = result.target
            address = result.address?.description ?? ""
            port = result.port
            transport = result.transport
            state = result.verdict.state.rawValue
            reason = result.verdict.reason?.rawValue ?? ""
            number = Int(result.errno?.rawValue ?? 0)
            self.result = result
        }

        init(_ unresolved: UnresolvedTarget, _ index: Int) {
            ordinal = unresolved.ordinal
            portIndex = index
            target = unresolved.error.name
            address = ""
            port = unresolved.ports.ports[index]
            transport = unresolved.transport
            state = "unresolved"
            reason = ""
            number = Int(unresolved.error.code)
        }
    }

    package init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        if !onlyOpen || result.verdict.state == .open { samples.append(Sample(result)) }
    }

    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        guard !onlyOpen else { return }
        samples += unresolved.ports.ports.indices.map { Sample(unresolved, $0) }
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        samples.sort { ($0.ordinal, $0.portIndex) < ($1.ordinal, $1.portIndex) }
        keepFirstOfEachPort()
        family("sonde_probe_open", "Whether the port is open: 1 or 0.", into: &text) {
            $0.append($1.result?.verdict.state == .open ? 1 : 0)
        }
        family("sonde_probe_connect_ex", "Error number that connect returned, 0 for success.", into: &text) {
            $0.append($1.number)
        }
        family("sonde_probe_state", "State of the port and the reason for it, always 1.", withVerdict: true, into: &text) {
            text,
            _ in
            text.append(1)
        }
        family(
            "sonde_probe_connect_seconds",
            "Time from the first attempt to the answer.",
            where: { $0.result?.answerTime != nil },
            into: &text
        ) { $0.append($1.result?.answerTime?.seconds ?? 0, decimals: 9) }
        family(
            "sonde_probe_rtt_seconds",
            "Round-trip time of the handshake as the kernel measured it.",
            where: { $0.result?.rttMicroseconds != nil },
            into: &text
        ) { $0.append(Double($1.result?.rttMicroseconds ?? 0) / 1e6, decimals: 6) }
        finishRun(ending, into: &text)
    }

    /// A collector rejects the whole file where two samples have the same labels, as those of a port that was named twice.
    private mutating func keepFirstOfEachPort() {
        var seen = Set<[String]>()
        samples.removeAll { !seen.insert([$0.target, $0.address, "\($0.port)", $0.transport.rawValue]).inserted }
    }

    private func family(
        _ name: StaticString,
        _ help: StaticString,
        withVerdict: Bool = false,
        where fits: (Sample) -> Bool = { _ in true },
        into text: inout TextBuffer,
        value: (inout TextBuffer, Sample) -> Void
    ) {
        head(name, help, into: &text)
        for sample in samples where fits(sample) {
            text.append(name)
            text.append("{")
            label("target", sample.target, into: &text)
            label(",address", sample.address, into: &text)
            label(",port", "\(sample.port)", into: &text)
            label(",transport", sample.transport.rawValue, into: &text)
            if withVerdict {
                label(",state", sample.state, into: &text)
                label(",reason", sample.reason, into: &text)
            }
            text.append("} ")
            value(&text, sample)
            text.append("\n")
        }
    }

    private func finishRun(_ ending: ProbeEnding, into text: inout TextBuffer) {
        head("sonde_probe_ports", "Ports of this run by state, and names that do not resolve.", into: &text)
        let tally = ending.tally
        let states: [(StaticString, Int)] = [
            ("open", tally.open), ("closed", tally.closed), ("filtered", tally.filtered),
            ("open|filtered", tally.openOrFiltered), ("error", tally.errors), ("unresolved", tally.unresolved),
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
