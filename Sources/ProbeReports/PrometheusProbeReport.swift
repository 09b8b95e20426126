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
        let offender: String
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
            offender = result.icmp?.offender?.description ?? ""
            number = Int(result.errno?.rawValue ?? 0)
            self.result = result
        }

        /// `ipv4`, `ipv6`; empty for Unix sockets and names.
        var family: String {
            guard let address = result?.address?.address else { return "" }
            return address.family == .v4 ? "ipv4" : "ipv6"
        }

        init(_ unresolved: UnresolvedTarget, _ index: Int) {
            ordinal = unresolved.ordinal
            portIndex = index
            target = unresolved.error.name
            address = ""
            port = unresolved.ports.ports[index]
            transport = unresolved.transport
            state = "unresolved"
            reason = unresolved.error.isTemporary ? "temporary" : "permanent"
            offender = ""
            number = Int(unresolved.error.code)
        }
    }

    /// A label beside those that every port has.
    private struct Label {
        let name: StaticString
        let value: String

        init(_ name: StaticString, _ value: String) {
            self.name = name
            self.value = value
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
        writeStates(into: &text)
        writeTimes(into: &text)
        finishRun(ending, into: &text)
    }

    private func writeStates(into text: inout TextBuffer) {
        family("sonde_probe_open", "Whether the port is open: 1 or 0.", into: &text) {
            $0.append($1.result?.verdict.state == .open ? 1 : 0)
        }
        family("sonde_probe_connect_ex", "Error number that connect returned, 0 for success.", into: &text) {
            $0.append($1.number)
        }
        family(
            "sonde_probe_state",
            "State of the port, its reason, and the sender of the ICMP error that decided; always 1.",
            labels: {
                [
                    Label("state", $0.state), Label("reason", $0.reason), Label("offender", $0.offender),
                    Label("family", $0.family),
                ]
            },
            into: &text
        ) { text, _ in text.append(1) }
        family(
            "sonde_probe_after",
            "What the server did after it accepted the connection; always 1.",
            labels: { [Label("after", $0.result?.aftermath?.rawValue ?? "")] },
            where: { $0.result?.aftermath != nil },
            into: &text
        ) { text, _ in text.append(1) }
        family(
            "sonde_probe_retransmissions",
            "SYNs or datagrams that were sent again.",
            where: { $0.result?.retransmits != nil },
            into: &text
        ) { $0.append($1.result?.retransmits ?? 0) }
    }

    private func writeTimes(into text: inout TextBuffer) {
        times("sonde_probe_resolve_seconds", "Time that the name took to resolve.", into: &text) { $0.resolveTime?.seconds }
        times("sonde_probe_connect_seconds", "Time from the first attempt to the answer.", into: &text) { $0.answerTime?.seconds }
        times("sonde_probe_rtt_seconds", "Round-trip time of the handshake as the kernel measured it.", into: &text) {
            $0.rttMicroseconds.map { Double($0) / 1e6 }
        }
        times("sonde_probe_after_seconds", "Time from the accepted connection to what the server did.", into: &text) {
            $0.aftermathTime?.seconds
        }
    }

    /// A family of seconds, of the ports that have them.
    private func times(
        _ name: StaticString,
        _ help: StaticString,
        into text: inout TextBuffer,
        of seconds: (ProbeResult) -> Double?
    ) {
        family(name, help, where: { $0.result.flatMap(seconds) != nil }, into: &text) {
            $0.append($1.result.flatMap(seconds) ?? 0, decimals: 9)
        }
    }

    /// A collector rejects the whole file where two samples have the same labels, as those of a port that was named twice.
    private mutating func keepFirstOfEachPort() {
        var seen = Set<[String]>()
        samples.removeAll { !seen.insert([$0.target, $0.address, "\($0.port)", $0.transport.rawValue]).inserted }
    }

    private func family(
        _ name: StaticString,
        _ help: StaticString,
        labels: (Sample) -> [Label] = { _ in [] },
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
            for extra in labels(sample) {
                text.append(",")
                label(extra.name, extra.value, into: &text)
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
