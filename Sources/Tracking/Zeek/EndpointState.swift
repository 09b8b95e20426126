/// Zeek's states of one side of a connection (`TCP_ENDPOINT_…` in its analyzer/protocol/tcp/TCP_Endpoint.h).
///
/// Raw values count from 0 in the order of the cases, as the compiler numbers the cases of an enumeration in memory:
/// `EndpointRecord` takes the one for the other.
package enum EndpointState: UInt8, Sendable, BitwiseCopyable {
    /// Nothing seen of this side.
    case inactive
    /// A SYN was seen, no answer yet.
    case synSent
    /// A SYN-ACK was seen of the side that counts as originator.
    case synAckSent
    /// Traffic without a SYN before it.
    case partial
    case established
    /// A FIN was seen.
    case closed
    /// A RST was seen.
    case reset

    /// Whether the handshake has not completed: it has not started or is under way.
    @inline(always) var isHandshake: Bool {
        switch self {
        case .inactive, .synSent, .synAckSent: true
        case .partial, .established, .closed, .reset: false
        }
    }

    /// What Zeek's scripts call inactive when they name the connection's state.
    var countsAsUnseen: Bool { self == .inactive || self == .partial }
}
