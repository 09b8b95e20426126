package import SondeSystem
package import SystemPackage

/// An address that could not be connected to.
package struct FailedAttempt: Hashable, Sendable {
    package let address: SocketAddress
    /// `.timedOut` also where the attempt was given up because the time was over.
    package let errno: Errno
    /// What the error queue holds of an ICMP error; a refusal by the host itself (RST) leaves none.
    package let queuedError: QueuedError?
}

/// No address could be connected to; at least one attempt.
package struct ConnectError: Error, Sendable {
    package let attempts: [FailedAttempt]
}
