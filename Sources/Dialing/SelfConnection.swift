package import Addresses
package import SondeSystem

extension BorrowedDescriptor {
    /// Whether a socket that was to connect to `target` has met itself.
    ///
    /// The kernel may send from the very port that an attempt on this machine is for. Where nobody listens on it, both SYNs cross and
    /// the socket is connected to itself (simultaneous open, RFC 9293 section 3.5); a datagram comes back likewise. It is no answer of
    /// anybody's.
    package func isConnectedToItself(at target: Endpoint) -> Bool {
        guard let local = try? localAddress() else { return false }
        return local.endpoint == target
    }
}
