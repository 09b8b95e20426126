package import Addresses
package import SondeSystem

extension BorrowedDescriptor {
    /// Whether a socket that was to connect to `target` has met itself.
    ///
    /// The kernel may choose as source port the very port that an attempt on this machine targets. Without a listener there, both
    /// SYNs cross and the socket is connected to itself (simultaneous open, RFC 9293 section 3.5). A datagram returns likewise.
    /// Neither is an answer from a peer.
    package func isConnectedToItself(at target: Endpoint) -> Bool {
        guard let local = try? localAddress() else { return false }
        return local.endpoint == target
    }
}
