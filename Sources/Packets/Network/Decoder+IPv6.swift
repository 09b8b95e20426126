internal import Addresses

/// IPv6 (RFC 8200) and its extension headers.
extension Decoder {
    private enum IPv6 {
        static let payloadLength = 4
        static let nextHeader = 6
        static let hopLimit = 7
        static let source = 8
        static let destination = 24
        static let size = 40
    }

    @inline(__always)
    mutating func ipv6(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        let header = frame.extracting(cursor.captured).extracting(first: IPv6.size)
        guard header.count == IPv6.size else { return .done(cursor.lack(of: IPv6.size)) }
        guard header[0] >> 4 == 6 else { return .done(.malformed) }
        let payloadLength = Int(header.bigEndianUInt16(at: IPv6.payloadLength))
        let fits = IPv6.size &+ payloadLength <= cursor.wireAvailable
        if !fits {
            guard !isStrict else { return .done(.malformed) }
            mark(.shorterThanPacket)
        }
        segment.source = address(header, at: IPv6.source)
        segment.destination = address(header, at: IPv6.destination)
        segment.hopLimit = header[IPv6.hopLimit]
        // A length of 0 marks one that does not fit the field. A jumbogram carries it in its hop-by-hop options (RFC 2675); with offload it
        // is unknown.
        payloadLengthIsKnown = payloadLength != 0 && fits
        if payloadLengthIsKnown { cursor.limit(to: IPv6.size &+ payloadLength) }
        cursor.advance(IPv6.size)
        return .ipv6Next(header[IPv6.nextHeader])
    }

    mutating func ipv6Next(_ number: UInt8, _ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        switch number {
        case IPProtocol.tcp: return .tcp
        case IPProtocol.hopByHop, IPProtocol.destinationOptions: return options(number, frame, &cursor)
        case IPProtocol.routing: return routing(frame, &cursor)
        case IPProtocol.fragment: return fragment(frame, &cursor, nesting: nesting)
        case IPProtocol.authentication: return .authentication(isIPv6: true)
        case IPProtocol.mobility, IPProtocol.hostIdentity, IPProtocol.shim6:
            guard let header = extensionHeader(frame, &cursor) else { return extensionHeaderLack(frame, cursor) }
            return .ipv6Next(header.next)
        default: return .transport(number)
        }
    }

    @inline(__always)
    private func address(_ frame: Span<UInt8>, at offset: Int) -> IPAddress {
        IPAddress(v6High: frame.bigEndianUInt64(at: offset), low: frame.bigEndianUInt64(at: offset + 8))
    }
}

/// The headers between IPv6 and its transport: next header, length in words of eight bytes less one, content (RFC 8200 section 4).
extension Decoder {
    /// A header that the cursor went past: where its content lies, and what follows.
    private struct ExtensionHeader {
        let next: UInt8
        let content: Range<Int>
    }

    private enum OptionType {
        static let pad1: UInt8 = 0x00
        /// RFC 2675
        static let jumboPayload: UInt8 = 0xC2
        /// RFC 6275 section 6.3
        static let homeAddress: UInt8 = 0xC9
    }

    private enum RoutingType {
        /// RFC 2460 section 4.4, deprecated by RFC 5095.
        static let source: UInt8 = 0
        /// RFC 6275 section 6.4
        static let home: UInt8 = 2
        /// RFC 8754
        static let segments: UInt8 = 4
    }

    private enum Fragment {
        static let next = 0
        static let offset = 2
        static let identification = 4
        static let size = 8
        static let moreFragments: UInt16 = 1
        static let offsetMask: UInt16 = 0xFFF8
    }

    private func extensionHeader(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> ExtensionHeader? {
        guard cursor.available >= 8 else { return nil }
        let start = cursor.offset
        let size = (Int(frame[start + 1]) + 1) * 8
        guard cursor.available >= size else { return nil }
        cursor.advance(size)
        return ExtensionHeader(next: frame[start], content: start + 2..<start + size)
    }

    /// Why there is no whole extension header at the cursor.
    private func extensionHeaderLack(_ frame: Span<UInt8>, _ cursor: Cursor) -> Layer {
        .done(cursor.lacks(8) ?? cursor.lacks((Int(frame[cursor.offset + 1]) + 1) * 8) ?? .malformed)
    }

    /// Reads hop-by-hop and destination options. Two matter here: the length of a jumbogram and a mobile node's home address.
    private mutating func options(_ number: UInt8, _ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        let start = cursor.offset
        guard let header = extensionHeader(frame, &cursor) else { return extensionHeaderLack(frame, cursor) }
        var offset = header.content.lowerBound
        while offset + 1 < header.content.upperBound {
            let type = frame[offset]
            if type == OptionType.pad1 {
                offset += 1
                continue
            }
            let length = Int(frame[offset + 1])
            guard offset + 2 + length <= header.content.upperBound else { return .done(.malformed) }
            if type == OptionType.jumboPayload, number == IPProtocol.hopByHop, length == 4, !payloadLengthIsKnown {
                let payloadLength = Int(frame.bigEndianUInt32(at: offset + 2))
                let headerSize = cursor.offset - start
                guard payloadLength >= headerSize, payloadLength - headerSize <= cursor.wireAvailable else {
                    return .done(.malformed)
                }
                cursor.limit(to: payloadLength - headerSize)
                payloadLengthIsKnown = true
            }
            if type == OptionType.homeAddress, number == IPProtocol.destinationOptions, length == 16 {
                segment.source = address(frame, at: offset + 2)
            }
            offset += 2 + length
        }
        return .ipv6Next(header.next)
    }

    /// While segments are left the header holds the final destination, which is the one that a checksum covers (RFC 8200 section
    /// 8.1).
    private mutating func routing(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard let header = extensionHeader(frame, &cursor) else { return extensionHeaderLack(frame, cursor) }
        let type = frame[header.content.lowerBound]
        let segmentsLeft = frame[header.content.lowerBound + 1]
        // Type, segments left and four more bytes precede the addresses.
        let addresses = header.content.lowerBound + 6..<header.content.upperBound
        if segmentsLeft > 0, addresses.count >= 16 {
            switch type {
            case RoutingType.source, RoutingType.home:
                segment.destination = address(frame, at: addresses.lowerBound + (addresses.count / 16 - 1) * 16)
            case RoutingType.segments:
                segment.destination = address(frame, at: addresses.lowerBound)
            default: break
            }
        }
        return .ipv6Next(header.next)
    }

    private mutating func fragment(_ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        if let lack = cursor.lacks(Fragment.size) { return .done(lack) }
        let header = cursor.offset
        let field = frame.bigEndianUInt16(at: header + Fragment.offset)
        let next = frame[header + Fragment.next]
        cursor.advance(Fragment.size)
        // An atomic fragment is whole by itself (RFC 6946).
        guard field & (Fragment.offsetMask | Fragment.moreFragments) != 0 else { return .ipv6Next(next) }
        let piece = FragmentStore.Piece(
            source: segment.source,
            destination: segment.destination,
            identification: frame.bigEndianUInt32(at: header + Fragment.identification),
            next: next,
            offset: Int(field & Fragment.offsetMask),
            isLast: field & Fragment.moreFragments == 0
        )
        return reassemble(piece, frame, cursor, nesting: nesting)
    }
}
