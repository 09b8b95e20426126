/// GRE (RFC 2784, RFC 2890), the PPTP kind of it (RFC 2637), and the mirrored frames that it carries (ERSPAN).
extension Decoder {
    private enum GRE {
        static let `protocol` = 2
        static let size = 4
        static let fieldSize = 4
        static let checksumIsPresent: UInt16 = 0x8000
        static let routingIsPresent: UInt16 = 0x4000
        static let keyIsPresent: UInt16 = 0x2000
        static let sequenceIsPresent: UInt16 = 0x1000
        static let acknowledgementIsPresent: UInt16 = 0x0080
        static let reserved: UInt16 = 0x0078
        static let versionMask: UInt16 = 0x0007
        /// In version 1 the key's first half is the payload's length.
        static let pointToPoint: UInt16 = 1
        /// MikroTik's EoIP: as the PPTP kind, but for the number, and with a whole frame.
        static let ethernetOverIP: UInt16 = 0x6400
    }

    private enum ERSPAN {
        static let size2 = 8
        static let size3 = 12
        static let platformSize = 8
        /// Of the last byte of type III: the platform's header follows.
        static let platformIsPresent: UInt8 = 0x01
    }

    mutating func gre(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(GRE.size) { return .done(lack) }
        let start = cursor.offset
        let flags = frame.bigEndianUInt16(at: start)
        let type = frame.bigEndianUInt16(at: start + GRE.protocol)
        // The routing field of RFC 1701 has a length of its own and is deprecated; the reserved bits mean another protocol.
        guard flags & (GRE.routingIsPresent | GRE.reserved) == 0 else { return .done(.notTCP) }

        var size = GRE.size
        if flags & GRE.checksumIsPresent != 0 { size += GRE.fieldSize }
        let key = size
        if flags & GRE.keyIsPresent != 0 { size += GRE.fieldSize }
        if flags & GRE.sequenceIsPresent != 0 { size += GRE.fieldSize }
        if flags & GRE.acknowledgementIsPresent != 0 { size += GRE.fieldSize }
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)

        switch flags & GRE.versionMask {
        case 0:
            if flags & GRE.keyIsPresent != 0 { enterTunnel(frame.bigEndianUInt32(at: start + key)) }
            return greContent(type, frame, &cursor, hasSequence: flags & GRE.sequenceIsPresent != 0)
        case GRE.pointToPoint where type == EtherType.ppp && flags & GRE.keyIsPresent != 0:
            cursor.limit(to: Int(frame.bigEndianUInt16(at: start + key)))
            return .ppp
        case GRE.pointToPoint where type == GRE.ethernetOverIP && flags & GRE.keyIsPresent != 0 && !isStrict:
            cursor.limit(to: Int(frame.bigEndianUInt16(at: start + key)))
            enterTunnel(UInt32(frame.bigEndianUInt16(at: start + key + 2)))
            return .ethernet
        default: return .done(.notTCP)
        }
    }

    private mutating func greContent(_ type: UInt16, _ frame: Span<UInt8>, _ cursor: inout Cursor, hasSequence: Bool) -> Layer {
        switch type {
        // Type I has no header of its own, and no sequence number either.
        case EtherType.erspan2: return hasSequence ? .erspan2 : .ethernet
        case EtherType.erspan3: return .erspan3
        // Access points of Aruba tunnel the frames of the air, a number for each radio.
        case 0x8200...0x8370 where type & 0x000F == 0, 0x9000: return .wifi
        case EtherType.cacheControl:
            // WCCP version 2 puts a header of its own before the packet. Only the nibble of the IP version reveals it.
            guard cursor.available > GRE.fieldSize else { return .done(cursor.lacks(GRE.fieldSize + 1) ?? .malformed) }
            if frame[cursor.offset] >> 4 != 4 { cursor.advance(GRE.fieldSize) }
            return .ip
        case 0...EtherType.greatestLength: return .done(.notTCP)
        default: return etherType(type, &cursor)
        }
    }

    func erspan2(_ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(ERSPAN.size2) { return .done(lack) }
        cursor.advance(ERSPAN.size2)
        return .ethernet
    }

    func erspan3(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(ERSPAN.size3) { return .done(lack) }
        let hasPlatform = frame[cursor.offset + ERSPAN.size3 - 1] & ERSPAN.platformIsPresent != 0
        let size = ERSPAN.size3 + (hasPlatform ? ERSPAN.platformSize : 0)
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return .ethernet
    }

    /// Two bytes of version, then a frame (RFC 3378).
    func etherIP(_ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(2) { return .done(lack) }
        cursor.advance(2)
        return .ethernet
    }
}
