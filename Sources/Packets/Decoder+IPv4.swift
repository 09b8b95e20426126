internal import Addresses

/// IP protocol numbers (IANA) of what the decoder looks into.
enum IPProtocol {
    static let tcp: UInt8 = 6
}

/// IPv4 (RFC 791).
extension Decoder {
    private enum IPv4 {
        static let totalLength = 2
        static let fragment = 6
        static let hopLimit = 8
        static let `protocol` = 9
        static let source = 12
        static let destination = 16
        static let smallestSize = 20
    }

    /// The version in the first four bits tells which IP it is.
    func ip(_ frame: Span<UInt8>, _ cursor: Cursor) -> Layer {
        if let lack = cursor.lacks(1) { return .done(lack) }
        switch frame[cursor.offset] >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        default: return .done(.malformed)
        }
    }

    mutating func ipv4(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(IPv4.smallestSize) { return .done(lack) }
        let header = cursor.offset
        guard frame[header] >> 4 == 4 else { return .done(.malformed) }
        let headerSize = Int(frame[header] & 0x0F) * 4
        let totalLength = Int(frame.uint16(at: header + IPv4.totalLength))
        guard headerSize >= IPv4.smallestSize else { return .done(.malformed) }
        if totalLength == 0 {
            guard ignoresChecksums else { return .done(.zeroLength) }
        } else {
            guard totalLength >= headerSize, totalLength <= cursor.wireAvailable else { return .done(.malformed) }
            cursor.limit(to: totalLength)
        }
        if let lack = cursor.lacks(headerSize) { return .done(lack) }
        guard ignoresChecksums || Checksum.ofBytes(frame, from: header, count: headerSize) == 0xFFFF else {
            return .done(.badIPChecksum)
        }
        segment.source = IPAddress(v4: frame.uint32(at: header + IPv4.source))
        segment.destination = IPAddress(v4: frame.uint32(at: header + IPv4.destination))
        segment.hopLimit = frame[header + IPv4.hopLimit]
        payloadLengthIsKnown = totalLength != 0
        cursor.advance(headerSize)
        // More fragments, or an offset that is not 0.
        guard frame.uint16(at: header + IPv4.fragment) & 0x3FFF == 0 else { return .done(.fragmentHeld) }
        return .transport(frame[header + IPv4.protocol])
    }

    func transport(_ number: UInt8, _ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        switch number {
        case IPProtocol.tcp: .tcp
        default: .done(.notTCP)
        }
    }
}
