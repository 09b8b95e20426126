internal import Addresses

/// IPv4 (RFC 791).
extension Decoder {
    private enum IPv4 {
        static let totalLength = 2
        static let identification = 4
        static let fragment = 6
        static let hopLimit = 8
        static let `protocol` = 9
        static let source = 12
        static let destination = 16
        static let smallestSize = 20
        // Of the fragment field.
        static let moreFragments: UInt16 = 0x2000
        static let offsetMask: UInt16 = 0x1FFF
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

    mutating func ipv4(_ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        if let lack = cursor.lacks(IPv4.smallestSize) { return .done(lack) }
        let header = cursor.offset
        let headerSize = Int(frame[header] & 0x0F) * 4
        let totalLength = Int(frame.uint16(at: header + IPv4.totalLength))
        guard frame[header] >> 4 == 4, headerSize >= IPv4.smallestSize else { return .done(.malformed) }
        if totalLength == 0 {
            // Segmentation offload: the card fills the length in, and the checksum, after the capture.
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

        let number = frame[header + IPv4.protocol]
        let fragment = frame.uint16(at: header + IPv4.fragment)
        guard fragment & (IPv4.moreFragments | IPv4.offsetMask) != 0 else { return .transport(number) }
        let piece = FragmentStore.Piece(
            source: segment.source,
            destination: segment.destination,
            identification: UInt32(frame.uint16(at: header + IPv4.identification)),
            next: number,
            offset: Int(fragment & IPv4.offsetMask) * 8,
            isLast: fragment & IPv4.moreFragments == 0
        )
        return reassemble(piece, frame, cursor, nesting: nesting)
    }
}
