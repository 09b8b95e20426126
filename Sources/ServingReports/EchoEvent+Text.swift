import Addresses
package import Console
package import Serving
package import SondeSystem

extension EchoEvent {
    /// One line, or a hex dump for data; nothing for an event that only standard error reports.
    package func writeText(into text: inout TextBuffer, _ palette: Palette) {
        switch self {
        case .listening(let transport, let address):
            text.append("listening on ", .good, palette)
            text.append(escaped: "\(transport.rawValue) \(address)")
        case .opened(let client):
            text.append(client: client.number, client.peer, client.transport)
            text.append(client.transport.isStream ? "  connected" : "  first datagram", .good, palette)
            text.append(syn: client.syn)
        case .refused(let transport, let address, let reason):
            text.append("--  ")
            text.append(peer: address, transport)
            text.append("  refused", .bad, palette)
            text.append("  ")
            text.append(reason.words)
        case .received(let client, let bytes):
            return text.append(hexDump: bytes, client: client)
        case .closed(let client):
            text.append(client: client.number, client.peer, client.transport)
            text.append("  closed", client.reason == .fin ? .plain : .doubtful, palette)
            text.append(closed: client)
        case .outOfDescriptors:
            // Reported on standard error.
            return
        }
        text.append("\n")
    }
}

extension EchoTotals {
    /// The closing line.
    package func writeText(elapsed: Nanoseconds, into text: inout TextBuffer) {
        text.append(grouped: Int(clamping: clients))
        text.append(clients == 1 ? " client, " : " clients, ")
        if refused > 0 {
            text.append(grouped: Int(clamping: refused))
            text.append(" refused, ")
        }
        text.append(bytes: bytesIn)
        text.append(" in, ")
        text.append(bytes: bytesOut)
        text.append(" out")
        if datagramsIn > 0 {
            text.append(", ")
            text.append(grouped: Int(clamping: datagramsIn))
            text.append(datagramsIn == 1 ? " datagram in, " : " datagrams in, ")
            text.append(grouped: Int(clamping: datagramsOut))
            text.append(" out")
        }
        text.append(", ")
        text.append(duration: elapsed.count)
        text.append("\n")
    }
}

extension CloseReason {
    /// Who closed the connection, and how.
    fileprivate var words: StaticString {
        switch self {
        case .fin: "client closed (FIN)"
        case .reset: "client reset it (RST)"
        case .timedOut: "client stopped answering"
        case .idleTimeout: "idle timeout"
        case .quit: "quit word"
        case .shutdown: "server stopped"
        case .failed: "system error"
        }
    }
}

extension TextBuffer {
    fileprivate mutating func append(client number: UInt64, _ peer: SocketAddress, _ transport: Transport) {
        append("#")
        append(number)
        append("  ")
        append(peer: peer, transport)
    }

    fileprivate mutating func append(peer: SocketAddress, _ transport: Transport) {
        // Most clients of a Unix socket have no name.
        if case .unix(path: "") = peer { return append(trusted: transport.rawValue) }
        append(escaped: peer.description)
    }

    package mutating func append(syn: SYNFacts?) {
        guard let syn else { return }
        if let size = syn.maximumSegmentSize { append(trusted: "  mss \(size)") }
        if let shift = syn.windowScale { append(trusted: "  wscale \(shift)") }
        if syn.permitsSACK { append("  sack") }
        if syn.hasTimestamps { append("  timestamps") }
        append(trusted: "  ttl \(syn.hopLimit)")
    }

    fileprivate mutating func append(closed client: ClosedClient) {
        append("  ")
        append(bytes: client.bytesIn)
        append(" in, ")
        append(bytes: client.bytesOut)
        append(" out  ")
        append(duration: client.duration.count)
        append("  ")
        append(client.reason.words)
        guard let statistics = client.statistics else { return }
        append("  rtt ")
        append(duration: Int64(statistics.rttMicroseconds) * 1000)
        guard statistics.retransmits > 0 else { return }
        append("  ")
        append(count: Int(statistics.retransmits), of: "retransmit")
    }

    /// Sixteen bytes per line: offset, hex, and what is printable.
    fileprivate mutating func append(hexDump bytes: [UInt8], client: UInt64) {
        for start in stride(from: 0, to: max(bytes.count, 1), by: 16) {
            let row = bytes[start..<min(start + 16, bytes.count)]
            append("#")
            append(client)
            append("  ")
            append(hex: UInt64(start), digits: 4)
            append(" ")
            for byte in row {
                append(" ")
                append(hex: UInt64(byte), digits: 2)
            }
            append(UInt8(ascii: " "), times: (16 - row.count) * 3 + 2)
            for byte in row { append(byte: (0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: ".")) }
            append("\n")
        }
    }
}
