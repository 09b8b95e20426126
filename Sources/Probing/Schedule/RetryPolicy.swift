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

    /// The wait, changed by a share of it that differs from probe to probe and from packet to packet, so that those that were sent
    /// together are not sent again together. Another wait as long still fits.
    ///
    /// The first wait, for an answer that may be on its way, is not shortened unless `isFirstShortened`. Of others the mean stays.
    func spread(
        _ wait: Nanoseconds,
        attempt number: Int,
        left: Nanoseconds,
        by probe: Int32,
        isFirstShortened: Bool = false
    ) -> Nanoseconds {
        let room = min(wait.count / 2, (left.count - wait.count) / 2)
        guard room > 0 else { return wait }
        // The finalizer of MurmurHash3: no two numbers near each other give values that are.
        var hash = UInt32(bitPattern: probe) &+ UInt32(truncatingIfNeeded: number) &* 2_654_435_769
        hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
        hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
        hash ^= hash >> 16
        let share = Int64(hash >> 16)
        if number == 0, isFirstShortened {
            let earliest = min(wait, RoundTripEstimator.shortest)
            return Nanoseconds(earliest.count + 2 * (wait.count - earliest.count) * share / 65_536)
        }
        return Nanoseconds(wait.count - (number > 0 ? room / 2 : 0) + room * share / 65_536)
    }
}
