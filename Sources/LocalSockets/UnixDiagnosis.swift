import NetlinkQueries
import RawText
import SondeSystem

/// The wire form of unix_diag (sock_diag(7), linux/unix_diag.h): the kernel's Unix sockets. Numbers are in host byte order.
enum UnixDiagnosis {
    static let messageType: UInt16 = InetDiagnosis.messageType
    /// `struct unix_diag_msg`: family, type, state, padding, inode, cookie.
    private static let headerLength = 16

    private enum Attribute {
        static let name: UInt16 = 0
        static let peer: UInt16 = 2
        static let queueLength: UInt16 = 4
        static let memory: UInt16 = 5
        static let user: UInt16 = 7
    }

    /// UDIAG_SHOW_NAME, _PEER, _RQLEN, _MEMINFO, _UID.
    private static let shown: UInt32 = 0x01 | 0x04 | 0x10 | 0x20 | 0x40

    static func request(states: UInt32) -> [UInt8] {
        // struct unix_diag_req: family AF_UNIX, protocol, padding, states, inode, what to show, cookie.
        var payload: [UInt8] = [1, 0, 0, 0]
        payload += Netlink.bytes(of: states) + Netlink.bytes(of: UInt32(0)) + Netlink.bytes(of: shown)
        payload += [UInt8](repeating: 0xFF, count: 8)
        return Netlink.message(messageType, flags: Netlink.request | Netlink.dump, payload)
    }

    /// Parses the payload of one message; `nil` if it is of another family, or of a type or state that is unknown.
    static func socket(_ payload: Span<UInt8>) throws(NetlinkError) -> LocalSocket? {
        guard payload.count >= headerLength else {
            throw .malformed("unix_diag_msg", length: headerLength, available: payload.count)
        }
        guard payload[0] == 1, let kind = kind(payload[1]), let state = SocketState(rawValue: payload[2]) else { return nil }
        var name: [UInt8] = []
        var peer: UInt32?
        var queue: LocalSocket.Queue?
        var memory: SocketMemory?
        var user: UInt32?
        try Netlink.forEachAttribute(in: payload.extracting(headerLength..<payload.count)) { type, value throws(NetlinkError) in
            switch type {
            case Attribute.name: name = unixName(value.bytes)
            case Attribute.peer where value.count >= 4: peer = value.hostOrderUInt32(at: 0)
            case Attribute.queueLength where value.count >= 8:
                let isListener = state == .listen
                queue = LocalSocket.Queue(
                    waiting: value.hostOrderUInt32(at: 0),
                    limit: isListener ? value.hostOrderUInt32(at: 4) : nil
                )
            case Attribute.memory: memory = SocketMemory(value)
            case Attribute.user where value.count >= 4: user = value.hostOrderUInt32(at: 0)
            default: break
            }
        }
        return LocalSocket(
            kind,
            state,
            local: .unix(path: String(rawBytes: name)),
            peerInode: peer == 0 ? nil : peer,
            queue: queue,
            drops: memory?.drops,
            user: user,
            inode: payload.hostOrderUInt32(at: 4),
            cookie: payload.hostOrderUInt64(at: 8)
        )
    }

    /// SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET.
    static func kind(_ type: UInt8) -> LocalSocket.Kind? {
        switch type {
        case 1: .unixStream
        case 2: .unixDatagram
        case 5: .unixSequencedPacket
        default: nil
        }
    }

    /// A path ends at its NUL; an abstract name begins with one and may hold more.
    private static func unixName(_ bytes: [UInt8]) -> [UInt8] {
        bytes.first == 0 ? bytes : Array(bytes.prefix { $0 != 0 })
    }
}
