package import SondeSystem
import SystemPackage

/// Round after round until the ports are as wanted, or the time is up.
package struct ProbeWait: Sendable {
    package let limit: Nanoseconds
    private let needsAll: Bool
    package let wantsOpen: Bool

    /// From the end of a round that was not satisfied to the next.
    private let pause: Nanoseconds
    /// What the first round gets even where the limit is less, as with `--wait 0`: enough for an answer from nearby.
    private static let shortestRound = Nanoseconds.milliseconds(100)

    /// - Parameters:
    ///   - limit: how long to wait at most, for everything, name servers included.
    ///   - needsAll: whether every port must be as wanted, or one is enough.
    ///   - wantsOpen: whether ports are wanted open, or not open.
    ///   - pause: between two rounds.
    package init(
        limit: Nanoseconds,
        needsAll: Bool,
        wantsOpen: Bool,
        pause: Nanoseconds = .milliseconds(200)
    ) {
        self.pause = pause
        self.limit = limit
        self.needsAll = needsAll
        self.wantsOpen = wantsOpen
    }

    package struct Outcome: Sendable {
        /// The last round, unless it was cut short and another one was not.
        package let round: ProbeRound
        package let isSatisfied: Bool
        package let elapsed: Nanoseconds
    }

    /// - Parameter notSatisfied: called after each round that was not satisfied, with the time since the beginning.
    package func run(
        _ plan: ProbePlan,
        _ configuration: ProbeConfiguration,
        stop: StopToken,
        notSatisfied: (ProbeRound, Nanoseconds) -> Void
    ) throws(SystemError) -> Outcome {
        let started = MonotonicTime.now
        let end = started + limit
        var configuration = configuration
        configuration.settle?.isThorough = true
        // A port whose connection could not be watched would never be as wanted.
        let shortestRound = Nanoseconds(ProbeWait.shortestRound.count + (configuration.settle?.allowance.count ?? 0))
        var last = ProbeRound()
        repeat {
            let roundEnd = max(end, started + shortestRound)
            let round = try ProbeRound.probe(plan, configuration, stop: stop, until: roundEnd) { isEnough($0) }
            // Of a round that was cut short, silence says nothing.
            let wasCutShort = stop.isStopped || MonotonicTime.now >= end || round.results.contains { $0.fate == .unknown }
            if last.isEmpty || !wasCutShort { last = round }
            guard !stop.isStopped, !round.hadNoTarget else { break }
            if isSatisfied(by: round) { return Outcome(round: round, isSatisfied: true, elapsed: .now - started) }
            notSatisfied(round, .now - started)
            try naming("poll") { () throws(Errno) in try stop.sleep(until: min(end, .now + pause)) }
        } while !stop.isStopped && MonotonicTime.now < end
        return Outcome(round: last, isSatisfied: false, elapsed: .now - started)
    }

    /// A target that was not reached in time is neither open nor not open.
    func isSatisfied(by round: ProbeRound) -> Bool {
        let gone = round.unresolved.filter { isGone($0) }.count
        let fitting = round.results.count(where: fits) + gone
        guard needsAll else { return fitting > 0 }
        let total = round.results.count + round.unresolved.count
        return round.isComplete && total > 0 && fitting == total
    }

    /// Where one port is wanted, the first one ends the wait.
    private func isEnough(_ event: ProbeEvent) -> Bool {
        guard !needsAll else { return false }
        return switch event {
        case .result(let result): fits(result)
        case .unresolved(let target): isGone(target)
        default: false
        }
    }

    /// A port that drops its connections at once serves nobody. A UDP port that is silent may be open, and an error of this machine
    /// says nothing of the port.
    package func fits(_ result: ProbeResult) -> Bool {
        switch result.verdict.state {
        case .open where result.fate == .unknown: false
        case .open: result.isServing == wantsOpen
        case .closed, .filtered: !wantsOpen
        case .openOrFiltered, .error: false
        }
    }

    /// A host whose name is gone has no open port. A name server that is silent or fails says nothing.
    package func isGone(_ target: UnresolvedTarget) -> Bool { !wantsOpen && target.error.isNegativeAnswer }
}
