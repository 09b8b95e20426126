package import Addresses
package import SondeSystem

/// The events that an echo server reports, in order for each client.
package enum EchoEvent: Sendable {
    case listening(Transport, SocketAddress)
    case opened(OpenedClient)
    /// A client that was reset as soon as it was accepted.
    case refused(Transport, SocketAddress, Refusal)
    /// What a client sent, where the configuration asks for it.
    case received(client: UInt64, [UInt8])
    case closed(ClosedClient)
    /// Descriptors ran out: the listeners pause and resume. Reported once.
    case outOfDescriptors(SystemError)
}
