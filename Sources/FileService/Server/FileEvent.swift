package import Serving
package import SondeSystem

/// What a file server tells of itself.
package enum FileEvent: Sendable {
    case listening(Transport, SocketAddress)
    /// A client that was turned away as soon as it was accepted.
    case refused(SocketAddress, Refusal)
    case answered(FileAnswer)
    /// Descriptors ran out: the listeners pause and go on. Told once.
    case outOfDescriptors(SystemError)
}
