internal import Addresses

/// UDP (RFC 768), of interest only where it carries a tunnel.
extension Decoder {
    private enum UDP {
        static let sourcePort = 0
        static let destinationPort = 2
        static let length = 4
        static let checksum = 6
        static let size = 8
    }

    /// Ports (IANA) that say what a datagram carries, at either end.
    private enum TunnelPort {
        static let gtpControl: UInt16 = 2123
        static let gtpUser: UInt16 = 2152
        static let teredo: UInt16 = 3544
        static let greInUDP: UInt16 = 4754
        static let vxlan: UInt16 = 4789
        static let ayiya: UInt16 = 5072
        static let geneve: UInt16 = 6081
    }

    mutating func udp(_ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        if let lack = cursor.lacks(UDP.size) { return .done(lack) }
        let header = cursor.offset
        let length = Int(frame.bigEndianUInt16(at: header + UDP.length))
        // A length of 0 stands for one that does not fit (RFC 2675 section 4), or that offload will fill in.
        if length >= UDP.size { cursor.limit(to: length) }
        let datagram = cursor
        cursor.advance(UDP.size)
        guard
            let tunnel = tunnel(frame.bigEndianUInt16(at: header + UDP.destinationPort))
                ?? tunnel(frame.bigEndianUInt16(at: header + UDP.sourcePort))
                ?? tunnel(lookingAt: frame, cursor)
        else { return .done(.notTCP) }
        switch checksum(frame, datagram) {
        case .accepted: return tunnel
        case .wrong(let sum):
            let isJudged = acceptsOffloadedChecksums && !isInDoubt
            return .done(isJudged ? decode(tunnel, frame, cursor, outerSum: sum, nesting: nesting) : .badUDPChecksum)
        }
    }

    private func tunnel(_ port: UInt16) -> Layer? {
        switch port {
        case TunnelPort.gtpControl, TunnelPort.gtpUser: .gtp
        case TunnelPort.teredo: .teredo(byPort: true)
        case TunnelPort.greInUDP: .gre
        case TunnelPort.vxlan: .vxlan
        case TunnelPort.ayiya: .ayiya
        case TunnelPort.geneve: .geneve
        default: nil
        }
    }

    /// Teredo between two clients and AYIYA may use any port. They are recognized by content, as in Zeek.
    private func tunnel(lookingAt frame: Span<UInt8>, _ cursor: Cursor) -> Layer? {
        let start = cursor.offset
        guard cursor.available >= 40 else { return nil }
        if frame[start + 1] == 0x52, frame[start + 2] == 0x11 { return .ayiya }
        let beginsAsTeredo = frame[start] >> 4 == 6 || (frame[start] == 0 && frame[start + 1] <= 1)
        return beginsAsTeredo ? .teredo(byPort: false) : nil
    }

    private enum ChecksumVerdict {
        case accepted
        /// The sum of the datagram and its pseudo-header, not folded yet.
        case wrong(sum: UInt64)
    }

    /// A checksum of 0 is none (RFC 768); IPv6 allows that for tunnels (RFC 6935).
    ///
    /// A sender that leaves the checksum to the NIC writes the folded sum of the pseudo-header into the field.
    private mutating func checksum(_ frame: Span<UInt8>, _ datagram: Cursor) -> ChecksumVerdict {
        let field = frame.bigEndianUInt16(at: datagram.offset + UDP.checksum)
        guard !ignoresChecksums, datagram.isWhole, payloadLengthIsKnown, field != 0 else { return .accepted }
        let pseudoHeader = Checksum.ofPseudoHeader(
            source: segment.source,
            destination: segment.destination,
            protocol: IPProtocol.udp,
            length: datagram.available
        )
        if acceptsOffloadedChecksums, field == Checksum.folded(pseudoHeader) { return .accepted }
        let sum = Checksum.adding(pseudoHeader, to: frame.extracting(datagram.captured))
        return Checksum.folded(sum) == 0xFFFF ? .accepted : .wrong(sum: sum)
    }

    /// Decodes what a datagram with a wrong checksum carries, and accepts it where the inner TCP checksum explains the difference.
    ///
    /// Linux computes the outer checksum for the packet as it leaves the NIC (Documentation/networking/checksum-offloads.rst, "LCO:
    /// Local Checksum Offload"). The capture sees it earlier: the inner checksum field still holds the sum of its pseudo-header. With
    /// the inner checksum filled in, the bytes from the TCP header on would sum to the complement of that pseudo-header's sum.
    @inline(never)
    private mutating func decode(
        _ tunnel: Layer,
        _ frame: Span<UInt8>,
        _ cursor: Cursor,
        outerSum: UInt64,
        nesting: Int
    ) -> DecodeOutcome {
        isInDoubt = true
        defer { isInDoubt = false }
        guard walk(frame, from: tunnel, cursor, nesting: nesting) == .segment, segment.checksum == .offloaded else {
            return .badUDPChecksum
        }
        let inner = frame.extracting(segmentStart..<segment.payloadOffset + segment.capturedPayloadLength)
        let pseudoHeader = Checksum.ofPseudoHeader(
            source: segment.source,
            destination: segment.destination,
            protocol: IPProtocol.tcp,
            length: inner.count
        )
        let captured = Checksum.folded(Checksum.sum(inner))
        let filledIn = ~Checksum.folded(pseudoHeader)
        let sum = Checksum.folded(Checksum.adding(UInt64(filledIn) + UInt64(~captured), to: outerSum))
        return sum == 0xFFFF ? .segment : .badUDPChecksum
    }
}
