package import Addresses
package import SondeSystem

/// How to probe.
package struct ProbeConfiguration: Sendable {
    package var transport: Transport = .tcp
    /// Only addresses of this family; `nil` takes both.
    package var family: IPAddress.Family?
    /// Each address of a name instead of the first that connects.
    package var allAddresses = false
    package var policy = RetryPolicy(deadline: .milliseconds(2000), retries: 5)
    /// How long a name has to resolve.
    package var resolveLimit = Nanoseconds.milliseconds(10_000)
    /// Probes under way at once, at most; the system's limits may make it fewer.
    package var concurrency = 10_000
    /// Maximum attempts per second; `nil`: unlimited.
    package var rate: Double?
    /// The local address that probes leave from.
    package var source: ResolvedAddress?
    /// The local port that probes leave from.
    package var sourcePort: UInt16?
    /// The interface that probes go through (SO_BINDTODEVICE).
    package var interface: String?
    /// How many bytes of what a server says first are kept; `nil` does not wait for any.
    package var bannerLimit: Int?
    /// How long accepted connections are watched for what the server does; `nil` does not watch them.
    package var settle: Settle?
    /// Whether results carry the local address and port.
    package var recordsLocalEndpoints = false
    /// Whether results say which of this machine's own sockets has the port, where the target is this machine.
    package var looksUpListeners = true
    /// Loops, each with a thread of its own; `nil` takes a core each.
    package var loops: Int?

    package init() {}
}
