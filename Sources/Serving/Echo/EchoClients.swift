package import Addresses
package import SondeSystem

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
