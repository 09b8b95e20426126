/// The protocol that a port belongs to.
package enum Transport: String, Hashable, Sendable, BitwiseCopyable {
    case tcp
    case udp
    /// A Unix stream socket, which has a path and no port.
    case unix
}
