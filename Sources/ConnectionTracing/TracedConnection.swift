package import Addresses
package import Probing
package import SondeSystem
package import Time

/// What was asked for: a port of a host, and the addresses that its name has.
package struct TraceTarget: Sendable {
    package let name: String
    package let port: UInt16
    /// In the order in which they are tried.
    package let addresses: [ResolvedAddress]
    /// `nil` for an address given as a number.
    package let resolveTime: Nanoseconds?

    package init(name: String, port: UInt16, addresses: [ResolvedAddress], resolveTime: Nanoseconds?) {
        self.name = name
        self.port = port
        self.addresses = addresses
        self.resolveTime = resolveTime
    }

    /// Whether the name is more than the address itself.
    package var isNamed: Bool { resolveTime != nil }
}

/// One connection, or the attempt, as this machine's own socket saw it.
package struct TracedConnection: Sendable {
    package let target: TraceTarget
    /// State and reason, as a probe of the address has them.
    package let result: ProbeResult
    /// This end and the other as the wire shows them: IPv4-mapped addresses are IPv4 there.
    package let local: Endpoint?
    package let remote: Endpoint
    /// Before the first SYN.
    package let start: Timestamp
    /// When the handshake was done, or the attempt ended.
    package let statistics: TCPStatistics?
    /// The largest packet that the kernel knows to pass, bytes.
    package let pathMTU: Int?
    /// The ICMP errors that concern it, in the order in which the socket received them.
    package let errors: [TimedError]
    package let exchange: Exchange
    /// Whether a signal ended it before the answer.
    package let isInterrupted: Bool

    package init(
        target: TraceTarget,
        result: ProbeResult,
        local: Endpoint?,
        remote: Endpoint,
        start: Timestamp,
        statistics: TCPStatistics? = nil,
        pathMTU: Int? = nil,
        errors: [TimedError] = [],
        exchange: Exchange = Exchange(),
        isInterrupted: Bool = false
    ) {
        self.target = target
        self.result = result
        self.local = local
        self.remote = remote
        self.start = start
        self.statistics = statistics
        self.pathMTU = pathMTU
        self.errors = errors
        self.exchange = exchange
        self.isInterrupted = isInterrupted
    }

    /// An ICMP error, and when the socket received it.
    package struct TimedError: Hashable, Sendable {
        package let time: Timestamp
        package let error: QueuedError

        package init(time: Timestamp, error: QueuedError) {
            self.time = time
            self.error = error
        }
    }

    /// What both sides sent, and how the other side ended it.
    package struct Exchange: Hashable, Sendable {
        package enum End: Hashable, Sendable {
            /// There was no connection.
            case none
            case closed
            case reset
            /// It kept its half open for as long as was waited.
            case keptOpen
            /// It sent more than a trace reads.
            case tooMuch
        }

        package var bytesSent = 0
        package var bytesReceived = 0
        package var end = End.none
        /// How long the other side was given to close its half.
        package var patience = Nanoseconds.zero

        package init() {}
    }
}
