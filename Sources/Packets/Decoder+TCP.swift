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

    mutating func tcp(_ frame: Span<UInt8>, _ cursor: Cursor) -> DecodeOutcome {
        if let lack = cursor.lacks(TCP.smallestSize) { return lack }
        let header = cursor.offset
        let offsetAndFlags = frame.uint16(at: header + TCP.offsetAndFlags)
        let headerSize = Int(offsetAndFlags >> 12) * 4
        guard headerSize >= TCP.smallestSize else { return .malformed }
        if let lack = cursor.lacks(headerSize) { return lack }

        segment.sourcePort = frame.uint16(at: header + TCP.sourcePort)
        segment.destinationPort = frame.uint16(at: header + TCP.destinationPort)
        segment.sequence = frame.uint32(at: header + TCP.sequence)
        segment.acknowledgement = frame.uint32(at: header + TCP.acknowledgement)
        segment.flags = TCPFlags(rawValue: offsetAndFlags & 0x01FF)
        segment.window = frame.uint16(at: header + TCP.window)
        segment.urgentPointer = frame.uint16(at: header + TCP.urgentPointer)
        segment.options = TCPOptions()
        if headerSize > TCP.smallestSize {
            segment.options.read(frame, from: header + TCP.smallestSize, to: header + headerSize)
        }
        segment.payloadOffset = header + headerSize
        segment.payloadLength = payloadLengthIsKnown ? cursor.wireAvailable - headerSize : 0
        segment.capturedPayloadLength = min(cursor.available - headerSize, segment.payloadLength)
        segment.isPayloadWhole = segment.capturedPayloadLength == segment.payloadLength
        segment.checksum = .unknown
        guard !ignoresChecksums, payloadLengthIsKnown, cursor.isWhole else { return .segment }
        let isRight = Checksum.isRight(
            frame,
            from: header,
            count: cursor.available,
            source: segment.source,
            destination: segment.destination,
            protocol: IPProtocol.tcp
        )
        segment.checksum = isRight ? .correct : wrongOrOffloaded(frame, cursor)
        return .segment
    }

    /// A sender that leaves the checksum to its network card writes the pseudo-header's sum into the field, for the card to go on from.
    private func wrongOrOffloaded(_ frame: Span<UInt8>, _ cursor: Cursor) -> Segment.ChecksumVerdict {
        let sum = Checksum.ofPseudoHeader(
            source: segment.source,
            destination: segment.destination,
            protocol: IPProtocol.tcp,
            length: cursor.available
        )
        return frame.uint16(at: cursor.offset + TCP.checksum) == Checksum.folded(sum) ? .offloaded : .wrong
    }
}
