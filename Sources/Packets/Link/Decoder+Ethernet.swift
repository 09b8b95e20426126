/// EtherTypes (IEEE 802 numbers, IANA) of what the decoder looks into.
enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let ipv6: UInt16 = 0x86DD
    static let transparentEthernet: UInt16 = 0x6558
    /// WCCP: what a router redirects to a cache.
    static let cacheControl: UInt16 = 0x883E
    static let vlan: UInt16 = 0x8100
    static let ppp: UInt16 = 0x880B
    static let mpls: UInt16 = 0x8847
    static let mplsUpstream: UInt16 = 0x8848
    static let pppoeSession: UInt16 = 0x8864
    static let serviceVLAN: UInt16 = 0x88A8
    static let erspan2: UInt16 = 0x88BE
    static let backboneBridge: UInt16 = 0x88E7
    static let fabricPath: UInt16 = 0x8903
    static let ciscoMetadata: UInt16 = 0x8909
    static let vnTag: UInt16 = 0x8926
    static let eTag: UInt16 = 0x893F
    static let oldQinQ: UInt16 = 0x9100
    static let erspan3: UInt16 = 0x22EB
    /// Protocols of the link itself: no TCP is inside, so that there is nothing to decode.
    static func isOfLink(_ type: UInt16) -> Bool {
        switch type {
        // ARP, Wake-on-LAN and reverse ARP.
        case 0x0806, 0x0842, 0x8035: true
        // LACP and other slow protocols, the discovery of PPPoE, EAPOL, LLDP, fault management, the loopback test.
        case 0x8809, 0x8863, 0x888E, 0x88CC, 0x8902, 0x9000: true
        default: false
        }
    }
    /// At most this, the field is a length and LLC follows (IEEE 802.3 section 3.2.6).
    static let greatestLength: UInt16 = 1500
}

/// Ethernet, the protocols that an EtherType announces, and the tags that precede another EtherType.
extension Decoder {
    private enum Ethernet {
        static let type = 12
        static let size = 14
        /// Cisco's FabricPath puts a header of its own before the whole frame.
        static let fabricPathSize = 16
    }

    /// Tag control information, then the type of what is tagged (IEEE 802.1Q).
    private enum VLANTag {
        static let identifierMask: UInt16 = 0x0FFF
        static let type = 2
        static let size = 4
    }

    /// Cisco's VN-tag (the proposal for IEEE 802.1Qbh): four bytes, then a type.
    private enum VNTag {
        static let type = 4
        static let size = 6
    }

    /// IEEE 802.1BR: priority and the identifiers of both port extender channels, then a type.
    private enum ETag {
        static let type = 6
        static let size = 8
    }

    /// Cisco's metadata: version, length, option and security group tag, then a type.
    private enum CiscoMetadata {
        static let length = 1
        static let unit = 4
        static let fixedSize = 2
    }

    /// IEEE 802.1ah: flags and the service identifier precede the customer's whole frame.
    private enum BackboneTag {
        static let serviceMask: UInt32 = 0x00FF_FFFF
        static let size = 4
    }

    @inline(__always)
    func ethernet(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        let header = frame.extracting(cursor.captured).extracting(first: Ethernet.size)
        guard header.count == Ethernet.size else { return .done(cursor.lack(of: Ethernet.size)) }
        let type = header.bigEndianUInt16(at: Ethernet.type)
        if type == EtherType.fabricPath {
            cursor.advance(min(Ethernet.fabricPathSize, cursor.available))
            return .ethernet
        }
        cursor.advance(Ethernet.size)
        return .etherType(type)
    }

