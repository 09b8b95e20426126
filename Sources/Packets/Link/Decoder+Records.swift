/// Link types that put a record of their own before a packet: of capture cards, of packet filters, of the direction; and Frame Relay.
extension Decoder {
    /// LINKTYPE_PPI: version, flags, length of the header with its fields, link type of what follows, in little-endian order.
    private enum PerPacketInformation {
        static let length = 2
        static let linkType = 4
        static let size = 8
    }

    func perPacketInformation(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(PerPacketInformation.size) { return .done(lack) }
        let start = cursor.offset
        let size = Int(frame.bigEndianUInt16(at: start + PerPacketInformation.length).byteSwapped)
        let linkType = frame.bigEndianUInt32(at: start + PerPacketInformation.linkType).byteSwapped
        guard size >= PerPacketInformation.size else { return .done(.malformed) }
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return Layer(LinkType(rawValue: UInt16(truncatingIfNeeded: linkType)))
    }

    /// LINKTYPE_ERF: time stamp, type, flags, record length, counter, wire length; then extension headers, and padding before Ethernet.
    private enum EndaceRecord {
        static let type = 8
        static let size = 16
        static let extensionSize = 8
        static let extensionFollows: UInt8 = 0x80
        static let ethernetPadding = 2
    }

    func endaceRecord(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(EndaceRecord.size) { return .done(lack) }
        let type = frame[cursor.offset + EndaceRecord.type]
        cursor.advance(EndaceRecord.size)
        var follows = type & EndaceRecord.extensionFollows != 0
        while follows {
            if let lack = cursor.lacks(EndaceRecord.extensionSize) { return .done(lack) }
            follows = frame[cursor.offset] & EndaceRecord.extensionFollows != 0
            cursor.advance(EndaceRecord.extensionSize)
        }
        switch type & ~EndaceRecord.extensionFollows {
        // POS, alone and with colours.
        case 1, 10, 15: return .pppSerial
        // Ethernet, likewise.
        case 2, 11, 16, 20:
            if let lack = cursor.lacks(EndaceRecord.ethernetPadding) { return .done(lack) }
            cursor.advance(EndaceRecord.ethernetPadding)
            return .ethernet
        case 22: return .ipv4
        case 23: return .ipv6
        default: return .done(.notIP)
        }
    }

    /// RFC 2427: a Q.922 address, whose last byte has the lowest bit set, control, padding, and the number of a network protocol.
    private enum FrameRelay {
        static let longestAddress = 4
        static let unnumbered: UInt8 = 0x03
        static let padding: UInt8 = 0x00
        static let ipv4: UInt8 = 0xCC
        static let ipv6: UInt8 = 0x8E
        static let snap: UInt8 = 0x80
        static let snapSize = 5
    }

    func frameRelay(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        var address = 0
        repeat {
            address += 1
            if let lack = cursor.lacks(address) { return .done(lack) }
        } while frame[cursor.offset + address - 1] & 1 == 0 && address < FrameRelay.longestAddress
        cursor.advance(address)
        if let lack = cursor.lacks(2) { return .done(lack) }
        guard frame[cursor.offset] == FrameRelay.unnumbered else {
            // Cisco's encapsulation has an EtherType there.
            let type = frame.bigEndianUInt16(at: cursor.offset)
            cursor.advance(2)
            return type > EtherType.greatestLength ? .etherType(type) : .done(.notIP)
        }
        cursor.advance(frame[cursor.offset + 1] == FrameRelay.padding ? 2 : 1)
        if let lack = cursor.lacks(1) { return .done(lack) }
        let protocolNumber = frame[cursor.offset]
        cursor.advance(1)
        switch protocolNumber {
        case FrameRelay.ipv4: return .ipv4
        case FrameRelay.ipv6: return .ipv6
        case FrameRelay.snap:
            if let lack = cursor.lacks(FrameRelay.snapSize) { return .done(lack) }
            let type = frame.bigEndianUInt16(at: cursor.offset + FrameRelay.snapSize - 2)
            cursor.advance(FrameRelay.snapSize)
            return type > EtherType.greatestLength ? .etherType(type) : .done(.notIP)
        default: return .done(.notIP)
        }
    }

    /// One byte of direction, then Cisco HDLC, whose address distinguishes it from Frame Relay.
    func directed(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(2) { return .done(lack) }
        cursor.advance(1)
        return frame[cursor.offset] == 0x0F || frame[cursor.offset] == 0x8F ? .pppSerial : .frameRelay
    }

    /// The record's first byte is its length, without the padding to a word.
    func packetFilterLog(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(4) { return .done(lack) }
        let size = (Int(frame[cursor.offset]) + 3) & ~3
        guard size >= 4 else { return .done(.malformed) }
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return .ip
    }

    /// Address family, security parameter index and flags, four bytes each.
    func securityEncapsulation(_ cursor: inout Cursor) -> Layer {
        let size = 12
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return .ip
    }
}
