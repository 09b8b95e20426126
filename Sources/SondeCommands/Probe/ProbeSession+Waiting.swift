import Console
import Glibc
import ProbeReports
import Probing
import SondeSystem
import SystemPackage
import Terminal

/// `--wait`: round after round until the ports are as wanted, or the time is up.
extension ProbeSession {
    /// Between two rounds that came to no answer.
    private static let pause = Nanoseconds.milliseconds(200)
    /// What a round gets even where the time is up, as with `--wait 0`: enough for an answer from near by.
    private static let shortestRound = Nanoseconds.milliseconds(100)

    func runWaiting(_ wait: ProbeWait, _ report: any ProbeReport) throws {
        let started = MonotonicTime.now
        let end = started + wait.limit
        var line = LiveLine()
        var round = ProbeRound()
        var isSatisfied = false
        repeat {
            let left = max(end - .now, ProbeSession.shortestRound)
            let latest = try self.round(deadline: min(left, configuration.policy.deadline))
            if stop.isStopped { break }
            round = latest
            isSatisfied = wait.isSatisfied(by: round)
            if isSatisfied { break }
            showWaiting(round, since: started, &line)
            try pauseUntil(min(end, .now + ProbeSession.pause))
        } while !stop.isStopped && MonotonicTime.now < end
        line.erase()
        try tell(round, elapsed: .now - started, report)
        if let signal = stop.signal { throw ExitStatus(endedBy: signal) }
        guard isSatisfied else { throw Failure(wait, endedWith: round.results, round.unresolved) }
    }

    private func pauseUntil(_ time: MonotonicTime) throws {
        try naming("poll") { () throws(Errno) in try stop.sleep(until: time) }
    }

    private func showWaiting(_ round: ProbeRound, since started: MonotonicTime, _ line: inout LiveLine) {
        let waiting = WaitingLine(round.results, elapsed: .now - started)
        line.show { text, width in waiting.render(into: &text, width: width) }
    }

    private func tell(_ round: ProbeRound, elapsed: Nanoseconds, _ report: any ProbeReport) throws {
        var report = report
        var output = Output.standard(stop: stop)
        var tally = ProbeTally()
        for target in round.unresolved {
            tally.unresolved += 1
            report.add(target, into: &output.text)
        }
        for result in round.results {
            tally.count(result.verdict)
            report.add(result, into: &output.text)
            try output.flushIfLarge()
        }
        var errors = Output.error()
        report.finish(ProbeEnding(tally, elapsed: elapsed, time: WallClock.seconds), into: &output.text, notes: &errors.text)
        try output.flush()
        try errors.flush()
    }
}

extension ProbeWait {
    /// A target that does not resolve is not open.
    fileprivate func isSatisfied(by round: ProbeRound) -> Bool {
        let fitting = round.results.count { ($0.verdict.state == .open) == wantsOpen && $0.verdict.state != .error }
        let unresolved = wantsOpen ? round.unresolved.count : 0
        let total = round.results.count + unresolved
        return needsAll ? total > 0 && fitting == total : fitting > 0
    }
}
