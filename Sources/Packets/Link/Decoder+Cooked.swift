/// Link types that a system makes up where there is no link header: Linux cooked capture, BSD's loopback, Netfilter's log.
extension Decoder {
    /// LINKTYPE_LINUX_SLL: packet type, ARPHRD_ type, address length, address, protocol.
    private enum LinuxCooked {
        static let `protocol` = 14
        static let size = 16
    }

    /// LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD_ type, packet type, address length, address.
    private enum LinuxCooked2 {
        static let `protocol` = 0
        static let interface = 4
        static let size = 20
    }

    /// What the protocol field holds instead of an EtherType for frames that have none (linux/if_ether.h).
    private static let logicalLinkProtocol: UInt16 = 4

    func linuxCooked(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(LinuxCooked.size) { return .done(lack) }
        let type = frame.bigEndianUInt16(at: cursor.offset + LinuxCooked.protocol)
        cursor.advance(LinuxCooked.size)
        return cooked(type)
    }

    mutating func linuxCooked2(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(LinuxCooked2.size) { return .done(lack) }
        let type = frame.bigEndianUInt16(at: cursor.offset + LinuxCooked2.protocol)
        segment.interface = frame.bigEndianUInt32(at: cursor.offset + LinuxCooked2.interface)
        cursor.advance(LinuxCooked2.size)
        return cooked(type)
    }

    private func cooked(_ type: UInt16) -> Layer {
        if type == Self.logicalLinkProtocol { return .logicalLink }
        return type > EtherType.greatestLength ? .etherType(type) : .done(.notIP)
    }

    /// The address family takes four bytes, in the byte order of the capturing host or of the network. Known families are small
    /// numbers, which reveals the order.
    func nullLoopback(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(4) { return .done(lack) }
        let word = frame.bigEndianUInt32(at: cursor.offset)
        let family = word > 0xFFFF ? word.byteSwapped : word
        cursor.advance(4)
        switch family {
        case 2: return .ipv4
        // AF_INET6 of Linux, of NetBSD and OpenBSD, of FreeBSD, of Darwin.
        case 10, 24, 28, 30: return .ipv6
        default: return .done(.notIP)
        }
    }

    /// LINKTYPE_NFLOG: address family, version, resource; then fields with a length and a type each, in the capturing machine's
    /// order.
    private enum NetfilterLog {
        static let family = 0
        static let version = 1
        static let size = 4
        static let fieldHeaderSize = 4
        static let packetHeader: UInt16 = 1
        static let payload: UInt16 = 9
        /// AF_BRIDGE: the packet header's field holds the EtherType.
        static let bridge: UInt8 = 7
    }

    func netfilterLog(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(NetfilterLog.size) { return .done(lack) }
        let family = frame[cursor.offset + NetfilterLog.family]
        guard frame[cursor.offset + NetfilterLog.version] == 0 else { return .done(.malformed) }
        cursor.advance(NetfilterLog.size)
        var etherType: UInt16?
        while true {
            if let lack = cursor.lacks(NetfilterLog.fieldHeaderSize) { return .done(lack) }
            let type = frame.bigEndianUInt16(at: cursor.offset + 2)
            // No family number exceeds 255, so the position of the nonzero byte reveals the order.
            let isLittleEndian = type > 0xFF
            if (isLittleEndian ? type.byteSwapped : type) == NetfilterLog.payload {
                cursor.advance(NetfilterLog.fieldHeaderSize)
                if family == NetfilterLog.bridge, let etherType { return .etherType(etherType) }
                return family == 2 ? .ipv4 : family == 10 ? .ipv6 : .done(.notIP)
            }
            let length = frame.bigEndianUInt16(at: cursor.offset)
            let size = (Int(isLittleEndian ? length.byteSwapped : length) + 3) & ~3
            guard size >= NetfilterLog.fieldHeaderSize else { return .done(.malformed) }
            if let lack = cursor.lacks(size) { return .done(lack) }
            if (isLittleEndian ? type.byteSwapped : type) == NetfilterLog.packetHeader, size >= NetfilterLog.fieldHeaderSize + 2 {
                etherType = frame.bigEndianUInt16(at: cursor.offset + NetfilterLog.fieldHeaderSize)
            }
            cursor.advance(size)
        }
    }
}
