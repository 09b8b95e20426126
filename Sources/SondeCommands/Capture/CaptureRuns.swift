import CaptureReports
import Console
import Glibc
import PacketCapture
import Packets
import SondeSystem
import SystemPackage
import Terminal
import Time
import Tracking

/// Reads capture files one after the other through one table.
struct FileRun {
    let source: SourceArguments
    let limit: LimitArguments
    let write: WriteArguments

    func run<Report: CaptureReport>(
        _ report: Report,
        _ policy: TrackingPolicy,
        _ stop: StopToken
    ) throws -> CaptureEnding {
        try ensureReadable()
        try ensureKept()
        let writer = write.writer(
            resolution: .nanoseconds,
            snapshotLength: LiveCapture.Settings(interface: "").snapshotLength,
            sources: source.files
        )
        var pipeline = CapturePipeline(
            policy: policy,
            report: report,
            writer: writer,
            limits: limit.limits,
            stop: stop
        )
        var ending = CaptureEnding()
        let thread = pipeline.takesBatches && isWorthAThread ? DecodingThread(policy) : nil
        var linkType: LinkType?
        for path in source.files where !pipeline.isDone && pipeline.failure == nil && ending.signal == nil {
            do {
                linkType = try read(path, into: &pipeline, stop, decodingIn: thread) ?? linkType
            } catch let error as CaptureError {
                let failure = Failure(error)
                guard error.isOfOneFile else { throw failure }
                // What is good, in this file and the others, is told first; the damage decides the exit code.
                ending.failures.append(failure)
            }
            ending.signal = stop.signal
        }
        if let thread { pipeline.count(thread.frames, thread.tally) }
        do {
            // A file without frames is still one that can be read.
            if pipeline.frames == 0, ending.failures.isEmpty { try pipeline.beginFile(linkType ?? .ethernet, at: .now) }
        } catch let error as CaptureError {
            throw Failure(error)
        }
        if let failure = pipeline.failure {
            pipeline.abandon()
            throw Failure.of(failure)
        }
        do {
            try pipeline.finish()
        } catch let error as CaptureError {
            throw Failure(error)
        }
        ending.take(pipeline)
        return ending
    }

    /// Says of a path that is wrong before anything is read or written; standard input needs none.
    private func ensureReadable() throws {
        // Safe: the call borrows the path as a C string and keeps nothing of it.
        for path in source.files where path != "-" && (unsafe access(path, R_OK)) != 0 {
            throw Failure(CaptureError.input(operation: "open", path: path, Errno(rawValue: errno)))
        }
    }

    /// Says before anything is told that the file to write is one that is read; a rotation's later names show only when their turn comes.
    private func ensureKept() throws {
        guard let path = write.path, path != "-", let target = FileIdentity(path) else { return }
        guard source.files.contains(where: { FileIdentity($0) == target }) else { return }
        throw Failure(CaptureError.outputIsInput(path: path))
    }

    /// Whether decoding in a thread of its own pays: on one core it does not, a pipe's segments would wait for a batch to fill, and
    /// a filter may hold most frames back.
    private var isWorthAThread: Bool {
        WorkerThreads.availableCores > 1 && !source.isSelective
            && source.files.allSatisfy { CaptureFile.isRegular($0) }
    }

    /// - Returns: the link type of the file, where its header tells one and frames were read here.
    private func read<Report: CaptureReport>(
        _ path: String,
        into pipeline: inout CapturePipeline<Report>,
        _ stop: StopToken,
        decodingIn thread: DecodingThread?
    ) throws -> LinkType? {
        if let thread, try thread.read(path, interruption: stop.stopped, { pipeline.take($0) }) { return nil }
        var file = try CaptureFile(path: path, interruption: stop.stopped)
        guard source.isSelective else {
            repeat {
                try file.readFrames { pipeline.take($0, $1) }
                if file.isWaiting { try pipeline.showAll() }
            } while file.isWaiting
            return file.linkType
        }
        var expression = source.expression.isEmpty ? nil : try PacketFilter(source.expression)
        var handshakes = source.handshakes ? HandshakeFilter() : nil
        var failure: CaptureError?
        repeat {
            try file.readFrames { header, frame in
                do throws(CaptureError) {
                    guard try expression?.matches(header, frame) ?? true else { return .more }
                } catch {
                    failure = error
                    return .enough
                }
                guard handshakes?.matches(header, frame) ?? true else { return .more }
                return pipeline.take(header, frame)
            }
            if file.isWaiting { try pipeline.showAll() }
        } while file.isWaiting
        if let failure { throw failure }
        try expression?.check(for: file.linkType ?? .ethernet)
        return file.linkType
    }
}

