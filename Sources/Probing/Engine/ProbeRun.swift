import Addresses
package import SondeSystem
import Synchronization
import SystemPackage

/// One run over a feed's targets, on as many cores as there is work for.
package enum ProbeRun {
    /// As many ports as this take one loop a tenth of a second, and one loop knows the pace of the path better than two.
    private static let smallRun = 10_000

    /// Runs until every target has its results, until `end`, or until the run is stopped.
    ///
    /// - Parameters:
    ///   - stop: ends the run at once; what is under way is then given up without a result.
    ///   - end: when the run ends by itself; what is under way then counts as unanswered, and what has not begun has no result.
    ///   - deliver: given events in the order they happen in one thread; called by several threads, also at once. Where it returns
    ///     false, the run ends as if it were stopped.
    /// - Returns: whether every target has its results.
    /// - Throws: where the system refuses what a loop needs.
    @discardableResult
    package static func perform(
        _ configuration: ProbeConfiguration,
        feed: TargetFeed,
        stop: StopToken? = nil,
        until end: MonotonicTime? = nil,
        deliver: @escaping @Sendable ([ProbeEvent]) -> Bool
    ) throws(SystemError) -> Bool {
        let descriptors = DescriptorBudget.ofSockets
        let budget = min(configuration.concurrency, descriptors, DescriptorBudget.ephemeralPorts.count)
        // One loop keeps a rate, and the turns of hosts that limit their ICMP errors: two would have to agree on every packet.
        let isPaced = configuration.rate != nil || configuration.transport == .udp
        let isSmall = feed.portCount.map { $0 <= smallRun } ?? false
        let wanted = isPaced || isSmall || DescriptorBudget.isScarce ? 1 : configuration.loops ?? WorkerThreads.availableCores
        let count = max(1, min(wanted, budget))
        let settings = ProbeSchedule.Settings(
            transport: configuration.transport,
            policy: configuration.policy,
            rate: configuration.rate,
            bannerLimit: configuration.bannerLimit,
            settle: configuration.settle,
            probeLimit: max(1, budget / count),
            socketLimit: max(1, descriptors / count),
            sharesPort: configuration.sourcePort != nil,
            end: end
        )
        let ownStop = try naming("eventfd") { () throws(Errno) in try StopToken() }
        let outcome = RunOutcome()
        let body: @Sendable (Int) -> Void = { _ in
            do throws(SystemError) {
                var driver = try ProbeDriver(
                    configuration: configuration,
                    settings: settings,
                    feed: feed,
                    stops: [ownStop] + (stop.map { [$0] } ?? [])
                ) { events in
                    if !deliver(events) { ownStop.stop() }
                }
                if try !driver.run() { outcome.markIncomplete() }
            } catch {
                outcome.fail(error)
                ownStop.stop()
            }
        }
        do throws(SystemError) {
            try WorkerThreads.run(count, body)
        } catch {
            // One loop in this thread does the same work, in more time.
            try WorkerThreads.run(1, body)
        }
        return try outcome.isComplete()
    }
}

/// What became of the threads of a run: the first error, and whether one of them left something out.
private final class RunOutcome: Sendable {
    private let state = Mutex<(error: SystemError?, isComplete: Bool)>((nil, true))

    func fail(_ error: SystemError) { state.withLock { $0.error = $0.error ?? error } }
    func markIncomplete() { state.withLock { $0.isComplete = false } }

    func isComplete() throws(SystemError) -> Bool {
        let (error, isComplete) = state.withLock { $0 }
        if let error { throw error }
        return isComplete
    }
}
