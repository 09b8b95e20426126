import Addresses
package import Console
package import Serving
package import SondeSystem

extension EchoEvent {
    /// One NDJSON object; nothing for an event that only standard error reports.
    ///
    /// - Parameter time: of the event, in seconds since the epoch.
    package func writeJSON(time: Double, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        switch self {
        case .listening(let transport, let address):
            writer.field("type", literal: "listening")
            writer.write(transport, address)
        case .opened(let client):
            writer.field("type", literal: "connect")
            writer.field("client", client.number)
            writer.write(client.transport, client.peer)
            writer.write(client.syn)
        case .refused(let transport, let address, let reason):
            writer.field("type", literal: "refused")
            writer.write(transport, address)
            writer.field("reason", reason.rawValue)
        case .received(let client, let bytes):
            writer.field("type", literal: "data")
            writer.field("client", client)
            writer.field("bytes", bytes.count)
            writer.field("hex", ascii: { text in for byte in bytes { text.append(hex: UInt64(byte), digits: 2) } })
        case .closed(let client):
            writer.write(client)
        case .outOfDescriptors:
            return
        }
        writer.field("time", time, decimals: 6)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }
}

extension EchoTotals {
    /// The summary object.
    package func writeJSON(time: Double, elapsed: Nanoseconds, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "summary")
        writer.field("clients", clients)
        writer.field("refused", refused)
        writer.field("bytes_in", bytesIn)
        writer.field("bytes_out", bytesOut)
        writer.field("datagrams_in", datagramsIn)
        writer.field("datagrams_out", datagramsOut)
        writer.field("elapsed_ms", elapsed.milliseconds, decimals: 3)
        writer.field("time", time, decimals: 6)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }
}

extension JSONWriter {
    mutating func write(_ transport: Transport, _ address: SocketAddress) {
        field("transport", transport.rawValue)
        switch address {
        case .ip(let endpoint, _):
            field("address", endpoint.address.description)
            field("port", Int(endpoint.port))
        case .unix(let path):
            field("address", path.isEmpty ? nil : address.description)
            null("port")
        }
    }

    fileprivate mutating func write(_ syn: SYNFacts?) {
        guard let syn else { return null("syn") }
        beginObject("syn")
        field("mss", syn.maximumSegmentSize.map { Int($0) })
        field("window_scale", syn.windowScale.map { Int($0) })
        field("sack", syn.permitsSACK)
        field("timestamps", syn.hasTimestamps)
        field("ttl", Int(syn.hopLimit))
        field("window", Int(syn.window))
        endObject()
    }

    fileprivate mutating func write(_ client: ClosedClient) {
        field("type", literal: "close")
        field("client", client.number)
        write(client.transport, client.peer)
        field("bytes_in", client.bytesIn)
        field("bytes_out", client.bytesOut)
        field("duration_ms", client.duration.milliseconds, decimals: 3)
        field("closed_by", client.reason.closedBy?.rawValue)
        field("reason", client.reason.rawValue)
        field("rtt_ms", client.statistics.map { Double($0.rttMicroseconds) / 1000 }, decimals: 3)
        field("retransmits", client.statistics.map { Int($0.retransmits) })
    }
}
