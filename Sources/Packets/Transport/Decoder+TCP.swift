internal import Addresses

/// TCP (RFC 9293): where every way through a frame ends that is worth it.
extension Decoder {
    private enum TCP {
        static let sourcePort = 0
        static let destinationPort = 2
        static let sequence = 4
        static let acknowledgement = 8
        static let offsetAndFlags = 12
        static let window = 14
        static let checksum = 16
        static let urgentPointer = 18
        static let smallestSize = 20
    }

    // The walk is too large for the optimizer to follow a mere wish to inline.
    @inline(always)
    mutating func tcp(_ frame: Span<UInt8>, _ cursor: Cursor) -> DecodeOutcome {
        let bytes = frame.extracting(cursor.captured)
        let header = bytes.extracting(first: TCP.smallestSize)
        guard header.count == TCP.smallestSize else { return cursor.lack(of: TCP.smallestSize) }
        let offsetAndFlags = header.bigEndianUInt16(at: TCP.offsetAndFlags)
        let headerSize = Int(offsetAndFlags >> 12) &* 4
        guard headerSize >= TCP.smallestSize else { return .malformed }
        guard headerSize <= cursor.wireAvailable else { return .malformed }

        segment.sourcePort = header.bigEndianUInt16(at: TCP.sourcePort)
        segment.destinationPort = header.bigEndianUInt16(at: TCP.destinationPort)
        segment.sequence = header.bigEndianUInt32(at: TCP.sequence)
        segment.acknowledgement = header.bigEndianUInt32(at: TCP.acknowledgement)
        segment.flags = TCPFlags(rawValue: offsetAndFlags & 0x01FF)
        segment.window = header.bigEndianUInt16(at: TCP.window)
        segment.urgentPointer = header.bigEndianUInt16(at: TCP.urgentPointer)
        if headerSize <= bytes.count {
            segment.options.read(bytes.extracting(TCP.smallestSize..<headerSize))
        } else {
            // The snapshot length was short. Ports, numbers and flags were captured, which is enough for most purposes.
            segment.options.readBeginning(bytes.extracting(TCP.smallestSize..<bytes.count))
        }
        segment.payloadOffset = cursor.offset &+ min(headerSize, bytes.count)
        // A length that the IP header does not give is that of the frame. Zeek takes IPv6 at its word.
        let hasLength = payloadLengthIsKnown || !isStrict || segment.source.family != .v6
        segment.payloadLength = hasLength ? cursor.wireAvailable &- headerSize : 0
        segment.capturedPayloadLength = min(max(cursor.available &- headerSize, 0), segment.payloadLength)
        segment.isPayloadWhole = segment.capturedPayloadLength == segment.payloadLength
        segment.checksum = .unknown
        guard !ignoresChecksums, payloadLengthIsKnown, cursor.isWhole else { return .segment }
        let pseudoHeader = Checksum.ofPseudoHeader(
            source: segment.source,
            destination: segment.destination,
            protocol: IPProtocol.tcp,
            length: cursor.available
        )
        if Checksum.isRight(bytes, pseudoHeader: pseudoHeader) {
            segment.checksum = .correct
        } else {
            let field = header.bigEndianUInt16(at: TCP.checksum)
            segment.checksum = isOffloaded(field, pseudoHeader) ? .offloaded : .wrong
        }
        return .segment
    }

    /// Whether a wrong checksum is no sign of damage.
    ///
    /// A sender that leaves the checksum to its NIC writes the pseudo-header's sum into the field, from which the NIC continues, or zero.
    /// Behind an IPv4 header with a wrong checksum, which no receiver would accept, the segment's is as void: the capture is from before
    /// the NIC, or the addresses were changed in the file.
    @inline(never)
    private func isOffloaded(_ field: UInt16, _ pseudoHeader: UInt64) -> Bool {
        field == Checksum.folded(pseudoHeader) || (field == 0 && !isStrict) || flaws.contains(.ipChecksum)
    }
}