extension CaptureError {
    /// Whether the file is what is wrong, so that others can still be read.
    fileprivate var isOfOneFile: Bool {
        switch self {
        case .input, .notACapture, .damaged, .cannotDecompress: true
        default: false
        }
    }
}

/// Captures on an interface until a limit or a signal ends it.
struct LiveRun {
    let source: SourceArguments
    let limit: LimitArguments
    let write: WriteArguments

    private enum Token {
        static let capture: UInt64 = 0
        static let signal: UInt64 = 1
    }

    /// How often time passes for the table while no frame comes.
    private static let idleInterval = Nanoseconds.milliseconds(500)

    func run<Report: CaptureReport>(
        _ report: Report,
        _ policy: TrackingPolicy,
        _ stop: StopToken
    ) throws -> CaptureEnding {
        do {
            return try capture(report, policy, stop)
        } catch let error as CaptureError {
            throw Failure(error)
        }
    }

    private func capture<Report: CaptureReport>(
        _ report: Report,
        _ policy: TrackingPolicy,
        _ stop: StopToken
    ) throws -> CaptureEnding {
        var settings = LiveCapture.Settings(interface: source.interface ?? "any")
        settings.filter = source.liveExpression
        let identity = try identity()
        var capture = try LiveCapture(settings)
        let writer = write.writer(resolution: capture.timeResolution, snapshotLength: capture.snapshotLength)
        var pipeline = CapturePipeline(
            policy: policy,
            report: report,
            writer: writer,
            limits: limit.limits,
            stop: stop
        )
        try Privilege.drop(to: identity)
        try pipeline.beginFile(capture.linkType, at: .now)

        var ending = CaptureEnding()
        do {
            let signal = try follow(&capture, into: &pipeline, stop)
            // Without a limit there is no other way to end it.
            ending.signal = limit.isSet || write.endsCapture ? signal : nil
        } catch let error as CaptureError {
            // An interface that went away: what was seen is told first.
            ending.failures.append(Failure(error))
        }
        if let failure = pipeline.failure {
            pipeline.abandon()
            throw Failure.of(failure)
        }
        ending.statistics = try? capture.statistics()
        try pipeline.finish()
        ending.take(pipeline)
        return ending
    }

    /// Takes frames as they come.
    ///
    /// - Returns: the signal that ended it, if one did.
    private func follow<Report: CaptureReport>(
        _ capture: inout LiveCapture,
        into pipeline: inout CapturePipeline<Report>,
        _ stop: StopToken
    ) throws -> Int32? {
        var loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop(batchSize: 4) }
        try naming("epoll_ctl") { () throws(Errno) in
            try loop.add(capture.borrowed, for: .readable, token: Token.capture)
            try loop.add(stop.stopped, for: .readable, token: Token.signal)
        }
        let end = limit.duration.map { MonotonicTime.now + $0.duration }
        while !pipeline.isDone, pipeline.failure == nil {
            let now = MonotonicTime.now
            if let end, now >= end { break }
            let tick = now + Self.idleInterval
            let count = try naming("epoll_wait") { () throws(Errno) in try loop.wait(until: min(end ?? tick, tick)) }
            for index in 0..<count where loop.event(index).token == Token.signal {
                return stop.signal
            }
            try capture.readFrames { pipeline.take($0, $1) }
            try pipeline.idle(at: .now)
        }
        return nil
    }

    private func identity() throws -> Privilege.Identity? {
        guard let user = source.user else { return Privilege.Identity(sudo: ProcessEnvironment.sudo) }
        guard let identity = Privilege.Identity(named: user) else {
            throw Failure(.usage, "--user \"\(user)\": no such user", next: "give a name of the user database: getent passwd")
        }
        return identity
    }
}

/// What the environment says of who called.
enum ProcessEnvironment {
    static var sudo: [String: String] {
        var found: [String: String] = [:]
        for name in ["SUDO_UID", "SUDO_GID"] { found[name] = Process.environment(name) }
        return found
    }
}

extension Timestamp {
    /// The wall clock's time.
    static var now: Timestamp {
        var time = timespec()
        // Safe: the call fills the structure that it is lent.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
