import Addresses
import ConnectionTracing
import Console
import ProbeReports
import Probing
import SondeSystem
import SystemPackage

extension TraceFacts {
    /// Writes the object `trace` and ends its line.
    func writeJSON(into writer: inout JSONWriter) {
        let result = connection.result
        writer.beginObject()
        writer.field("type", literal: "trace")
        writer.field("target", connection.target.name)
        writer.field("address", result.address?.description)
        writer.field("port", Int(connection.target.port))
        writer.field("state", known?.state.rawValue)
        writer.field("reason", known?.reason?.rawValue)
        writer.field("connect_ex", Int(result.errno?.rawValue ?? 0))
        writer.field("errno", result.errno?.name)
        writer.field("offender", result.icmp?.offender?.description)
        writer.field("icmp_type", result.icmp.map { Int($0.icmpType) })
        writer.field("icmp_code", result.icmp.map { Int($0.icmpCode) })
        writer.field("local_address", connection.local?.address.description)
        writer.field("local_port", connection.local.map { Int($0.port) })
        writer.field("resolve_ms", result.resolveTime?.milliseconds, decimals: 3)
        writer.field("connect_ms", result.answerTime?.milliseconds, decimals: 3)
        writer.field("rtt_ms", result.rttMicroseconds.map { Double($0) / 1000 }, decimals: 3)
        writer.field("wire_rtt_ms", wireRoundTrip.map { Double($0) / 1e6 }, decimals: 3)
        writer.field("syn", handshake?.syn)
        writer.field("syn_ack", handshake?.synAck)
        writer.field("syn_count", handshake.map(\.synCount))
        writer.field("syn_ack_count", handshake.map(\.synAckCount))
        writeNegotiated(into: &writer)
        writer.field("effective_mss", segmentSize)
        writer.field("path_mtu", connection.pathMTU)
        writer.field("hops_estimate", hopEstimate?.hops)
        writer.field("foreign_reset", handshake.map { $0.foreignReset != nil })
        writer.field("bytes_sent", connection.exchange.bytesSent)
        writer.field("bytes_received", connection.exchange.bytesReceived)
        writer.field("captured", isCaptured)
        writer.field("verdict", verdict)
        writer.endObject()
        writer.endLine()
    }

    /// From both SYNs, or from the kernel where they were not captured.
    private func writeNegotiated(into writer: inout JSONWriter) {
        if let negotiation {
            writer.beginObject("negotiated")
            writer.field("window_scaling", negotiation.windowScaling == .agreed)
            writer.field("send_wscale", negotiation.otherScale.map { Int($0) })
            writer.field("receive_wscale", negotiation.ownScale.map { Int($0) })
            writer.field("sack", negotiation.sack == .agreed)
            writer.field("timestamps", negotiation.timestamps == .agreed)
            writer.field("ecn", negotiation.ecn == .agreed)
            return writer.endObject()
        }
        guard connection.result.verdict.state == .open, let statistics = connection.statistics else {
            return writer.null("negotiated")
        }
        writer.beginObject("negotiated")
        writer.field("window_scaling", statistics.sendWindowScale != nil)
        writer.field("send_wscale", statistics.sendWindowScale.map { Int($0) })
        writer.field("receive_wscale", statistics.receiveWindowScale.map { Int($0) })
        writer.field("sack", statistics.usesSACK)
        writer.field("timestamps", statistics.usesTimestamps)
        writer.field("ecn", statistics.usesECN)
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ name: StaticString, _ offer: SYNOffer?) {
        guard let offer else { return null(name) }
        beginObject(name)
        field("mss", offer.maximumSegmentSize.map { Int($0) })
        field("wscale", offer.windowScale.map { Int($0) })
        field("sack_permitted", offer.isSACKPermitted)
        field("timestamps", offer.hasTimestamps)
        field("ecn", offer.hasECN)
        field("ttl", Int(offer.hopLimit))
        field("window", Int(offer.window))
        endObject()
    }
}
