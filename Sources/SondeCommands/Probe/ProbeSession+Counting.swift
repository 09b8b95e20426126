import Console
import Probing
import SondeSystem
import SystemPackage

/// `--count`: round after round, a line a result, statistics at the end.
extension ProbeSession {
    func runCounting(_ count: ProbeCount, _ report: consuming ProbeCountReport) throws {
        let started = MonotonicTime.now
        var done = 0
        while interruption.signal == nil, count.rounds.map({ done < $0 }) ?? true {
            let round = try self.round()
            guard interruption.signal == nil else { break }
            done += 1
            try report.add(round, number: done)
            guard count.rounds.map({ done < $0 }) ?? true else { break }
            // Rounds begin on a grid, so that slow answers do not shift those behind them.
            let next = started + Nanoseconds(count.interval.count.multipliedReportingOverflow(by: Int64(done)).partialValue)
            try naming("epoll_wait") { () throws(Errno) in try interruption.sleep(until: next) }
        }
        try report.finish()
        if let signal = interruption.signal, count.rounds != nil || done == 0 { throw ExitStatus(endedBy: signal) }
        if report.status != .success { throw report.status }
    }
}
