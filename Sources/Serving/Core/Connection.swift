package import Addresses
package import SondeSystem

/// One accepted connection: its socket, what it is owed, and what the service keeps for it.
package struct Connection<State>: ~Copyable {
    package let descriptor: Descriptor
    /// Counted from 1 over all loops of the server.
    package let number: UInt64
    package let transport: Transport
    package let peer: SocketAddress
    package let opened: MonotonicTime
    package var state: State
    package internal(set) var bytesIn: UInt64 = 0
    package internal(set) var bytesOut: UInt64 = 0

    /// When bytes last moved in either direction.
    var lastActivity: MonotonicTime
    var phase = Phase.open
    /// What the loop watches for.
    var interest = Readiness.readable
    /// What was handed over for the client and its socket did not take yet.
    var backlog = Backlog()
    /// Whether a timer is set for the next held-back bytes.
    var isReleaseScheduled = false

    init(
        _ descriptor: consuming Descriptor,
        number: UInt64,
        _ transport: Transport,
        _ peer: SocketAddress,
        _ state: State,
        at now: MonotonicTime
    ) {
        self.descriptor = descriptor
        self.number = number
        self.transport = transport
        self.peer = peer
        self.state = state
        opened = now
        lastActivity = now
    }

    enum Phase: Equatable {
        case open
        /// Nothing more is read. The connection ends once the client has what it is owed.
        case flushing(CloseReason)
        /// Our FIN is sent. What still arrives is discarded until the client's FIN: closing over unread bytes would send RST and take
        /// the last answer from the client.
        case lingering(CloseReason)
        /// To be closed as soon as the handler's call has returned.
        case over(CloseReason)
    }
}

/// When a connection needs attention without being ready.
struct ConnectionTimer: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case idle
        case release
        case linger
    }

    let token: UInt64
    let kind: Kind
}
