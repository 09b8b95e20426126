package import SondeSystem
import SystemPackage

/// A plan probed a number of times, at an interval.
package struct ProbeCount: Sendable {
    /// `nil`: until stopped.
    package let rounds: Int?
    private let interval: Nanoseconds

    package init(rounds: Int?, interval: Nanoseconds) {
        self.rounds = rounds
        self.interval = interval
    }

    /// Rounds begin on a grid, so that slow answers do not shift those behind them.
    ///
    /// - Parameter body: called with each complete round and its number from 1.
    /// - Returns: how many rounds were completed.
    package func run(
        _ plan: ProbePlan,
        _ configuration: ProbeConfiguration,
        stop: StopToken,
        _ body: (ProbeRound, Int) throws -> Void
    ) throws -> Int {
        let started = MonotonicTime.now
        var done = 0
        while !stop.isStopped, rounds.map({ done < $0 }) ?? true {
            let round = try ProbeRound.probe(plan, configuration, stop: stop)
            guard !stop.isStopped else { break }
            done += 1
            try body(round, done)
            guard rounds.map({ done < $0 }) ?? true else { break }
            let next = started + Nanoseconds(interval.count.multipliedReportingOverflow(by: Int64(done)).partialValue)
            try naming("poll") { () throws(Errno) in try stop.sleep(until: next) }
        }
        return done
    }
}
