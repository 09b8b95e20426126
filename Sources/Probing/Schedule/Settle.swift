package import SondeSystem

/// How long an accepted connection is watched for what the server does with it.
package struct Settle: Hashable, Sendable {
    private let time: Nanoseconds
    /// Whether the time that the connection took is added: what a server does is heard one round trip later.
    private let addsRoundTrip: Bool
    /// Whether a connection is watched to the end of the time although the server has sent something.
    package var isThorough = false

    /// - Parameter time: from the connection on.
    package init(_ time: Nanoseconds) {
        self.time = time
        addsRoundTrip = false
        isThorough = true
    }

    private init(usual time: Nanoseconds) {
        self.time = time
        addsRoundTrip = true
    }

    /// Enough for a proxy on the host to find that nothing is behind it.
    package static let usual = Settle(usual: .milliseconds(100))

    /// Number of ports up to which connections are watched unless it is asked for.
    package static let mostPorts = 64

    /// - Parameter roundTrip: what the connection took.
    package func duration(roundTrip: Nanoseconds) -> Nanoseconds {
        addsRoundTrip ? Nanoseconds(time.count + min(max(0, roundTrip.count), Self.longestRoundTrip.count)) : time
    }

    private static let longestRoundTrip = Nanoseconds.milliseconds(2000)

    /// The time that it takes at most over a path of one tenth of a second, for rounds that must have an answer.
    var allowance: Nanoseconds { duration(roundTrip: .milliseconds(100)) }
}
