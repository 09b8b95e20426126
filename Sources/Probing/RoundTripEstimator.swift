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

/// When an unanswered probe is sent again, and when it is given up.
package struct RetryPolicy: Sendable, BitwiseCopyable {
    /// From the first attempt to the end.
    package let deadline: Nanoseconds
    /// How many times a probe is sent again at most.
    package let retries: Int

    /// On a path that loses packets a probe is sent again so many times as often.
    private static let lossyFactor = 3

    package init(deadline: Nanoseconds, retries: Int) {
        self.deadline = deadline
        self.retries = retries
    }

    /// How long attempt `number` (the first is 0), begun `elapsed` after the first, may wait: the timeout, doubled each time, or
    /// all that is left where it is the last one, or where the next one would have less than half its own wait.
    ///
    /// Where answers are known to get lost, silence says less: the wait is not doubled, and there are more attempts.
    package func wait(attempt number: Int, elapsed: Nanoseconds, timeout: Nanoseconds, isLossy: Bool = false) -> Nanoseconds {
        let left = Nanoseconds(max(0, deadline.count - elapsed.count))
        guard number < (isLossy ? RetryPolicy.lossyFactor * retries : retries) else { return left }
        let factor: Int64 = isLossy ? 1 : 1 << Int64(min(number, 20))
        let (wait, overflow) = timeout.count.multipliedReportingOverflow(by: factor)
        guard !overflow, wait <= left.count / 2 else { return left }
        return Nanoseconds(wait)
    }
}
