package import SondeSystem
import Synchronization
import SystemPackage

/// A plan probed a number of times, at an interval.
package struct ProbeCount: Sendable {
    /// `nil`: until stopped.
    package let rounds: Int?
    package let interval: Nanoseconds

    package init(rounds: Int?, interval: Nanoseconds) {
        self.rounds = rounds
        self.interval = interval
    }

    /// Rounds begin on a grid: a slow answer delays none of them, so several may be under way at once.
    ///
    /// - Parameter body: called with what happens, in that order, by one thread at a time.
    package func run(
        _ plan: ProbePlan,
        _ configuration: ProbeConfiguration,
        stop: StopToken,
        _ body: @escaping @Sendable (ProbeEvent) throws -> Void
    ) throws {
        var configuration = configuration
        // One loop keeps the rounds, and the ports of each, in order.
        configuration.loops = 1
        let feed = TargetFeed(plan, configuration: configuration, repetition: Repetition(rounds: rounds, interval: interval))
        let failure = Failure()
        try ProbeRun.perform(configuration, feed: feed, stop: stop) { events in
            failure.state.withLock { failure in
                guard failure == nil else { return false }
                do {
                    for event in events { try body(event) }
                } catch {
                    failure = error
                }
                return failure == nil
            }
        }
        if let error = failure.state.withLock({ $0 }) { throw error }
    }

    private final class Failure: Sendable {
        let state = Mutex<(any Error)?>(nil)
    }
}
