internal import Addresses

/// IPv6 (RFC 8200).
extension Decoder {
    private enum IPv6 {
        static let payloadLength = 4
        static let nextHeader = 6
        static let hopLimit = 7
        static let source = 8
        static let destination = 24
        static let size = 40
    }

    mutating func ipv6(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(IPv6.size) { return .done(lack) }
        let header = cursor.offset
        guard frame[header] >> 4 == 6 else { return .done(.malformed) }
        let payloadLength = Int(frame.uint16(at: header + IPv6.payloadLength))
        guard IPv6.size + payloadLength <= cursor.wireAvailable else { return .done(.malformed) }
        segment.source = IPAddress(
            v6High: frame.uint64(at: header + IPv6.source),
            low: frame.uint64(at: header + IPv6.source + 8)
        )
        segment.destination = IPAddress(
            v6High: frame.uint64(at: header + IPv6.destination),
            low: frame.uint64(at: header + IPv6.destination + 8)
        )
        segment.hopLimit = frame[header + IPv6.hopLimit]
        payloadLengthIsKnown = true
        cursor.limit(to: IPv6.size + payloadLength)
        cursor.advance(IPv6.size)
        return .transport(frame[header + IPv6.nextHeader])
    }
}
