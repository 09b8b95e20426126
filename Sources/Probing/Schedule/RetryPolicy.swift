package import SondeSystem

/// When an unanswered probe is sent again, and when it is given up.
package struct RetryPolicy: Sendable, BitwiseCopyable {
    /// From a probe's first packet to its end.
    package let deadline: Nanoseconds
    /// Maximum retransmissions per probe; `nil` for 5, and 15 on a path that loses packets.
    package let retries: Int?

    private static let usualRetries = 5
    private static let lossyRetries = 15

    package init(deadline: Nanoseconds, retries: Int? = nil) {
        self.deadline = deadline
        self.retries = retries
    }

    /// How long to wait after attempt `number` (the first is 0), which began `elapsed` after the first, before another one begins.
    ///
    /// Returns the timeout, doubled for each attempt. If the remaining time does not hold the doubled time twice, or after the last
    /// attempt, it returns all of the remaining time. The first two retransmissions are sent even then, halfway through the
    /// remaining time.
    ///
    /// Where answers are known to get lost, silence says less: the wait is not doubled. Nor does it exceed what lets every attempt
    /// begin within the deadline, because the timeout includes this machine's own delays, and a machine that is busy for a moment must
    /// not leave a probe with too few attempts. An attempt that is followed early is still heard.
    package func wait(attempt number: Int, elapsed: Nanoseconds, timeout: Nanoseconds, isLossy: Bool = false) -> Nanoseconds {
        let left = Nanoseconds(max(0, deadline.count - elapsed.count))
        let limit = retries ?? (isLossy ? RetryPolicy.lossyRetries : RetryPolicy.usualRetries)
        guard number < limit else { return left }
        if isLossy {
            let share = Nanoseconds(deadline.count / Int64(limit + 1))
            let wait = min(timeout, max(share, RoundTripEstimator.shortest))
            return left.count - wait.count >= RoundTripEstimator.shortest.count ? wait : left
        }
        let (wait, overflow) = timeout.count.multipliedReportingOverflow(by: 1 << Int64(min(number, 20)))
        let half = left.count / 2
        if !overflow, wait <= half { return Nanoseconds(wait) }
        let least = max(RoundTripEstimator.shortest.count, number == 0 ? 0 : overflow ? .max : wait / 2)
        return number < 2 && half >= least ? Nanoseconds(half) : left
    }
}
