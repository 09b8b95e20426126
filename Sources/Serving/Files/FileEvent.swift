package import Addresses
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

/// One request and what became of it.
package struct FileAnswer: Sendable {
    package let peer: SocketAddress
    /// The request's line as it came, without its end; hostile.
    package let request: [UInt8]
    /// How many bytes were to follow the status line; `nil` where the request was refused.
    package let size: UInt64?
    package let refusal: FileRefusal?
    package let sent: UInt64
    package let duration: Nanoseconds

    /// Whether the client has all that it was promised, as far as this side knows.
    package var isWhole: Bool { size == sent }
}

/// What a file server is to do.
package struct FileServerConfiguration: Sendable {
    package var listeners: [ListenRequest]
    package var options = ListenOptions()
    package var maximumClients = 1000
    /// A client that neither asks nor takes anything for so long is let go.
    package var idleTimeout = Nanoseconds.seconds(60)
    package var allowed: [IPPrefix] = []

    package init(listeners: [ListenRequest]) {
        self.listeners = listeners
    }
}

/// What all clients together did.
package struct FileTotals: Hashable, Sendable {
    package var clients: UInt64 = 0
    package var requests: UInt64 = 0
    package var refused: UInt64 = 0
    package var bytesSent: UInt64 = 0

    package init() {}
}
