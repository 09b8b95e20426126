import Addresses
import NetlinkQueries
import SondeSystem

/// The wire form of inet_diag (sock_diag(7), linux/inet_diag.h): the kernel's TCP and UDP sockets. Ports and addresses are in network byte
/// order, everything else in host byte order.
enum InetDiagnosis {
    /// SOCK_DIAG_BY_FAMILY, the type of the requests and of their replies.
    static let messageType: UInt16 = 20

    /// `struct inet_diag_msg`: family, state, timer, retransmits; the identity; expiry, both queues, user, inode.
    private static let headerLength = 72
    /// `struct inet_diag_sockid` within it: ports, addresses, interface, cookie.
    private enum Offset {
        static let localPort = 4
        static let remotePort = 6
        static let localAddress = 8
        static let remoteAddress = 24
        static let interface = 40
        static let cookie = 44
        static let receiveQueue = 56
        static let sendQueue = 60
        static let user = 64
        static let inode = 68
    }

    private enum Attribute {
        static let tcpInformation: UInt16 = 2
        static let socketMemory: UInt16 = 7
        /// IPPROTO_TCP or IPPROTO_UDP.
        static let protocolNumber: UInt16 = 10
        static let v6Only: UInt16 = 11
    }

    /// `struct tcp_info` (linux/tcp.h).
    private enum TCPInformation {
        static let rtt = 68
        static let rttVariance = 72
        static let totalRetransmits = 100
        static let length = 104
    }

    /// A request for the sockets of one protocol and family.
    ///
    /// - Parameters:
    ///   - port: only those with this local port; 0 selects all.
    ///   - states: a sum of `SocketState.bit`.
    static func request(
        _ kind: LocalSocket.Kind,
        _ family: IPAddress.Family,
        states: UInt32,
        port: UInt16 = 0,
        withConnection: Bool = false
    ) -> [UInt8] {
        let extensions = bit(of: Attribute.socketMemory) | (withConnection ? bit(of: Attribute.tcpInformation) : 0)
        // struct inet_diag_req_v2: family, protocol, extensions, padding, states, the identity to match.
        var payload: [UInt8] = [familyNumber(family), kind == .tcp ? 6 : 17, extensions, 0]
        payload += Netlink.bytes(of: states)
        payload += [UInt8(port >> 8), UInt8(port & 0xFF)] + [UInt8](repeating: 0, count: 38)
        // INET_DIAG_NOCOOKIE.
        payload += [UInt8](repeating: 0xFF, count: 8)
        return Netlink.message(messageType, flags: Netlink.request | Netlink.dump, payload)
    }

    /// AF_INET, AF_INET6.
    private static func familyNumber(_ family: IPAddress.Family) -> UInt8 { family == .v4 ? 2 : 10 }

    private static func bit(of attribute: UInt16) -> UInt8 { 1 << UInt8(attribute - 1) }

    /// Parses the payload of one message; `nil` if it is of another family, or of a state that is unknown.
    static func socket(_ kind: LocalSocket.Kind, _ payload: Span<UInt8>) throws(NetlinkError) -> LocalSocket? {
        guard payload.count >= headerLength else {
            throw .malformed("inet_diag_msg", length: headerLength, available: payload.count)
        }
        let family: IPAddress.Family
        switch payload[0] {
        case 2: family = .v4
        case 10: family = .v6
        default: return nil
        }
        guard let state = SocketState(rawValue: payload[1]) else { return nil }
        var isV6Only: Bool?
        var memory: SocketMemory?
        var connection: LocalSocket.Connection?
        try Netlink.forEachAttribute(in: payload.extracting(headerLength..<payload.count)) { type, value throws(NetlinkError) in
            switch type {
            case Attribute.v6Only where value.count >= 1: isV6Only = value[0] != 0
            case Attribute.socketMemory: memory = SocketMemory(value)
            case Attribute.tcpInformation where value.count >= TCPInformation.length:
                connection = LocalSocket.Connection(
                    rttMicroseconds: value.hostOrderUInt32(at: TCPInformation.rtt),
                    rttVarianceMicroseconds: value.hostOrderUInt32(at: TCPInformation.rttVariance),
                    retransmits: value.hostOrderUInt32(at: TCPInformation.totalRetransmits)
                )
            default: break
            }
        }
        let remotePort = payload.networkOrderUInt16(at: Offset.remotePort)
        let interface = payload.hostOrderUInt32(at: Offset.interface)
        let localAddress = payload.address(family, at: Offset.localAddress)
        let local = Endpoint(localAddress, port: payload.networkOrderUInt16(at: Offset.localPort))
        return LocalSocket(
            kind,
            state,
            family: family,
            local: .ip(local, zone: localAddress.needsZone ? interface : 0),
            peer: remotePort == 0 ? nil : Endpoint(payload.address(family, at: Offset.remoteAddress), port: remotePort),
            isV6Only: isV6Only,
            interface: interface,
            queue: queue(kind, state, payload, memory),
            drops: memory?.drops,
            user: payload.hostOrderUInt32(at: Offset.user),
            inode: payload.hostOrderUInt32(at: Offset.inode),
            cookie: payload.hostOrderUInt64(at: Offset.cookie),
            connection: kind == .tcp && state != .listen ? connection : nil
        )
    }

