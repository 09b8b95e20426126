/// What UDP carries: VXLAN (RFC 7348) and its extension (draft-ietf-nvo3-vxlan-gpe), L2TP version 2 (RFC 2661), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380), AYIYA
/// (draft-massar-v6ops-ayiya).
extension Decoder {
    private enum VXLAN {
        /// Three bytes, in VXLAN-GPE too.
        static let network = 4
        static let size = 8
        static let identifierIsValid: UInt8 = 0x08
    }

    private enum VXLANExtended {
        static let next = 3
        static let size = 8
        /// The next protocol is given.
        static let nextIsPresent: UInt8 = 0x04
    }

    private enum Layer2Tunnel {
        static let isControl: UInt16 = 0x8000
        static let lengthIsPresent: UInt16 = 0x4000
        static let sequenceIsPresent: UInt16 = 0x0800
        static let offsetIsPresent: UInt16 = 0x0200
        static let versionMask: UInt16 = 0x000F
        static let version2: UInt16 = 2
        /// Flags, tunnel and session.
        static let fixedSize = 6
    }

    private enum Geneve {
        static let type = 2
        /// Three bytes.
        static let network = 4
        static let size = 8
    }

    private enum GTP {
        static let messageType = 1
        static let length = 2
        static let size = 8
        /// Sequence number, N-PDU number and next extension type: present if any of the three flags is set.
        static let optionsSize = 4
        static let nextExtension = 11
        static let versionAndKindMask: UInt8 = 0xF0
        /// Version 1 of GTP, not of GTP'.
        static let version1: UInt8 = 0x30
        static let anyOption: UInt8 = 0x07
        static let extensionIsPresent: UInt8 = 0x04
        static let packet: UInt8 = 255
    }

    private enum Teredo {
        static let authentication: UInt16 = 1
        static let authenticationFixedSize = 13
        static let origin: UInt16 = 0
        static let originSize = 8
        /// 2001::/32
        static let prefix: UInt32 = 0x2001_0000
        static let source = 8
        static let destination = 24
        static let ipv6Size = 40
    }

    private enum AYIYA {
        static let operation = 2
        static let next = 3
        static let size = 8
        static let forward: UInt8 = 1
    }

    mutating func vxlan(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(VXLAN.size) { return .done(lack) }
        guard frame[cursor.offset] & VXLAN.identifierIsValid != 0 else { return .done(.notTCP) }
        enterTunnel(frame.bigEndianUInt32(at: cursor.offset + VXLAN.network) >> 8)
        cursor.advance(VXLAN.size)
        return .ethernet
    }

    mutating func vxlanExtended(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(VXLANExtended.size) { return .done(lack) }
        let flags = frame[cursor.offset]
        let next = frame[cursor.offset + VXLANExtended.next]
        enterTunnel(frame.bigEndianUInt32(at: cursor.offset + VXLAN.network) >> 8)
        cursor.advance(VXLANExtended.size)
        guard flags & VXLANExtended.nextIsPresent != 0 else {
            return flags & VXLAN.identifierIsValid != 0 ? .ethernet : .done(.notTCP)
        }
        switch next {
        case 1: return .ipv4
        case 2: return .ipv6
        case 3: return .ethernet
        case 5: return .mpls
        default: return .done(.notTCP)
        }
    }

