/// PPP (RFC 1661) in its framings: bare, HDLC-like (RFC 1662), over Ethernet (RFC 2516); and Cisco's HDLC, which shares a link type
/// with it.
extension Decoder {
    private enum PPPProtocol {
        static let ipv4: UInt16 = 0x0021
        static let ipv6: UInt16 = 0x0057
        static let mpls: UInt16 = 0x0281
    }

    private enum HDLC {
        static let allStations: UInt8 = 0xFF
        static let unnumbered: UInt8 = 0x03
        static let ciscoUnicast: UInt8 = 0x0F
        static let ciscoMulticast: UInt8 = 0x8F
        static let addressAndControlSize = 2
    }

    /// Version and type, code, session, length of what follows.
    private static let pppoeSize = 6

    /// The address and control fields are optional. The protocol field has two bytes, or one if its lowest bit is set (RFC 1661 section
    /// 6.5).
    func ppp(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(2) { return .done(lack) }
        if frame[cursor.offset] == HDLC.allStations, frame[cursor.offset + 1] == HDLC.unnumbered {
            cursor.advance(HDLC.addressAndControlSize)
        }
        if let lack = cursor.lacks(1) { return .done(lack) }
        let first = frame[cursor.offset]
        if first & 1 != 0 {
            cursor.advance(1)
            return pppProtocol(UInt16(first))
        }
        if let lack = cursor.lacks(2) { return .done(lack) }
        let number = frame.bigEndianUInt16(at: cursor.offset)
        cursor.advance(2)
        return pppProtocol(number)
    }

    func pppSerial(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(4) { return .done(lack) }
        let address = frame[cursor.offset]
        guard address == HDLC.ciscoUnicast || address == HDLC.ciscoMulticast else { return .ppp }
        let type = frame.bigEndianUInt16(at: cursor.offset + HDLC.addressAndControlSize)
        cursor.advance(4)
        return type > EtherType.greatestLength ? .etherType(type) : .done(.notIP)
    }

    func pppWithDirection(_ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(1) { return .done(lack) }
        cursor.advance(1)
        return .ppp
    }

    /// The header's length is not looked at: there are senders that leave it too short, and the packet inside knows its own.
    func pppoe(_ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Self.pppoeSize) { return .done(lack) }
        cursor.advance(Self.pppoeSize)
        return .ppp
    }

    private func pppProtocol(_ number: UInt16) -> Layer {
        switch number {
        case PPPProtocol.ipv4: .ipv4
        case PPPProtocol.ipv6: .ipv6
        case PPPProtocol.mpls: .mpls
        default: .done(.notIP)
        }
    }
}
