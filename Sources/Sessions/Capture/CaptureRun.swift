import CaptureEngine
package import CaptureReports
import Console
import Failures
package import PacketCapture
import Packets
package import SondeSystem
import SystemPackage
import Terminal
import Time
package import Tracking

/// A capture from what is asked to the exit code: opens the source and the sinks, runs the engine, reports how it ended.
package struct CaptureRun {
    private let source: CaptureOrder.Source
    private let limit: CaptureOrder.Limit
    private let target: CaptureOrder.Target
    private let color: ColorChoice
    private let command: CapturedCommand?
    private let interfaces: InterfaceNames
    private let stop: StopToken

    package init(_ order: CaptureOrder, command: CapturedCommand?, interfaces: InterfaceNames, stop: StopToken) {
        source = order.source
        limit = order.limit
        target = order.target
        color = order.color
        self.command = command
        self.interfaces = interfaces
        self.stop = stop
    }

    /// - Parameter needsConnection: whether a capture without a connection is a failure: there is nothing to draw.
    package func run(_ report: some CaptureReport, _ policy: TrackingPolicy, needsConnection: Bool = false) throws {
        let outcome: CaptureEngine.Outcome
        do {
            outcome = source.isLive ? try captureLive(report, policy) : try readFiles(report, policy)
        } catch let error as CaptureError {
            throw Failure(error)
        }
        // The command's answer counts more than the capture's.
        let exitCode = try command?.end(passing: stop) ?? 0
        do {
            try end(outcome)
        } catch let status as ExitStatus where exitCode != 0 && status != .success {
            throw CommandExit(code: exitCode)
        }
        if exitCode != 0 { throw CommandExit(code: exitCode) }
        if needsConnection, outcome.summary.connections == 0, outcome.failures.isEmpty { throw noConnection(outcome.summary) }
    }

    private func noConnection(_ summary: CaptureSummary) -> Failure {
        let next =
            if summary.wrongChecksums > 0 {
                "accept segments with wrong checksums: --ignore-checksums"
            } else if summary.tally[.segment] > 0 {
                "leave --handshakes out"
            } else if !source.filter.isEmpty {
                "the filter may exclude it: leave it out, or see pcap-filter(7)"
            } else if source.isLive {
                "make a connection while the capture runs, or capture on another interface: sonde addrs"
            } else {
                "give a capture with TCP connections; the counts above are of what this one has"
            }
        return Failure(.negative, "no ladder: the capture has no TCP connection", next: next)
    }

    // MARK: - Sources

    private func readFiles(_ report: some CaptureReport, _ policy: TrackingPolicy) throws -> CaptureEngine.Outcome {
        try ensureReadable()
        try ensureKept()
        let sandbox = try CaptureSandbox(source, target)
        try sandbox.prepareFiles()
        let file = target.sink(
            resolution: .nanoseconds,
            snapshotLength: LiveCapture.Settings(interface: "").snapshotLength,
            names: interfaces,
            sources: source.files,
            stop: stop
        )
        let output = StandardOutputSink(stop: stop)
        try sandbox.enter()
        let engine = CaptureEngine(settings(policy), output: output, file: file)
        let files = FileSource(paths: source.files, expression: source.expression, stop: stop, interfaces: interfaces)
        return engine.run(files, report: report)
    }

    private func captureLive(_ report: some CaptureReport, _ policy: TrackingPolicy) throws -> CaptureEngine.Outcome {
        var settings = LiveCapture.Settings(interface: source.interface ?? "any")
        settings.filter = source.liveExpression
        settings.isPromiscuous = source.isPromiscuous
        try ensureFilter()
        if command != nil { settings.gatherMilliseconds = 10 }
        if let size = source.bufferSize { settings.bufferSize = size * 1024 }
        settings.isImmediate = source.isImmediate
        let sandbox = try CaptureSandbox(source, target)
        let followed = command?.followed()
        let capture = try LiveCapture(settings)
        let file = target.sink(
            resolution: capture.timeResolution,
            snapshotLength: capture.snapshotLength,
            names: interfaces,
            stop: stop
        )
        let output = StandardOutputSink(stop: stop)
        try sandbox.prepareFiles()
        // Before anything of a frame is decoded, and before any thread starts.
        try sandbox.enter()
        let engine = CaptureEngine(self.settings(policy), output: output, file: file)
        announce(capture)
        command?.start()
        let deadline = limit.duration.map { MonotonicTime.now + $0 }
        let status = CaptureStatusLine()
        defer { status.erase() }
        // A command has the terminal for itself.
        let showsStatus = command == nil
        let notice: (CaptureNotice) -> Void = { notice in
            if case .progress(let frames, let dropped) = notice {
                if showsStatus { status.show(frames: frames, dropped: dropped) }
            } else {
                write(notice)
            }
        }
        return engine.run(capture, until: deadline, stop: stop, command: followed, notice: notice, report: report)
    }

    private func write(_ notice: CaptureNotice) {
        var errors = Output.error()
        let palette = Terminal.errorPalette(color)
        switch notice {
        case .progress: return
        case .interfaceDown(let name):
            errors.text.append("interface ")
            errors.text.append(escaped: name)
            errors.text.append(" is down: the capture continues once it is up\n")
            errors.text.append("  → ", .faint, palette)
            errors.text.append("bring it up: sudo ip link set ")
            errors.text.append(escaped: name)
            errors.text.append(" up\n")
        case .commandIsSearched(let errno):
            errors.text.append("the kernel does not report connects (")
            errors.text.append(escaped: errno.explained)
            errors.text.append("): short connections of the command may be missing\n")
            errors.text.append("  → ", .faint, palette)
            errors.text.append("keep the connections of all programs: --all\n")
        }
        try? errors.flush()
    }

    private func settings(_ policy: TrackingPolicy) -> CaptureSettings {
        var settings = CaptureSettings(policy: policy)
        settings.takesHandshakesOnly = source.takesHandshakesOnly
        settings.limits.frames = limit.frames
        settings.limits.untilClosed = limit.untilClosed
        settings.limits.endsWithLastFile = target.endsCapture
        settings.usesThread = WorkerThreads.availableCores > 1
        return settings
    }

    /// Says on standard error that frames are captured from now on, so that a script knows when to begin.
    private func announce(_ capture: borrowing LiveCapture) {
        var errors = Output.error()
        errors.text.append("listening on ")
        errors.text.append(escaped: capture.interface)
        errors.text.append("\n")
        try? errors.flush()
    }

    /// Refuses a capture file in the place of a filter, with the option that reads it.
    private func ensureFilter() throws {
        guard source.interface == nil, let word = source.filter.first, word.contains("."), FileStatus.isRegular(word)
        else {
            return
        }
        throw Failure(.usage, "\"\(word)\" is a file, not a filter", next: "read it: sonde capture -r \(word)")
    }

    /// Reports a path that can't be read before anything is read or written.
    private func ensureReadable() throws {
        for path in source.files where path != "-" {
            do {
                try FileSystem.requireReadable(path)
            } catch {
                throw CaptureError.input(operation: "open", path: path, error)
            }
        }
    }

    /// Refuses to write to a file that is read. The later names of a rotation are checked before each is opened.
    private func ensureKept() throws {
        guard let path = target.path, path != "-", let written = FileIdentity(path) else { return }
        guard source.files.contains(where: { FileIdentity($0) == written }) else { return }
        throw CaptureError.outputIsInput(path: path)
    }

    // MARK: - The end

    /// Prints the summary and every failure, in order. The first failure decides the exit code; a reader that went away is none.
    private func end(_ outcome: CaptureEngine.Outcome) throws {
        let ends = outcome.failures.map { CaptureEnd($0, stop) }
        let failures = ends.compactMap { end in if case .failure(let failure) = end { failure } else { nil } }
        let isQuiet = failures.isEmpty && !ends.isEmpty
        // Of files that are no captures there is nothing to count.
        if !isQuiet, outcome.summary.frames > 0 || failures.isEmpty {
            var errors = Output.error()
            outcome.summary.write(into: &errors.text, Terminal.errorPalette(color))
            try? errors.flush()
        }
        for failure in failures { failure.report(color) }
        if let failure = failures.first { throw failure.status }
        for case .unread(let status) in ends { throw status }
        // Of a live capture without a limit, a signal is the way to end it.
        let isExpected = command != nil || source.isLive && !limit.isSet && !target.endsCapture
        if !isExpected, ends.isEmpty, let signal = stop.signal { throw ExitStatus(endedBy: signal) }
    }
}

/// What ended a capture or went wrong in it.
enum CaptureEnd {
    case failure(Failure)
    /// The reader of the output has gone away, or did not read when a signal came.
    case unread(ExitStatus)

    init(_ error: any Error, _ stop: StopToken) {
        switch error {
        case let error as OutputError: self = Failure(error).map { .failure($0) } ?? .unread(ExitStatus(error))
        case CaptureError.interrupted: self = .unread(ExitStatus(.stopped(signal: stop.signal)))
        case CaptureError.output(_, "-", .brokenPipe): self = .unread(ExitStatus(.closed))
        case let error as CaptureError: self = .failure(Failure(error))
        case let error as SystemError: self = .failure(Failure(error))
        case let failure as Failure: self = .failure(failure)
        default: self = .failure(Failure(.systemRefused, "\(error)"))
        }
    }
}
