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

    /// Dispatches on the IP version in the first four bits.
    @inline(__always)
    func ip(_ frame: Span<UInt8>, _ cursor: Cursor) -> Layer {
        if let lack = cursor.lacks(1) { return .done(lack) }
        switch frame[cursor.offset] >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        default: return .done(.malformed)
        }
    }

    // The walk is too large for the optimizer to follow a mere wish to inline.
    @inline(always)
    mutating func ipv4(_ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        let packet = frame.extracting(cursor.captured)
        let header = packet.extracting(first: IPv4.smallestSize)
        guard header.count == IPv4.smallestSize else { return .done(cursor.lack(of: IPv4.smallestSize)) }
        let headerSize = Int(header[0] & 0x0F) &* 4
        let totalLength = Int(header.bigEndianUInt16(at: IPv4.totalLength))
        guard header[0] >> 4 == 4, headerSize >= IPv4.smallestSize else { return .done(.malformed) }
        payloadLengthIsKnown = totalLength >= headerSize && totalLength <= cursor.wireAvailable
        if payloadLengthIsKnown {
            cursor.limit(to: totalLength)
        } else if let refusal = refusal(ofLength: totalLength, headerSize) {
            return .done(refusal)
        }
        if let lack = cursor.lacks(headerSize) { return .done(lack) }
        if !ignoresChecksums {
            let isPlain = headerSize == IPv4.smallestSize
            let sum = isPlain ? Checksum.ofBytes(header) : Self.sum(packet.extracting(first: headerSize))
            if sum != 0xFFFF {
                guard !isStrict else { return .done(.badIPChecksum) }
                mark(.ipChecksum)
            }
        }
        segment.source = IPAddress(v4: header.bigEndianUInt32(at: IPv4.source))
        segment.destination = IPAddress(v4: header.bigEndianUInt32(at: IPv4.destination))
        segment.hopLimit = header[IPv4.hopLimit]
        segment.identification = header.bigEndianUInt16(at: IPv4.identification)
        cursor.advance(headerSize)
        let fragment = header.bigEndianUInt16(at: IPv4.fragment)
        return fragment & (IPv4.moreFragments | IPv4.offsetMask) == 0
            ? .transport(header[IPv4.protocol]) : self.fragment(header, frame, cursor, nesting: nesting)
    }

    /// Why a packet is not decoded whose total length is not that of a packet in the frame; `nil` where it is, to the frame's end.
    @inline(never)
    private mutating func refusal(ofLength totalLength: Int, _ headerSize: Int) -> DecodeOutcome? {
        if totalLength == 0 {
            // Segmentation offload: the NIC fills the length in, and the checksum, after the capture.
            return isStrict && !ignoresChecksums ? .zeroLength : nil
        }
        guard totalLength >= headerSize, !isStrict else { return .malformed }
        mark(.shorterThanPacket)
        return nil
    }

    @inline(never)
    private static func sum(_ headerWithOptions: Span<UInt8>) -> UInt16 {
        Checksum.ofBytes(headerWithOptions)
    }

    @inline(never)
    private mutating func fragment(_ header: Span<UInt8>, _ frame: Span<UInt8>, _ cursor: Cursor, nesting: Int) -> Layer {
        let field = header.bigEndianUInt16(at: IPv4.fragment)
        let piece = FragmentStore.Piece(
            source: segment.source,
            destination: segment.destination,
            identification: UInt32(header.bigEndianUInt16(at: IPv4.identification)),
            next: header[IPv4.protocol],
            offset: Int(field & IPv4.offsetMask) * 8,
            isLast: field & IPv4.moreFragments == 0
        )
        return reassemble(piece, frame, cursor, nesting: nesting)
    }
}
