import Console
import Failures
import ProbeReports
import Probing
import SondeSystem
import Synchronization
import Terminal

/// Runs a plan and reports the results: prints them as they arrive, counts them, shows progress, and turns the outcome into an exit
/// code.
final class ProbeSession: Sendable {
    let plan: ProbePlan
    let configuration: ProbeConfiguration
    let stop: StopToken
    private let errorPalette: Palette

    /// - Parameter errorPalette: of standard error.
    init(plan: ProbePlan, configuration: ProbeConfiguration, stop: StopToken, errors errorPalette: Palette) {
        self.plan = plan
        self.configuration = configuration
        self.stop = stop
        self.errorPalette = errorPalette
    }

    // MARK: - Once

    private struct State: ~Copyable {
        var report: any ProbeReport
        var output: Output
        var tally = ProbeTally()
        var progress: ProbeProgress
        /// Why the run was stopped before its end.
        var failure: (any Error)?

        /// Takes events in. False where they can't be printed, or where one of them ends the run.
        mutating func add(_ events: [ProbeEvent], keepsGoing: Bool) -> Bool {
            guard failure == nil else { return false }
            do {
                progress.erase()
                for event in events { try add(event, keepsGoing: keepsGoing) }
                try output.flush()
                return true
            } catch {
                failure = error
                return false
            }
        }

        private mutating func add(_ event: ProbeEvent, keepsGoing: Bool) throws {
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
            case .refused(let error):
                throw error
            }
        }
    }

    func runOnce(_ report: any ProbeReport) throws {
        let started = MonotonicTime.now
        let progress = ProbeProgress(total: plan.total, errorPalette)
        let shared = SharedState(State(report: report, output: .standard(stop: stop), progress: progress))
        shared.drawWhileRunning()
        let feed = TargetFeed(plan.sources, ports: plan.ports, configuration: configuration)
        let keepsGoing = plan.keepsGoing
        try ProbeRun.perform(configuration, feed: feed, stop: stop) { events in
            shared.state.withLock { $0.add(events, keepsGoing: keepsGoing) }
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

    /// The state that the run's threads and the progress line's thread share, under one lock.
    private final class SharedState: Sendable {
        let state: Mutex<State>

        init(_ state: consuming State) { self.state = Mutex(state) }

        func drawWhileRunning() {
            guard state.withLock({ $0.progress.isVisible }) else { return }
            // Without its thread the line is missing, and nothing else.
            try? WorkerThreads.detach { [self] in
                var goesOn = true
                while goesOn {
                    Process.sleep(.milliseconds(200))
                    goesOn = state.withLock { state in
                        let tally = state.tally
                        return state.progress.draw(tally)
                    }
                }
            }
        }
    }

    // MARK: - Until a condition holds

    func runWaiting(_ wait: ProbeWait, _ report: any ProbeReport) throws {
        var line = LiveLine()
        let outcome = try wait.run(plan, configuration, stop: stop) { round, elapsed in
            let waiting = WaitingLine(round.results, elapsed: elapsed)
            line.show { text, width in waiting.render(into: &text, width: width) }
        }
        line.erase()
        try print(outcome, report)
        if let signal = stop.signal { throw ExitStatus(endedBy: signal) }
        guard outcome.isSatisfied else { throw Failure(wait, endedWith: outcome.round.results, outcome.round.unresolved) }
    }

    private func print(_ outcome: ProbeWait.Outcome, _ report: any ProbeReport) throws {
        var report = report
        var output = Output.standard(stop: stop)
        var tally = ProbeTally()
        for target in outcome.round.unresolved {
            tally.unresolved += 1
            report.add(target, into: &output.text)
        }
        for result in outcome.round.results {
            tally.count(result.verdict)
            report.add(result, into: &output.text)
            try output.flushIfLarge()
        }
        var errors = Output.error()
        let ending = ProbeEnding(tally, elapsed: outcome.elapsed, time: WallClock.seconds)
        report.finish(ending, into: &output.text, notes: &errors.text)
        try output.flush()
        try errors.flush()
    }

    // MARK: - Again and again

    func runCounting(_ count: ProbeCount, _ report: ProbeCountReport) throws {
        var report = report
        var output = Output.standard(stop: stop)
        var line = LiveLine()
        var unresolved = 0
        let rounds = try count.run(plan, configuration, stop: stop) { round, number in
            line.erase()
            unresolved = round.unresolved.count
            for target in round.unresolved {
                var errors = Output.error()
                Failure(target.error).writeWarning(into: &errors.text, errorPalette)
                try errors.flush()
            }
            for result in round.results { report.add(result, round: number, into: &output.text) }
            try output.flush()
            line.show { text, width in report.writeProgress(into: &text, width: width) }
        }
        line.erase()
        report.finish(into: &output.text)
        try output.flush()
        if let signal = stop.signal, count.rounds != nil || rounds == 0 { throw ExitStatus(endedBy: signal) }
        if unresolved > 0 { throw ExitStatus.noHost }
        if !report.isAllOpen { throw ExitStatus.negative }
    }
}
