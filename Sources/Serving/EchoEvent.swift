package import SondeSystem

/// How clients reach a listener.
package enum Transport: String, Hashable, Sendable {
    case tcp
    case udp
    case unix
    case unixDatagram = "unix-datagram"

    package var isStream: Bool { self == .tcp || self == .unix }
}

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

package enum Refusal: String, Sendable {
    case notAllowed = "not-allowed"
    case tooManyClients = "max-clients"
}

/// A client that has connected, or a datagram socket's peer that was heard for the first time.
package struct OpenedClient: Sendable {
    /// Counted from 1 over all listeners.
    package let number: UInt64
    package let transport: Transport
    package let peer: SocketAddress
    package let syn: SYNFacts?
}

/// A client that is gone.
package struct ClosedClient: Sendable {
    package let number: UInt64
    package let transport: Transport
    package let peer: SocketAddress
    package let bytesIn: UInt64
    package let bytesOut: UInt64
    package let duration: Nanoseconds
    package let reason: CloseReason
    /// As the kernel saw the connection right before the end; of TCP alone.
    package let statistics: TCPStatistics?
}

/// Why a connection ended.
package enum CloseReason: String, Sendable {
    /// The client sent its FIN, and all that it was owed went out.
    case fin
    /// The client sent RST.
    case reset
    /// The client vanished: keep-alive probes or retransmissions were not answered.
    case timedOut = "timed-out"
    case idleTimeout = "idle-timeout"
    /// The quit word came.
    case quit
    /// The server was told to stop.
    case shutdown
    /// The system refused to serve the connection any further.
    case failed

    /// Which side ended it first; `nil` where neither did.
    package var closedBy: Side? {
        switch self {
        case .fin, .reset: .client
        case .idleTimeout, .quit, .shutdown: .server
        case .timedOut, .failed: nil
        }
    }

    package enum Side: String, Sendable {
        case client
        case server
    }
}

/// What all clients together did.
package struct EchoTotals: Hashable, Sendable {
    package var clients: UInt64 = 0
    package var openClients: UInt64 = 0
    package var refused: UInt64 = 0
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    package var datagramsIn: UInt64 = 0
    package var datagramsOut: UInt64 = 0

    package init() {}
}
