import Addresses
import Console
import Probing
import SondeSystem
import SystemPackage

extension ProbeResult {
    /// Writes the result as one object and ends its line.
    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("type", literal: "probe")
        writer.field("target", target)
        if let address { writer.field("address", address.description) } else { writer.null("address") }
        writer.field("port", transport == .unix ? nil : Int(port))
        writer.field("transport", transport.rawValue)
        writer.field("state", verdict.state.rawValue)
        writer.field("reason", verdict.reason?.rawValue)
        writer.field("connect_ex", Int(errno?.rawValue ?? 0))
        writer.field("errno", errno?.name)
        writer.field("offender", icmp?.offender?.description)
        writer.field("icmp_type", icmp.map { Int($0.icmpType) })
        writer.field("icmp_code", icmp.map { Int($0.icmpCode) })
        writer.field("service", ServiceNames.name(of: port, over: transport))
        writer.field("local_address", local?.address.description)
        writer.field("local_port", local.map { Int($0.port) })
        writeListener(into: &writer)
        writer.field("resolve_ms", resolveTime?.milliseconds, decimals: 3)
        writer.field("connect_ms", answerTime?.milliseconds, decimals: 3)
        writer.field("rtt_ms", rttMicroseconds.map { Double($0) / 1000 }, decimals: 3)
        writer.field("syn_retransmits", retransmits)
        writer.field("banner", banner.map { String(decoding: $0, as: UTF8.self) })
        writer.field("banner_hex", banner.map(hexadecimal))
        writer.field("after", aftermath?.rawValue)
        writer.field("after_ms", aftermathTime?.milliseconds, decimals: 3)
        writer.field("zero_window", fate.map { $0 == .stalled })
        writeOthers(into: &writer)
        writer.field("time", time, decimals: 6)
        writer.endObject()
        writer.endLine()
    }

    /// What this machine's own sockets say of the port.
    private func writeListener(into writer: inout JSONWriter) {
        guard let listener else { return writer.null("local") }
        writer.beginObject("local")
        writer.field("listener", listener.kind.rawValue)
        writer.field("address", listener.address?.description)
        writer.field("queue", listener.waiting.map { Int($0) })
        writer.field("queue_limit", listener.limit.map { Int($0) })
        writer.endObject()
    }

    /// What became of the name's other addresses that were tried.
    private func writeOthers(into writer: inout JSONWriter) {
        writer.beginArray("other_addresses")
        for other in others {
            writer.beginObject()
            writer.field("address", other.address.description)
            writer.field("state", other.verdict?.state.rawValue)
            writer.field("reason", other.verdict?.reason?.rawValue)
            writer.field("waited_ms", other.elapsed?.milliseconds, decimals: 3)
            writer.endObject()
        }
        writer.endArray()
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension UnresolvedTarget {
    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("type", literal: "unresolved")
        writer.field("target", error.name)
        writer.field("reason", error.reason)
        writer.field("time", time, decimals: 6)
        writer.endObject()
        writer.endLine()
    }
}

extension ProbeEnding {
    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("type", literal: "summary")
        writer.field("probed", tally.probed)
        writer.field("open", tally.open)
        writer.field("closed", tally.closed)
        writer.field("filtered", tally.filtered)
        writer.field("open_filtered", tally.openOrFiltered)
        writer.field("errors", tally.errors)
        writer.field("unresolved", tally.unresolved)
        writer.field("interrupted", tally.abandoned)
        writer.field("unreached", tally.unreached)
        writer.field("skipped_lines", tally.skippedLines)
        writer.field("elapsed_ms", elapsed.milliseconds, decimals: 3)
        writer.endObject()
        writer.endLine()
    }
}
