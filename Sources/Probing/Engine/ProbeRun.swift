package import SondeSystem
import Synchronization

/// One run over a feed's targets, on as many cores as there is work for.
package enum ProbeRun {
    /// Runs until every target has its results, or until the run is stopped or interrupted.
    ///
    /// - Parameters:
    ///   - stop: ends the run.
    ///   - deliver: given events in the order they happen in one loop; called by one thread at a time, whichever it is.
    /// - Throws: where the system refuses what a loop stands on.
    package static func perform(
        _ configuration: ProbeConfiguration,
        feed: TargetFeed,
        control: RunControl = RunControl(),
        stop: StopToken? = nil,
        deliver: @escaping @Sendable ([ProbeEvent]) -> Void
    ) throws(SystemError) {
        let budget = min(configuration.concurrency, DescriptorBudget.ofSockets, DescriptorBudget.ephemeralPorts.count)
        // A rate, and the turns of hosts that limit their ICMP errors, are kept by one loop: two would have to agree on every
        // packet.
        let isPaced = configuration.rate != nil || configuration.transport == .udp
        let wanted = isPaced ? 1 : configuration.loops ?? WorkerThreads.availableCores
        let count = max(1, min(wanted, budget))
        let share = max(1, budget / count)
        let turn = Mutex(())
        let outcome = FirstFailure()
        let oneAtATime: @Sendable ([ProbeEvent]) -> Void = { events in turn.withLock { _ in deliver(events) } }
        let body: @Sendable (Int) -> Void = { _ in
            do throws(SystemError) {
                var loop = try ProbeLoop(
                    configuration: configuration,
                    feed: feed,
                    control: control,
                    slotLimit: share,
                    stop: stop,
                    deliver: oneAtATime
                )
                try loop.run()
            } catch {
                outcome.record(error)
                control.stop()
            }
        }
        do throws(SystemError) {
            try WorkerThreads.run(count, body)
        } catch {
            // One loop in this thread does the same work, in more time.
            try WorkerThreads.run(1, body)
        }
        if let error = outcome.error { throw error }
    }
}

/// The first error of several threads.
private final class FirstFailure: Sendable {
    private let state = Mutex<SystemError?>(nil)

    func record(_ error: SystemError) { state.withLock { $0 = $0 ?? error } }
    var error: SystemError? { state.withLock { $0 } }
}
