package import SondeSystem

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
