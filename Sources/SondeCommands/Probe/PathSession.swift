import Failures
import PathTracing
import ProbeReports
import Probing
import SondeSystem
import Terminal

/// Probes the ports of one target, then traces the path of each.
struct PathSession {
    let plan: ProbePlan
    let configuration: ProbeConfiguration
    let arguments: PathArguments
    let stop: StopToken

    func run(_ report: PathReport) throws {
        var report = report
        var output = Output.standard(stop: stop)
        let round = try ProbeRound.probe(plan, configuration, stop: stop)
        if let unresolved = round.unresolved.first { throw Failure(unresolved.error) }
        var tally = ProbeTally()
        for result in round.results where !stop.isStopped {
            guard let tracer = arguments.tracer(of: result, beside: round.results, configuration) else { continue }
            tally.count(result.verdict)
            var line = LiveLine()
            let path = try tracer.trace(stop: stop) { hops in
                line.show { text, width in PathProgressLine(hops, port: result.port).render(into: &text, width: width) }
            }
            line.erase()
            report.add(path, of: result, into: &output.text)
            try output.flush()
        }
        if let signal = stop.signal { throw ExitStatus(endedBy: signal) }
        if tally.status != .success { throw tally.status }
    }
}
