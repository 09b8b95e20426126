package import SondeSystem

/// Where to listen.
package struct ListenRequest: Hashable, Sendable {
    package let transport: Transport
    package let address: SocketAddress
    /// Not an error where this machine lacks the address family: the other requests stand without it.
    package let isOptional: Bool

    package init(_ transport: Transport, _ address: SocketAddress, isOptional: Bool = false) {
        self.transport = transport
        self.address = address
        self.isOptional = isOptional
    }
}
