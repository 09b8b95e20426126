package import Addresses
package import SondeSystem

/// One socket of this machine, as the kernel describes it.
package struct LocalSocket: Hashable, Sendable {
    package enum Kind: Hashable, Sendable, CaseIterable {
        case tcp
        case udp
        case unixStream
        case unixDatagram
        case unixSequencedPacket

        package var isUnix: Bool { self != .tcp && self != .udp }
    }

    package let kind: Kind
    package let state: SocketState
    /// The family of an IP socket, also where its address is an IPv4 address inside IPv6.
    package let family: IPAddress.Family?
    /// An endpoint whose zone is the bound interface, or a Unix name: a path, an abstract name behind a NUL byte, or empty.
    package let local: SocketAddress
    /// The peer of a connected IP socket.
    package let peer: Endpoint?
    /// The inode of a Unix socket's peer.
    package let peerInode: UInt32?
    /// IPV6_V6ONLY; `nil` for other families, and where the source does not say.
    package let isV6Only: Bool?
    /// The index of the interface that the socket is bound to (SO_BINDTODEVICE, or the zone of its address); 0 if none; `nil` where the
    /// source does not say.
    package let interface: UInt32?
    package let queue: Queue?
    /// Packets or connections that the kernel discarded because of this socket; `nil` where the source does not say.
    package let drops: UInt32?
    /// The owner's number in this user namespace.
    package let user: UInt32?
    /// The number by which /proc names the socket; 0 if no process holds it any more.
    package let inode: UInt32
    /// The kernel's number of the socket, which it never uses twice; 0 where the source does not say.
    package let cookie: UInt64
    package let connection: Connection?

    /// What waits to be accepted or read.
    package struct Queue: Hashable, Sendable {
        /// Connections of a listener, bytes of a datagram socket or of a connection.
        package let waiting: UInt32
        /// `nil` where the source does not say.
        package let limit: UInt32?

        package init(waiting: UInt32, limit: UInt32?) {
            self.waiting = waiting
            self.limit = limit
        }

        /// A listener takes one connection more than its limit (`sk_acceptq_is_full`, include/net/sock.h).
        package var isFull: Bool { limit.map { waiting > $0 } ?? false }
    }

    /// What TCP measured (struct tcp_info).
    package struct Connection: Hashable, Sendable {
        /// Smoothed round-trip time in microseconds; 0 before the first sample.
        package let rttMicroseconds: UInt32
        package let rttVarianceMicroseconds: UInt32
        /// Segments retransmitted over the connection's life.
        package let retransmits: UInt32

        package init(rttMicroseconds: UInt32, rttVarianceMicroseconds: UInt32, retransmits: UInt32) {
            self.rttMicroseconds = rttMicroseconds
            self.rttVarianceMicroseconds = rttVarianceMicroseconds
            self.retransmits = retransmits
        }
    }

    package init(
        _ kind: Kind,
        _ state: SocketState,
        family: IPAddress.Family? = nil,
        local: SocketAddress,
        peer: Endpoint? = nil,
        peerInode: UInt32? = nil,
        isV6Only: Bool? = nil,
        interface: UInt32? = 0,
        queue: Queue? = nil,
        drops: UInt32? = nil,
        user: UInt32? = nil,
        inode: UInt32 = 0,
        cookie: UInt64 = 0,
        connection: Connection? = nil
    ) {
        self.kind = kind
        self.state = state
        self.family = family
        self.local = local
        self.peer = peer
        self.peerInode = peerInode
        self.isV6Only = isV6Only
        self.interface = interface
        self.queue = queue
        self.drops = drops
        self.user = user
        self.inode = inode
        self.cookie = cookie
        self.connection = connection
    }
}

extension LocalSocket {
    /// The port of an IP socket.
    package var port: UInt16? { local.endpoint?.port }

    /// The address of an IP socket; an IPv4 address inside IPv6 as IPv4.
    package var address: IPAddress? { local.endpoint?.address.unmapped }

    /// The name of a Unix socket, perhaps empty.
    package var unixName: String? {
        if case .unix(let path) = local { path } else { nil }
    }

    /// Whether it waits for others: a listener, or a bound datagram socket without a peer.
    package var isListener: Bool {
        switch kind {
        case .tcp, .unixStream, .unixSequencedPacket: state == .listen
        case .udp: state == .close
        case .unixDatagram: state == .close && unixName?.isEmpty == false
        }
    }

    /// The families of the clients that it serves; empty for a Unix socket. `nil` in `isV6Only` counts as both families.
    package var families: [IPAddress.Family] {
        guard let bound = local.endpoint?.address else { return [] }
        guard bound == .anyV6 else { return [bound.unmapped.family] }
        return isV6Only == true ? [.v6] : [.v4, .v6]
    }
}

/// The state of a socket (`TCP_ESTABLISHED` and the others of include/net/tcp_states.h, which all protocols share).
package enum SocketState: UInt8, Hashable, Sendable, CaseIterable {
    case established = 1
    case synSent = 2
    case synReceived = 3
    case finWait1 = 4
    case finWait2 = 5
    case timeWait = 6
    /// Also a datagram socket without a peer.
    case close = 7
    case closeWait = 8
    case lastAck = 9
    case listen = 10
    case closing = 11
    /// A connection that has no socket yet.
    case newSynReceived = 12
    case boundInactive = 13

    /// The bit of this state in a request.
    var bit: UInt32 { 1 << UInt32(rawValue) }
}
