import Console
import ProbeReports
import Probing
import SondeSystem
import SystemPackage
import Terminal

/// `--count`: rounds at fixed intervals, one line per result, statistics at the end.
extension ProbeSession {
    func runCounting(_ count: ProbeCount, _ report: ProbeCountReport, errors palette: Palette) throws {
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
            for target in round.unresolved {
                var errors = Output.error()
                Failure(target.error).writeWarning(into: &errors.text, palette)
                try errors.flush()
            }
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
}
