package import SondeSystem

/// A smoothed round-trip time and the retransmission timeout that follows from it (RFC 6298), over all hosts of a run.
///
/// A probe that was sent again gives no sample, since nobody knows which one was answered (Karn's algorithm). The time is as long
/// as the farthest hosts need: the estimate rises to a longer sample at once and falls slowly.
package struct RoundTripEstimator: Sendable {
    private var smoothed: Double?
    private var variation = 0.0

    /// The least wait before a probe is sent again: what a busy host takes to answer, and as nmap has it.
    package static let shortest = Nanoseconds.milliseconds(100)
    /// The wait while nothing has answered yet: as the kernel's own first retransmission of a SYN (RFC 6298 section 2.1).
    package static let initial = Nanoseconds.milliseconds(500)
    package static let longest = Nanoseconds.milliseconds(1000)

    package init() {}

    package mutating func record(_ sample: Nanoseconds) {
        let sample = Double(max(0, sample.count))
        guard let mean = smoothed else {
            smoothed = sample
            variation = sample / 2
            return
        }
        variation = 0.75 * variation + 0.25 * abs(mean - sample)
        smoothed = sample > mean ? sample : 0.875 * mean + 0.125 * sample
    }

    /// How long to wait for the answer to the first attempt.
    package var timeout: Nanoseconds {
        guard let smoothed else { return RoundTripEstimator.initial }
        let timeout = Nanoseconds(Int64(smoothed + max(4 * variation, 1e6)))
        return min(max(timeout, RoundTripEstimator.shortest), RoundTripEstimator.longest)
    }
}