    /// Parses the payload of a notification that a socket was closed, which names the protocol; `nil` if it is neither TCP nor UDP.
    static func closedSocket(_ payload: Span<UInt8>) throws(NetlinkError) -> LocalSocket? {
        guard payload.count >= headerLength else {
            throw .malformed("inet_diag_msg", length: headerLength, available: payload.count)
        }
        var kind: LocalSocket.Kind?
        try Netlink.forEachAttribute(in: payload.extracting(headerLength..<payload.count)) { type, value throws(NetlinkError) in
            guard type == Attribute.protocolNumber, value.count >= 1 else { return }
            kind = value[0] == 6 ? .tcp : value[0] == 17 ? .udp : nil
        }
        guard let kind, let socket = try socket(kind, payload) else { return nil }
        // Its user, inode and queues are gone already.
        return LocalSocket(
            kind,
            socket.state,
            family: socket.family,
            local: socket.local,
            peer: socket.peer,
            interface: socket.interface,
            cookie: socket.cookie
        )
    }

    /// Of a listener, the kernel puts the accept queue and its limit where others have bytes to read and to send.
    private static func queue(
        _ kind: LocalSocket.Kind,
        _ state: SocketState,
        _ payload: Span<UInt8>,
        _ memory: SocketMemory?
    ) -> LocalSocket.Queue {
        let waiting = payload.hostOrderUInt32(at: Offset.receiveQueue)
        guard kind == .tcp, state == .listen else { return LocalSocket.Queue(waiting: waiting, limit: memory?.receiveBuffer) }
        return LocalSocket.Queue(waiting: waiting, limit: payload.hostOrderUInt32(at: Offset.sendQueue))
    }
}

/// `SK_MEMINFO_*` (linux/sock_diag.h): nine 32-bit numbers.
struct SocketMemory {
    /// SK_MEMINFO_RCVBUF, bytes.
    let receiveBuffer: UInt32
    /// SK_MEMINFO_DROPS: datagrams, or connections of a listener, that were discarded.
    let drops: UInt32?

    /// `nil` if the attribute is too short. Kernels before 4.10 send no drops.
    init?(_ value: Span<UInt8>) {
        guard value.count >= 8 else { return nil }
        receiveBuffer = value.hostOrderUInt32(at: 4)
        drops = value.count >= 36 ? value.hostOrderUInt32(at: 32) : nil
    }
}

extension Span<UInt8> {
    fileprivate func networkOrderUInt16(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    fileprivate func networkOrderUInt64(at offset: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<8 { value = value << 8 | UInt64(self[offset + index]) }
        return value
    }

    /// The first 4 or all 16 bytes of an address field.
    fileprivate func address(_ family: IPAddress.Family, at offset: Int) -> IPAddress {
        switch family {
        case .v4: IPAddress(v4: UInt32(truncatingIfNeeded: networkOrderUInt64(at: offset) >> 32))
        case .v6: IPAddress(v6High: networkOrderUInt64(at: offset), low: networkOrderUInt64(at: offset + 8))
        }
    }
}
