package import SondeSystem
import Synchronization

/// A plan probed once, its results kept: for plans that are probed again and again.
package struct ProbeRound: Sendable {
    /// In the order of targets and ports.
    package private(set) var results: [ProbeResult] = []
    package private(set) var unresolved: [UnresolvedTarget] = []
    /// Ports that were still unanswered when the round was stopped.
    package private(set) var abandoned: [ProbeResult] = []
    package private(set) var paces: [PaceReport] = []
    /// Whether every target has its results; false where the round was stopped or ran out of time before.
    package private(set) var isComplete = false
    private var refusal: SystemError?

    package init() {}

    /// Whether nothing at all came of it.
    var isEmpty: Bool { results.isEmpty && unresolved.isEmpty }

    /// Whether there was nothing to probe: the exclusions leave nothing.
    package var hadNoTarget: Bool { isComplete && isEmpty }

    private mutating func add(_ event: ProbeEvent) {
        switch event {
        case .result(let result): results.append(result)
        case .unresolved(let target): unresolved.append(target)
        // The plan was read through before, and its bad lines reported.
        case .badLine, .unreadable, .unreached: break
        case .abandoned(let result): abandoned.append(result)
        case .paced(let report): paces.append(report)
        case .refused(let error): refusal = refusal ?? error
        }
    }

    /// Probes a plan.
    ///
    /// - Parameters:
    ///   - end: when the round ends, whatever is under way.
    ///   - isEnough: whether an event makes the rest of the round needless.
    package static func probe(
        _ plan: ProbePlan,
        _ configuration: ProbeConfiguration,
        stop: StopToken,
        until end: MonotonicTime? = nil,
        isEnough: @escaping @Sendable (ProbeEvent) -> Bool = { _ in false }
    ) throws(SystemError) -> ProbeRound {
        let collector = Collector()
        let feed = TargetFeed(plan, configuration: configuration)
        let isComplete = try ProbeRun.perform(configuration, feed: feed, stop: stop, until: end) { events in
            collector.round.withLock { round in
                for event in events { round.add(event) }
            }
            return !events.contains(where: isEnough)
        }
        var round = collector.round.withLock { $0 }
        if let refusal = round.refusal { throw refusal }
        round.results.sort { ($0.ordinal, $0.portIndex) < ($1.ordinal, $1.portIndex) }
        round.isComplete = isComplete
        return round
    }

    private final class Collector: Sendable {
        let round = Mutex(ProbeRound())
    }
}
