package import Console
import Failures
package import ProbeReports
package import Probing
package import SondeSystem
import Synchronization
import SystemPackage
import Terminal

/// Runs a plan and reports the results: prints them as they arrive, counts them, shows progress, and turns the outcome into an exit
/// code.
package final class ProbeSession: Sendable {
    /// How results become output and an exit code.
    package struct Manner: Sendable {
        package var isQuiet = false
        /// Whether the exit code says how the ports are. For a collector of metrics only a failed run is a failure.
        package var reportsState = true
        /// Whether standard output belongs to a command that runs afterwards.
        package var usesErrorStream = false
        /// The file that the report replaces; `nil`: standard output.
        package var file: String?
        /// Of standard error.
        let errors: Palette

        package init(errors: Palette) { self.errors = errors }
    }

    private let plan: ProbePlan
    private let configuration: ProbeConfiguration
    private let stop: StopToken
    private let manner: Manner

    package init(plan: ProbePlan, configuration: ProbeConfiguration, stop: StopToken, manner: Manner) {
        self.plan = plan
        self.configuration = configuration
        self.stop = stop
        self.manner = manner
    }

    private var output: Output { manner.usesErrorStream ? .error(stop: stop) : .standard(stop: stop) }

    private func ending(_ tally: ProbeTally, elapsed: Nanoseconds, paces: [PaceReport]) -> ProbeEnding {
        ProbeEnding(
            tally,
            elapsed: elapsed,
            time: WallClock.seconds,
            paces: paces,
            rate: configuration.rate,
            timeout: configuration.policy.deadline
        )
    }

    private func require(_ status: ExitStatus) throws {
        if manner.reportsState, status != .success { throw status }
    }

    // MARK: - Once

    private struct State: ~Copyable {
        var report: any ProbeReport
        var output: Output
        var tally = ProbeTally()
        var paces: [PaceReport] = []
        var progress: ProbeProgress
        let isQuiet: Bool
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
                tally.count(unresolved)
                report.add(unresolved, into: &output.text)
                if !isQuiet { try progress.warn(Failure(unresolved.error)) }
            case .abandoned(let result):
                tally.abandoned += 1
                report.addAbandoned(result)
            case .unreached(let ordinal, let ports): report.addUnreached(ordinal: ordinal, ports: ports)
            case .paced(let pace): paces.append(pace)
            case .badLine(let number, let file, let error):
                guard keepsGoing else { throw Failure(error, line: number, file: file) }
                tally.skippedLines += 1
                try progress.warn(Failure(error, line: number, file: file))
            case .unreadable(let file, let errno):
                throw Failure(TargetListError(path: file, errno: errno))
            case .refused(let error):
                throw error
            }
        }
    }

    package func runOnce(_ report: any ProbeReport) throws {
        // First, so that a file that can't be written costs no run.
        let file = try ReportFile(manner.file)
        let started = MonotonicTime.now
        let progress = ProbeProgress(total: manner.isQuiet ? nil : plan.total, manner.errors)
        let shared = SharedState(State(report: report, output: output, progress: progress, isQuiet: manner.isQuiet))
        if !manner.isQuiet { shared.drawWhileRunning() }
        let feed = TargetFeed(plan, configuration: configuration)
        let keepsGoing = plan.keepsGoing
        let isComplete = try ProbeRun.perform(configuration, feed: feed, stop: stop) { events in
            shared.state.withLock { $0.add(events, keepsGoing: keepsGoing) }
        }
        try shared.state.withLock { state in
            state.progress.end()
            if let failure = state.failure, failure is OutputError || state.tally.isEmpty {
                throw unread(failure, isComplete ? state.tally.status : nil)
            }
            if state.tally.isEmpty { try requireStopped() }
            if !isComplete { state.tally.countUnreached(of: plan.total) }
            let ending = ending(state.tally, elapsed: .now - started, paces: state.paces)
            var errors = Output.error()
            state.report.finish(ending, into: &state.output.text, notes: &errors.text)
            if let file {
                // Half of the metrics belong neither into the file nor anywhere else.
                if stop.signal == nil { try file.write(&state.output.text) } else { state.output.text.clear() }
            }
            do {
                try state.output.flush()
            } catch {
                throw unread(error, stop.signal == nil ? state.tally.status : nil)
            }
            try errors.flush()
            if let failure = state.failure { throw failure }
            if !isComplete, let signal = stop.signal { throw ExitStatus(endedBy: signal) }
            try require(state.tally.status)
        }
    }

    /// A run without a single result that nobody stopped had nothing to probe.
    private func requireStopped() throws {
        guard !stop.isStopped else { return }
        throw Failure(nothingIn: plan)
    }

    /// If the reader has left, the exit code is still the answer, where that is known.
    private func unread(_ error: any Error, _ status: ExitStatus?) -> any Error {
        guard error as? OutputError == .closed else { return error }
        return status ?? .unread
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

    package func runWaiting(_ wait: ProbeWait, _ report: any ProbeReport) throws {
        var line = LiveLine()
        let outcome = try wait.run(plan, configuration, stop: stop) { round, elapsed in
            guard !manner.isQuiet else { return }
            let waiting = WaitingLine(round.results, elapsed: elapsed)
            line.show { text, width in waiting.render(into: &text, width: width) }
        }
        line.erase()
        if outcome.round.hadNoTarget { try requireStopped() }
        do {
            try print(outcome, report)
        } catch OutputError.closed {
            // Nobody reads the report: the answer is the exit code, or the command.
        }
        if let signal = stop.signal { throw ExitStatus(endedBy: signal) }
        guard !outcome.isSatisfied else { return }
        let failure = Failure(wait, endedWith: outcome.round.results, outcome.round.unresolved)
        throw manner.isQuiet ? failure.status : failure as any Error
    }

    private func print(_ outcome: ProbeWait.Outcome, _ report: any ProbeReport) throws {
        var report = report
        var output = output
        var tally = ProbeTally()
        // What a satisfied wait left under way was not interrupted.
        if !outcome.isSatisfied { tally.abandoned = outcome.round.abandoned.count }
        for target in outcome.round.unresolved {
            tally.count(target)
            report.add(target, into: &output.text)
        }
        for result in outcome.round.results {
            tally.count(result.verdict)
            report.add(result, into: &output.text)
            try output.flushIfLarge()
        }
        // Nobody needs those that a satisfied wait left out.
        if !outcome.isSatisfied, !outcome.round.isComplete { tally.countUnreached(of: plan.total) }
        var errors = Output.error()
        let ending = ending(tally, elapsed: outcome.elapsed, paces: outcome.round.paces)
        report.finish(ending, into: &output.text, notes: &errors.text)
        try output.flush()
        try errors.flush()
    }

    // MARK: - Again and again

    private struct Counting: ~Copyable {
        var report: ProbeCountReport
        var output: Output
        var line = LiveLine()

        mutating func add(_ event: ProbeEvent, _ palette: Palette) throws {
            switch event {
            case .result(let result): report.add(result, into: &output.text)
            case .unresolved(let unresolved): report.add(unresolved, into: &output.text)
            case .abandoned(let result): report.addAbandoned(result)
            case .refused(let error): throw error
            // The plan was read through before, and its bad lines reported.
            case .badLine, .unreadable, .paced, .unreached: return
            }
            line.erase()
            try output.flush()
            line.show { text, width in report.writeProgress(into: &text, width: width) }
        }
    }

    private final class SharedCounting: Sendable {
        let state: Mutex<Counting>

        init(_ state: consuming Counting) { self.state = Mutex(state) }

        /// Writes the totals so far to standard error on each SIGUSR1, until `end` is raised.
        func writeTotals(whenAsked signal: SignalWatch, until end: StopToken) {
            while case .ready? = try? waitForFirst(of: [(signal.arrived, .readable)], stop: end) {
                signal.take()
                state.withLock { state in
                    state.line.erase()
                    var errors = Output.error()
                    state.report.writeTotals(into: &errors.text)
                    try? errors.flush()
                }
            }
        }
    }

    package func runCounting(_ count: ProbeCount, _ report: ProbeCountReport) throws {
        let started = MonotonicTime.now
        let shared = SharedCounting(Counting(report: report, output: output))
        let palette = manner.errors
        let end = try naming("eventfd") { () throws(Errno) in try StopToken() }
        defer { end.stop() }
        let signal = try naming("sigaction") { () throws(Errno) in try SignalWatch.userSignal1() }
        // Without its thread nobody writes the totals, and nothing else is missing.
        try? WorkerThreads.detach { shared.writeTotals(whenAsked: signal, until: end) }
        do {
            try count.run(plan, configuration, stop: stop) { event in
                try shared.state.withLock { try $0.add(event, palette) }
            }
        } catch OutputError.closed {
            throw ExitStatus.unread
        }
        try shared.state.withLock { state in
            state.line.erase()
            if state.report.isEmpty { try requireStopped() }
            state.report.finish(elapsed: .now - started, time: WallClock.seconds, into: &state.output.text)
            try state.output.flush()
            if let signal = stop.signal, count.rounds != nil || !state.report.isKnown { throw ExitStatus(endedBy: signal) }
            if state.report.hasUnresolved { throw ExitStatus.noHost }
            if state.report.hasErrors { throw ExitStatus.systemRefused }
            if !state.report.isAllOpen { throw ExitStatus.negative }
        }
    }
}
