import Console
import Glibc
import ProbeReports
import Probing
import SondeSystem
import Synchronization
import Terminal

/// Runs a plan and leads what comes of it to a report: prints as it comes, counts, tells of progress, and turns the outcome into an
/// exit code.
final class ProbeSession: Sendable {
    let plan: ProbePlan
    let configuration: ProbeConfiguration
    let stop: StopToken

    init(plan: ProbePlan, configuration: ProbeConfiguration, stop: StopToken) {
        self.plan = plan
        self.configuration = configuration
        self.stop = stop
    }

    private struct State: ~Copyable {
        var report: any ProbeReport
        var output: Output
        var tally = ProbeTally()
        var progress: ProbeProgress
        /// Why the run was stopped before its end.
        var failure: (any Error)?

        /// Takes one event in; where it can't be printed, or ends the run by itself, that is what is thrown.
        mutating func add(_ event: ProbeEvent, keepsGoing: Bool) throws {
            switch event {
            case .result(let result):
                tally.count(result.verdict)
                report.add(result, into: &output.text)
                try output.flushIfLarge()
            case .unresolved(let unresolved):
                tally.unresolved += 1
                report.add(unresolved, into: &output.text)
                try progress.warn(Failure(unresolved.error))
            case .badLine(let number, let file, let error):
                guard keepsGoing else { throw Failure(error, line: number, file: file) }
                try progress.warn(Failure(error, line: number, file: file))
            case .unreadable(let file, let errno):
                throw Failure(TargetListError(path: file, errno: errno))
            }
        }
    }

    /// Probes everything once.
    func runOnce(_ report: any ProbeReport, progress: consuming ProbeProgress) throws {
        let started = MonotonicTime.now
        let state = Mutex(State(report: report, output: .standard(stop: stop), progress: progress))
        let control = RunControl()
        let shared = SharedState(state)
        let keepsGoing = plan.keepsGoing
        shared.drawWhileRunning()
        let feed = TargetFeed(plan.sources, ports: plan.ports, configuration: configuration)
        try ProbeRun.perform(configuration, feed: feed, control: control, stop: stop) { events in
            shared.state.withLock { state in
                guard state.failure == nil else { return }
                do {
                    state.progress.erase()
                    for event in events { try state.add(event, keepsGoing: keepsGoing) }
                    try state.output.flush()
                } catch {
                    state.failure = error
                    control.stop()
                }
            }
        }
        try shared.state.withLock { state in
            state.progress.end()
            if let failure = state.failure, failure is OutputError || state.tally.isEmpty {
                throw failure
            }
            guard !state.tally.isEmpty || stop.isStopped else {
                throw Failure(nothingIn: plan.sources, ports: plan.ports)
            }
            let ending = ProbeEnding(state.tally, elapsed: .now - started, time: WallClock.seconds)
            var errors = Output.error()
            state.report.finish(ending, into: &state.output.text, notes: &errors.text)
            try state.output.flush()
            try errors.flush()
            if let failure = state.failure { throw failure }
            if let signal = stop.signal { throw ExitStatus(endedBy: signal) }
            if state.tally.status != .success { throw state.tally.status }
        }
    }

    /// The state, and the thread that draws the progress line beside the run.
    private final class SharedState: Sendable {
        let state: Mutex<State>

        init(_ state: consuming Mutex<State>) { self.state = state }

        func drawWhileRunning() {
            guard state.withLock({ $0.progress.isVisible }) else { return }
            // Without its thread the line is missing, and nothing else.
            try? WorkerThreads.detach { [self] in
                var goesOn = true
                while goesOn {
                    usleep(200_000)
                    goesOn = state.withLock { state in
                        let tally = state.tally
                        return state.progress.draw(tally)
                    }
                }
            }
        }
    }

    /// One round over the plan, its results kept: for plans that are probed again and again.
    func round(deadline: Nanoseconds? = nil) throws -> ProbeRound {
        var configuration = configuration
        if let deadline {
            configuration.policy = RetryPolicy(deadline: deadline, retries: configuration.policy.retries)
        }
        let collected = Mutex(ProbeRound())
        let feed = TargetFeed(plan.sources, ports: plan.ports, configuration: configuration)
        let box = Box(collected)
        try ProbeRun.perform(configuration, feed: feed, stop: stop) { events in
            box.round.withLock { round in
                for event in events { round.add(event) }
            }
        }
        return box.round.withLock { round in
            round.results.sort { ($0.ordinal, $0.portIndex) < ($1.ordinal, $1.portIndex) }
            return round
        }
    }

    private final class Box: Sendable {
        let round: Mutex<ProbeRound>

        init(_ round: consuming Mutex<ProbeRound>) { self.round = round }
    }
}

/// What one round found, in the order of targets and ports.
struct ProbeRound: Sendable {
    var results: [ProbeResult] = []
    var unresolved: [UnresolvedTarget] = []

    mutating func add(_ event: ProbeEvent) {
        switch event {
        case .result(let result): results.append(result)
        case .unresolved(let target): unresolved.append(target)
        case .badLine, .unreadable: break
        }
    }
}
