import Addresses
import CaptureEngine
import CaptureReports
package import ConnectionTracing
import Console
import Failures
import PacketCapture
import PathTracing
import ProbeReports
import Probing
package import SondeSystem
import SystemPackage
import Terminal
import TraceReports
import Tracking

/// A trace from its options to the exit code: binds, opens the capture, drops privilege, connects, reports.
package struct TraceSession {
    private let target: TraceTarget
    private let stop: StopToken
    private let output: OutputManner
    package var manner = ConnectionTracer.Manner()
    package var count = 1
    package var tracesPath = false
    /// The capture file to write.
    package var file: String?

    /// How long the last frames may be on their way from the kernel's buffer.
    private static let patience = Nanoseconds.milliseconds(300)
    /// How long the kernel may gather frames: a trace waits for its last ones.
    private static let gatherMilliseconds = 5

    package init(target: TraceTarget, stop: StopToken, output: OutputManner) {
        self.target = target
        self.stop = stop
        self.output = output
    }

    package func run() throws {
        let first = try ConnectionTracer(to: target, manner)
        let capture: LiveCapture
        do throws(CaptureError) {
            capture = try open(first)
        } catch {
            let refusal = Failure(error)
            // Without the capture there is no file either.
            if file != nil { throw refusal }
            return try runWithoutCapture(first, refusal)
        }
        try runCaptured(first, capture)
    }

    private func runCaptured(_ first: ConnectionTracer, _ capture: consuming LiveCapture) throws {
        let sink = fileSink(capture)
        let connections = try connect(first)
        var settings = CaptureSettings(policy: Self.policy)
        // After a reset the capture continues: the segments that follow show whether it was forged.
        settings.limits.untilClosed = connections.count == 1 && connections[0].exchange.end == .closed
        let engine = CaptureEngine(settings, output: StandardOutputSink(stop: stop), file: sink)
        let outcome = engine.run(capture, until: .now + Self.patience, stop: nil, report: report(connections, isCaptured: true))
        try end(connections, outcome)
    }

    private func runWithoutCapture(_ first: ConnectionTracer, _ refusal: Failure) throws {
        let connections = try connect(first)
        var report = report(connections, isCaptured: false)
        var standard = Output.standard(stop: stop)
        report.begin(into: &standard.text)
        report.end(into: &standard.text)
        do {
            try standard.flush()
        } catch OutputError.closed {
            throw status(connections)
        }
        var errors = Output.error()
        errors.text.append("The segments are not shown: ", .doubtful, output.errorPalette)
        errors.text.append(escaped: refusal.message)
        errors.text.append("\n")
        for step in refusal.nextSteps {
            errors.text.append("  → ", .faint, output.errorPalette)
            errors.text.append(escaped: step)
            errors.text.append("\n")
        }
        try errors.flush()
        try finish(connections)
    }

    // MARK: - The capture

    /// Opens the capture, which needs CAP_NET_RAW, and gives all privilege up.
    private func open(_ first: ConnectionTracer) throws(CaptureError) -> LiveCapture {
        // A reply may arrive through another interface than the SYN left by.
        var settings = LiveCapture.Settings(interface: "any")
        settings.filter = TraceFilter.expression(first.flows, anyLocalPort: count > 1)
        settings.gatherMilliseconds = Self.gatherMilliseconds
        settings.isPromiscuous = false
        let capture = try LiveCapture(settings)
        try Privilege.drop(to: .caller)
        return capture
    }

    private func fileSink(_ capture: borrowing LiveCapture) -> FrameSink? {
        guard let file else { return nil }
        let writer = CaptureWriter(
            path: file,
            format: CaptureFormat(ofName: file),
            resolution: capture.timeResolution,
            snapshotLength: capture.snapshotLength,
            rotation: .none,
            stop: stop
        )
        return FrameSink(writer)
    }

    private static var policy: TrackingPolicy {
        var random = SystemRandomNumberGenerator()
        return .patient(hashSeed: (random.next(), random.next()))
    }

    private func report(_ connections: [TracedConnection], isCaptured: Bool) -> TraceReport {
        var manner = TraceReport.Manner()
        manner.isJSON = output.isJSON
        manner.ladder = Terminal.usesUTF8 ? .text : .ascii
        manner.width = Terminal.outputWidth
        manner.palette = output.palette
        manner.zone = .local
        manner.interfaceName = InterfaceNames(asksKernel: true).name
        return TraceReport(of: connections, isCaptured: isCaptured, manner)
    }

    // MARK: - The connections

    private func connect(_ first: ConnectionTracer) throws -> [TracedConnection] {
        var line = LiveLine()
        defer { line.erase() }
        var connections: [TracedConnection] = []
        while connections.count < count, connections.isEmpty || !stop.isStopped {
            let tracer = connections.isEmpty ? first : try ConnectionTracer(to: target, manner)
            let number = connections.count + 1
            connections.append(
                try tracer.run(stop: stop) { phase in
                    line.show { text, width in
                        text.append(trusted: fitted(escaped(progress(phase, number)), columns: width))
                    }
                }
            )
        }
        return connections
    }

    private func progress(_ phase: ConnectionTracer.Phase, _ number: Int) -> String {
        let place = "\(target.name) port \(target.port)"
        let prefix = count > 1 ? "\(number) of \(count): " : ""
        return switch phase {
        case .connecting: "\(prefix)waiting for \(place) to answer"
        case .reading: "\(prefix)connected to \(place), reading"
        case .closing: "\(prefix)waiting for \(place) to close"
        }
    }

    // MARK: - The end

    private func end(_ connections: [TracedConnection], _ outcome: CaptureEngine.Outcome) throws {
        let ends = outcome.failures.map { CaptureEnd($0, stop) }
        let failures = ends.compactMap { end in if case .failure(let failure) = end { failure } else { nil } }
        for failure in failures { failure.report(output.color) }
        if let failure = failures.first { throw failure.status }
        // Nobody reads the report: the answer is the exit code.
        if !ends.isEmpty { throw status(connections) }
        if let dropped = outcome.summary.kernel?.dropped, dropped > 0 {
            var errors = Output.error()
            errors.text.append("The kernel dropped ", .doubtful, output.errorPalette)
            errors.text.append(dropped)
            errors.text.append(" frames of the capture: the ladder has gaps\n")
            try errors.flush()
        }
        try finish(connections)
    }

    private func finish(_ connections: [TracedConnection]) throws {
        if tracesPath, !stop.isStopped { try tracePath(connections[0].result) }
        let status = status(connections)
        if status != .success { throw status }
    }

    /// As a probe's: no if one is not open.
    private func status(_ connections: [TracedConnection]) -> ExitStatus {
        if let signal = stop.signal, connections.count < count || connections.contains(where: { $0.isInterrupted }) {
            return ExitStatus(endedBy: signal)
        }
        let states = connections.map(\.result.verdict.state)
        return states.contains(.error) ? .systemRefused : states.allSatisfy { $0 == .open } ? .success : .negative
    }

    private func tracePath(_ result: ProbeResult) throws {
        guard let address = result.address else { return }
        var tracer = PathTracer(to: address, port: target.port)
        tracer.timeout = min(manner.timeout, .seconds(2))
        if result.isAnsweredByHost, result.retransmits == 0 {
            tracer.roundTrip = result.rttMicroseconds.map { Nanoseconds(Int64($0) * 1000) } ?? result.answerTime
        }
        var line = LiveLine()
        let path = try tracer.trace(stop: stop) { hops in
            line.show { text, width in PathProgressLine(hops, port: target.port).render(into: &text, width: width) }
        }
        line.erase()
        var report = PathReport(isJSON: output.isJSON, output: ReportStream(width: Terminal.outputWidth, output.palette))
        var standard = Output.standard(stop: stop)
        if !output.isJSON { standard.text.append("\n") }
        report.add(path, of: result, into: &standard.text)
        try standard.flush()
    }
}
