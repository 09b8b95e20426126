import Addresses
package import Console
package import PathTracing
import Probing
package import SondeSystem

/// The largest packet that reaches a target, as text or JSON.
package struct MTUReport: Sendable {
    private let target: String
    private let address: ResolvedAddress
    private let port: UInt16
    private let outcome: MTUSearch.Outcome

    package init(target: String, address: ResolvedAddress, port: UInt16, _ outcome: MTUSearch.Outcome) {
        self.target = target
        self.address = address
        self.port = port
        self.outcome = outcome
    }

    package func write(into text: inout TextBuffer, isJSON: Bool, _ stream: ReportStream) {
        if isJSON { return text.append(json: { writeJSON(into: &$0) }) }
        let host = target == address.description ? target : "\(target) (\(address))"
        text.append(escaped: host, .strong, stream.palette)
        text.append("  ")
        if case .found(let mtu, _, let isBlackHole) = outcome {
            text.append(escaped: "mtu \(mtu)", isBlackHole ? .doubtful : .good, stream.palette)
        } else {
            text.append("mtu unknown", .doubtful, stream.palette)
        }
        text.append("\n  → ")
        text.append(escaped: sentence)
        text.append("\n")
    }

    /// TCP's fixed headers, IP's included: what an MSS leaves out of an MTU.
    private var headers: Int { address.address.family == .v4 ? 40 : 60 }

    var sentence: String {
        switch outcome {
        case .found(let mtu, _, isBlackHole: true):
            let message = address.address.family == .v4 ? "ICMP 3/4" : "ICMPv6 2/0"
            return
                "packets over \(mtu) bytes vanish and no router reports it: clamp the MSS to \(mtu - headers), or let \(message) pass"
        case .found(let mtu, let router?, _):
            return "\(router) reports that its next link carries \(mtu) bytes; the MSS is at most \(mtu - headers)"
        case .found(let mtu, nil, _):
            return "the whole path carries this machine's own \(mtu) bytes; the MSS is at most \(mtu - headers)"
        case .silentTarget:
            return
                "no answer from UDP port \(port), not even to a small packet: name a port that answers, or a closed one that is not filtered"
        }
    }

    private func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("type", literal: "mtu")
        writer.field("target", target)
        writer.field("address", address.description)
        writer.field("port", Int(port))
        if case .found(let mtu, let router, let isBlackHole) = outcome {
            writer.field("mtu", mtu)
            writer.field("reported_by", router?.description)
            writer.field("black_hole", isBlackHole)
        } else {
            writer.null("mtu")
            writer.null("reported_by")
            writer.null("black_hole")
        }
        writer.field("verdict", sentence)
        writer.endObject()
        writer.endLine()
    }
}