    /// Data messages carry PPP; control messages, and version 3 with its cookies of unknown length, are not looked into.
    func layer2Tunnel(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Layer2Tunnel.fixedSize) { return .done(lack) }
        let start = cursor.offset
        let flags = frame.bigEndianUInt16(at: start)
        guard flags & Layer2Tunnel.isControl == 0, flags & Layer2Tunnel.versionMask == Layer2Tunnel.version2 else {
            return .done(.notTCP)
        }
        var size = Layer2Tunnel.fixedSize
        if flags & Layer2Tunnel.lengthIsPresent != 0 {
            let length = Int(frame.bigEndianUInt16(at: start + 2))
            if length >= size { cursor.limit(to: length) }
            size += 2
        }
        if flags & Layer2Tunnel.sequenceIsPresent != 0 { size += 4 }
        if flags & Layer2Tunnel.offsetIsPresent != 0 {
            if let lack = cursor.lacks(size + 2) { return .done(lack) }
            size += 2 + Int(frame.bigEndianUInt16(at: start + size))
        }
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return .ppp
    }

    mutating func geneve(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Geneve.size) { return .done(lack) }
        let first = frame[cursor.offset]
        guard first >> 6 == 0 else { return .done(.notTCP) }
        let type = frame.bigEndianUInt16(at: cursor.offset + Geneve.type)
        enterTunnel(frame.bigEndianUInt32(at: cursor.offset + Geneve.network) >> 8)
        let size = Geneve.size + Int(first & 0x3F) * 4
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return type > EtherType.greatestLength ? etherType(type, &cursor) : .done(.notTCP)
    }

    func gtp(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(GTP.size) { return .done(lack) }
        let start = cursor.offset
        let flags = frame[start]
        guard flags & GTP.versionAndKindMask == GTP.version1, frame[start + GTP.messageType] == GTP.packet else {
            return .done(.notTCP)
        }
        cursor.limit(to: GTP.size + Int(frame.bigEndianUInt16(at: start + GTP.length)))
        guard flags & GTP.anyOption != 0 else {
            cursor.advance(GTP.size)
            return .ip
        }
        if let lack = cursor.lacks(GTP.size + GTP.optionsSize) { return .done(lack) }
        var next = flags & GTP.extensionIsPresent != 0 ? frame[start + GTP.nextExtension] : 0
        cursor.advance(GTP.size + GTP.optionsSize)
        // Each extension begins with its length in words of four bytes and ends with the type of the next.
        while next != 0 {
            if let lack = cursor.lacks(1) { return .done(lack) }
            let size = Int(frame[cursor.offset]) * 4
            guard size > 0 else { return .done(.malformed) }
            if let lack = cursor.lacks(size) { return .done(lack) }
            next = frame[cursor.offset + size - 1]
            cursor.advance(size)
        }
        return .ip
    }

    /// An authentication header and an origin indication may precede the IPv6 packet, at most once each and in that order.
    ///
    /// - Parameter byPort: else by content, as a DNS message with the ID 0 or 1 has it as well: what does not fit is then no Teredo.
    func teredo(_ frame: Span<UInt8>, _ cursor: inout Cursor, byPort: Bool) -> Layer {
        var isMarked = byPort
        if cursor.available >= 4, frame.bigEndianUInt16(at: cursor.offset) == Teredo.authentication {
            let size = Teredo.authenticationFixedSize + Int(frame[cursor.offset + 2]) + Int(frame[cursor.offset + 3])
            if let lack = cursor.lacks(size) { return .done(byPort ? lack : .notTCP) }
            cursor.advance(size)
            isMarked = true
        }
        if cursor.available >= 2, frame.bigEndianUInt16(at: cursor.offset) == Teredo.origin {
            if let lack = cursor.lacks(Teredo.originSize) { return .done(byPort ? lack : .notTCP) }
            cursor.advance(Teredo.originSize)
            isMarked = true
        }
        if let lack = cursor.lacks(Teredo.ipv6Size) { return .done(byPort ? lack : .notTCP) }
        let start = cursor.offset
        guard frame[start] >> 4 == 6,
            isMarked || frame.bigEndianUInt32(at: start + Teredo.source) == Teredo.prefix
                || frame.bigEndianUInt32(at: start + Teredo.destination) == Teredo.prefix,
            // Another protocol that only looks like it will hardly have the length right as well.
            Teredo.ipv6Size + Int(frame.bigEndianUInt16(at: start + 4)) == cursor.wireAvailable
        else { return .done(.notTCP) }
        return .ipv6
    }

    func ayiya(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(AYIYA.size) { return .done(lack) }
        let start = cursor.offset
        guard frame[start + AYIYA.operation] & 0x0F == AYIYA.forward else { return .done(.notTCP) }
        let identity = 1 << Int(frame[start] >> 4)
        let signature = Int(frame[start + 1] >> 4) * 4
        let next = frame[start + AYIYA.next]
        let size = AYIYA.size + identity + signature
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return .transport(next)
    }
}
