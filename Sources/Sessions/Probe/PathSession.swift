import Console
import Failures
import PathTracing
package import ProbeReports
package import Probing
package import SondeSystem
import Terminal

/// Probes the ports of one target, then traces the path of each.
package struct PathSession {
    private let plan: ProbePlan
    private let configuration: ProbeConfiguration
    private let stop: StopToken
    package var maximumHops = 30
    package var isParallel = false
    /// A port that answers, to tell silent hops from loss; `nil`: one of the plan's that is open.
    package var controlPort: UInt16?

    package init(_ plan: ProbePlan, _ configuration: ProbeConfiguration, stop: StopToken) {
        self.plan = plan
        self.configuration = configuration
        self.stop = stop
    }

    package func trace(isJSON: Bool, _ stream: ReportStream) throws {
        var report = PathReport(isJSON: isJSON, output: stream)
        var output = Output.standard(stop: stop)
        let round = try ProbeRound.probe(plan, configuration, stop: stop)
        if let unresolved = round.unresolved.first { throw Failure(unresolved.error) }
        if round.hadNoTarget, !stop.isStopped { throw Failure(nothingIn: plan) }
        var tally = ProbeTally()
        for result in round.results where !stop.isStopped {
            guard let tracer = tracer(of: result, beside: round.results) else { continue }
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

    private func tracer(of result: ProbeResult, beside results: [ProbeResult]) -> PathTracer? {
        guard let address = result.address else { return nil }
        var tracer = PathTracer(to: address, port: result.port)
        tracer.transport = result.transport
        tracer.timeout = configuration.policy.deadline
        tracer.maximumHops = maximumHops
        tracer.isParallel = isParallel
        tracer.source = configuration.source
        tracer.sourcePort = configuration.sourcePort
        tracer.interface = configuration.interface
        tracer.controlPort = controlPort ?? results.first { $0.verdict.state == .open && $0.address == address }?.port
        tracer.roundTrip = result.roundTrip
        tracer.controlRoundTrip = results.first { $0.port == tracer.controlPort && $0.address == address }?.roundTrip
        return tracer
    }

    package func findMTU(isJSON: Bool, _ stream: ReportStream) throws {
        guard case .target(let target) = plan.sources[0], let ports = target.ports ?? plan.ports else { return }
        let host = target.subject.description
        guard let port = plan.exclusions.remaining(ports).ports.first, !plan.exclusions.contains(name: host) else {
            throw Failure(nothingIn: plan)
        }
        let resolution = try Resolver.resolve(host, family: configuration.family, within: configuration.resolveLimit, stop: stop)
        guard let resolution else { throw ExitStatus(endedBy: stop.signal ?? 2) }
        guard let address = resolution.addresses.first(where: { !plan.exclusions.contains($0) }) else {
            throw Failure(nothingIn: plan)
        }
        var prober = MTUProber(to: address, port: port)
        prober.timeout = configuration.policy.deadline
        prober.source = configuration.source
        prober.sourcePort = configuration.sourcePort
        prober.interface = configuration.interface
        var line = LiveLine()
        let outcome = try prober.probe(stop: stop) { size in
            line.show { text, width in text.append(trusted: fitted("trying \(size) bytes", columns: width)) }
        }
        line.erase()
        guard let outcome else { throw ExitStatus(endedBy: stop.signal ?? 2) }
        var output = Output.standard(stop: stop)
        MTUReport(target: host, address: address, port: port, outcome)
            .write(into: &output.text, isJSON: isJSON, stream)
        try output.flush()
        if case .silentTarget = outcome { throw ExitStatus.negative }
    }
}

extension ProbeResult {
    /// The host's own; `nil` where it did not answer, or may have answered a packet that was sent again.
    fileprivate var roundTrip: Nanoseconds? {
        guard isAnsweredByHost, retransmits == 0 else { return nil }
        return rttMicroseconds.map { Nanoseconds(Int64($0) * 1000) } ?? answerTime
    }
}
