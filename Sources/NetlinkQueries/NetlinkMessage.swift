package import SystemPackage

/// Why a netlink datagram could not be parsed.
package enum NetlinkError: Error, Hashable {
    /// A length field exceeds the datagram, or is shorter than its own header.
    case malformed(String, length: Int, available: Int)
    /// The kernel replied with an error (NLMSG_ERROR, or NLMSG_DONE with an error number).
    case refused(Errno)
}

/// The wire form of netlink (netlink(7), linux/netlink.h): lengths and numbers are in host byte order.
package enum Netlink {
    package static let headerLength = 16
    package static let attributeHeaderLength = 4

    /// `nlmsg_type` of the control messages.
    package enum ControlType {
        package static let error: UInt16 = 2
        package static let done: UInt16 = 3
        /// Types below this one are netlink's control messages.
        package static let firstOfProtocol: UInt16 = 16
    }

    /// NLM_F_DUMP_INTR: the dumped objects changed during the dump, so it may be incomplete.
    package static let dumpInterrupted: UInt16 = 0x10

    /// NLM_F_REQUEST, NLM_F_DUMP.
    package static let request: UInt16 = 0x1
    package static let dump: UInt16 = 0x300

    /// One message: `struct nlmsghdr`, then the payload.
    package static func message(_ type: UInt16, flags: UInt16, _ payload: [UInt8]) -> [UInt8] {
        bytes(of: UInt32(headerLength + payload.count)) + bytes(of: type) + bytes(of: flags) + [UInt8](repeating: 0, count: 8)
            + payload
    }

    /// One attribute: `struct nlattr`, the value, padding.
    package static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let length = attributeHeaderLength + value.count
        return bytes(of: UInt16(length)) + bytes(of: type) + value + [UInt8](repeating: 0, count: aligned(length) - length)
    }

    /// A number in host byte order.
    package static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
        let width = value.bitWidth / 8
        return (0..<width).map { UInt8(truncatingIfNeeded: value.littleEndian >> (8 * $0)) }
    }

    /// The control information in one datagram of a dump.
    package struct DatagramEnd: Hashable {
        /// The dump is complete.
        package var isLast = false
        package var wasInterrupted = false

        package init(isLast: Bool = false, wasInterrupted: Bool = false) {
            self.isLast = isLast
            self.wasInterrupted = wasInterrupted
        }
    }

    /// Calls `body` with the type and payload of each message, in order.
    package static func forEachMessage(
        in datagram: Span<UInt8>,
        _ body: (_ type: UInt16, _ payload: Span<UInt8>) throws(NetlinkError) -> Void
    ) throws(NetlinkError) -> DatagramEnd {
        var end = DatagramEnd()
        var offset = 0
        while offset < datagram.count {
            let available = datagram.count - offset
            guard available >= headerLength else {
                throw .malformed("message header", length: headerLength, available: available)
            }
            let length = Int(datagram.hostOrderUInt32(at: offset))
            guard (headerLength...available).contains(length) else {
                throw .malformed("message", length: length, available: available)
            }
            let type = datagram.hostOrderUInt16(at: offset + 4)
            end.wasInterrupted = end.wasInterrupted || datagram.hostOrderUInt16(at: offset + 6) & dumpInterrupted != 0
            let payload = datagram.extracting(offset + headerLength..<offset + length)
            switch type {
            case ControlType.error, ControlType.done:
                try throwIfRefused(payload)
                end.isLast = true
                return end
            case ControlType.firstOfProtocol...:
                try body(type, payload)
            default:
                break
            }
            offset += aligned(length)
        }
        return end
    }

    /// Calls `body` with the type (without flag bits) and value of each attribute.
    package static func forEachAttribute(
        in bytes: Span<UInt8>,
        _ body: (_ type: UInt16, _ value: Span<UInt8>) throws(NetlinkError) -> Void
    ) throws(NetlinkError) {
        var offset = 0
        while bytes.count - offset >= attributeHeaderLength {
            let length = Int(bytes.hostOrderUInt16(at: offset))
            guard (attributeHeaderLength...bytes.count - offset).contains(length) else {
                throw .malformed("attribute", length: length, available: bytes.count - offset)
            }
            // NLA_F_NESTED and NLA_F_NET_BYTEORDER share the field.
            let type = bytes.hostOrderUInt16(at: offset + 2) & 0x3FFF
            try body(type, bytes.extracting(offset + attributeHeaderLength..<offset + length))
            offset += aligned(length)
        }
    }

    /// Both messages begin with a negative error number; zero means acknowledgement or success.
    private static func throwIfRefused(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= 4 else { return }
        let code = Int32(bitPattern: payload.hostOrderUInt32(at: 0))
        if code < 0 { throw .refused(Errno(rawValue: 0 &- code)) }
    }

    /// NLMSG_ALIGN and NLA_ALIGN: the next multiple of four.
    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

extension Span<UInt8> {
    /// Numbers in host byte order. The caller checks the bounds; the subscript traps otherwise.
    package func hostOrderUInt16(at offset: Int) -> UInt16 {
        UInt16(littleEndian: UInt16(self[offset]) | UInt16(self[offset + 1]) << 8)
    }

    package func hostOrderUInt32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32(8 * $1) })
    }

    package func hostOrderUInt64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: (0..<8).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) })
    }

    /// The bytes of a C string up to its terminator, or all bytes without one.
    package var terminatedBytes: [UInt8] {
        var text: [UInt8] = []
        for index in indices {
            guard self[index] != 0 else { break }
            text.append(self[index])
        }
        return text
    }

    package var bytes: [UInt8] { indices.map { self[$0] } }
}
