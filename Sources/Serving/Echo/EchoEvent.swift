package import SondeSystem

/// What an echo server tells of itself, in the order in which each client lived it.
package enum EchoEvent: Sendable {
    case listening(Transport, SocketAddress)
    case opened(OpenedClient)
    /// A client that was turned away as soon as it was accepted.
    case refused(Transport, SocketAddress, Refusal)
    /// What a client sent, where the configuration asks for it.
    case received(client: UInt64, [UInt8])
    case closed(ClosedClient)
    /// Descriptors ran out: the listeners pause and go on. Told once.
    case outOfDescriptors(SystemError)
}
