/// EtherTypes (IEEE 802 numbers, IANA) of what the decoder looks into.
enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let ipv6: UInt16 = 0x86DD
    /// At most this, the field is a length and LLC follows (IEEE 802.3 section 3.2.6).
    static let greatestLength: UInt16 = 1500
}

/// Ethernet II and what an EtherType announces.
extension Decoder {
    private enum Ethernet {
        static let type = 12
        static let size = 14
    }

    func ethernet(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Ethernet.size) { return .done(lack) }
        let type = frame.uint16(at: cursor.offset + Ethernet.type)
        cursor.advance(Ethernet.size)
        return .etherType(type)
    }

    func etherType(_ type: UInt16, _ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        switch type {
        case EtherType.ipv4, EtherType.ipv6: .ip
        default: .done(.notIP)
        }
    }
}
