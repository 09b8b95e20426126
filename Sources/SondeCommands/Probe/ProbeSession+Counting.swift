import Console
import ProbeReports
import Probing
import SondeSystem
import SystemPackage
import Terminal

/// `--count`: round after round, a line a result, statistics at the end.
extension ProbeSession {
    func runCounting(_ count: ProbeCount, _ report: ProbeCountReport) throws {
        let started = MonotonicTime.now
        var report = report
        var output = Output.standard(stop: stop)
        var line = LiveLine()
        var unresolved = 0
        var done = 0
        while !stop.isStopped, count.rounds.map({ done < $0 }) ?? true {
            let round = try self.round()
            guard !stop.isStopped else { break }
            done += 1
            line.erase()
            unresolved = round.unresolved.count
            try tell(of: round.unresolved)
            for result in round.results { report.add(result, round: done, into: &output.text) }
            try output.flush()
            line.show { text, width in report.writeProgress(into: &text, width: width) }
            guard count.rounds.map({ done < $0 }) ?? true else { break }
            // Rounds begin on a grid, so that slow answers do not shift those behind them.
            let next = started + Nanoseconds(count.interval.count.multipliedReportingOverflow(by: Int64(done)).partialValue)
            try naming("poll") { () throws(Errno) in try stop.sleep(until: next) }
        }
        line.erase()
        report.finish(into: &output.text)
        try output.flush()
        if let signal = stop.signal, count.rounds != nil || done == 0 { throw ExitStatus(endedBy: signal) }
        if unresolved > 0 { throw ExitStatus.noHost }
        if !report.isAllOpen { throw ExitStatus.negative }
    }

    private func tell(of unresolved: [UnresolvedTarget]) throws {
        for target in unresolved {
            var errors = Output.error()
            errors.text.append(escaped: "sonde: " + Failure(target.error).message)
            errors.text.append("\n")
            try errors.flush()
        }
    }
}
