package import Addresses
package import Serving
package import SondeSystem

/// The events that a file server reports.
package enum FileEvent: Sendable {
    case listening(Transport, SocketAddress)
    /// A client that was reset as soon as it was accepted.
    case refused(SocketAddress, Refusal)
    case answered(FileAnswer)
    /// Descriptors ran out: the listeners pause and resume. Reported once.
    case outOfDescriptors(SystemError)
}
