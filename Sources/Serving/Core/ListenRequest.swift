package import Addresses
package import SondeSystem

/// Where to listen.
package struct ListenRequest: Hashable, Sendable {
    package let transport: Transport
    package let address: SocketAddress
    /// Whether a missing address family is no error; the other requests do not depend on it.
    package let isOptional: Bool

    package init(_ transport: Transport, _ address: SocketAddress, isOptional: Bool = false) {
        self.transport = transport
        self.address = address
        self.isOptional = isOptional
    }
}