    mutating func etherType(_ type: UInt16, _ cursor: inout Cursor) -> Layer {
        switch type {
        case EtherType.ipv4, EtherType.ipv6: return .ip
        case EtherType.vlan, EtherType.serviceVLAN, EtherType.oldQinQ: return .vlan
        case EtherType.mpls, EtherType.mplsUpstream: return .mpls
        case EtherType.pppoeSession: return .pppoe
        case EtherType.backboneBridge: return .backboneBridge
        case EtherType.vnTag: return .vnTag
        case EtherType.eTag where !isStrict: return .eTag
        case EtherType.ciscoMetadata where !isStrict: return .ciscoMetadata
        case EtherType.transparentEthernet: return .ethernet
        case EtherType.ppp: return .ppp
        case 0...EtherType.greatestLength:
            cursor.limit(to: Int(type))
            return .logicalLink
        default:
            undecodedEtherType = type
            return .done(.notIP)
        }
    }

    mutating func vlan(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(VLANTag.size) { return .done(lack) }
        // 0 is the priority alone.
        enterVLAN(frame.bigEndianUInt16(at: cursor.offset) & VLANTag.identifierMask)
        let type = frame.bigEndianUInt16(at: cursor.offset + VLANTag.type)
        cursor.advance(VLANTag.size)
        return .etherType(type)
    }

    func vnTag(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(VNTag.size) { return .done(lack) }
        let type = frame.bigEndianUInt16(at: cursor.offset + VNTag.type)
        cursor.advance(VNTag.size)
        return .etherType(type)
    }

    func eTag(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(ETag.size) { return .done(lack) }
        let type = frame.bigEndianUInt16(at: cursor.offset + ETag.type)
        cursor.advance(ETag.size)
        return .etherType(type)
    }

    func ciscoMetadata(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(CiscoMetadata.fixedSize) { return .done(lack) }
        // Its length counts words of options, of four bytes each.
        let type = CiscoMetadata.fixedSize + Int(frame[cursor.offset + CiscoMetadata.length]) * CiscoMetadata.unit
        if let lack = cursor.lacks(type + 2) { return .done(lack) }
        let next = frame.bigEndianUInt16(at: cursor.offset + type)
        cursor.advance(type + 2)
        return .etherType(next)
    }

    mutating func backboneBridge(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(BackboneTag.size) { return .done(lack) }
        enterNetwork(frame.bigEndianUInt32(at: cursor.offset) & BackboneTag.serviceMask)
        cursor.advance(BackboneTag.size)
        return .ethernet
    }
}

/// Logical link control (IEEE 802.2) with SNAP, and FDDI, which always carries it.
extension Decoder {
    /// Frame control and two addresses (ISO 9314-2).
    private static let fddiSize = 13

    func fddi(_ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Self.fddiSize) { return .done(lack) }
        cursor.advance(Self.fddiSize)
        return .logicalLink
    }

    private enum LogicalLink {
        static let size = 3
        static let ipServiceAccessPoint: UInt8 = 0x06
        /// Both service access points of SNAP, and its control byte.
        static let snap: [3 of UInt8] = [0xAA, 0xAA, 0x03]
        static let snapType = 6
        static let snapSize = 8
    }

    func logicalLink(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(LogicalLink.size) { return .done(lack) }
        let start = cursor.offset
        if frame[start] == LogicalLink.ipServiceAccessPoint, frame[start + 1] == LogicalLink.ipServiceAccessPoint {
            cursor.advance(LogicalLink.size)
            return .ip
        }
        guard frame[start] == LogicalLink.snap[0], frame[start + 1] == LogicalLink.snap[1], frame[start + 2] == LogicalLink.snap[2]
        else { return .done(.notIP) }
        if let lack = cursor.lacks(LogicalLink.snapSize) { return .done(lack) }
        // The organization code 0 says that an EtherType follows; any other names a protocol of its own.
        guard frame.bigEndianUInt16(at: start + 3) == 0, frame[start + 5] == 0 else { return .done(.notIP) }
        let type = frame.bigEndianUInt16(at: start + LogicalLink.snapType)
        guard type > EtherType.greatestLength else { return .done(.notIP) }
        cursor.advance(LogicalLink.snapSize)
        return .etherType(type)
    }
}
