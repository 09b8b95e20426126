package import Addresses
package import CommandWatch
import PacketCapture
import Packets
import SondeSystem
package import SystemPackage
import Time

/// What a live capture has to say while it runs.
package enum CaptureNotice: Equatable, Sendable {
    /// The interface was set down. The capture continues once it is up again.
    case interfaceDown(String)
    /// Frames captured and dropped so far, at most twice per second.
    case progress(frames: UInt64, dropped: UInt64)
    /// The kernel does not report the command's connects, so its short connections may be missed.
    case commandIsSearched(Errno)
}

/// A command whose connections alone are captured.
package struct FollowedCommand {
    let command: RunningCommand
    /// The addresses of this machine.
    let machine: Set<IPAddress>

    package init(_ command: RunningCommand, machine: Set<IPAddress>) {
        self.command = command
        self.machine = machine
    }
}

/// An interface, until a deadline, the stop token or the end of a command.
struct LiveSource: BatchSource, ~Copyable {
    private var capture: LiveCapture
    private let deadline: MonotonicTime?
    private let stop: StopToken?
    private let notice: (CaptureNotice) -> Void
    /// Whether the notice of an interface that is down was given.
    private var isKnownDown = false
    private var nextProgress = MonotonicTime.now
    private let command: RunningCommand?
    private let frames: CommandFrames?
    /// When the command was found to have ended.
    private var commandEnd: MonotonicTime?

    /// How long the last segments of a command's connections may take: a round trip, or so.
    private static let closingTime = Nanoseconds.seconds(1)
    /// How long frames wait for the command's other process after the command's end.
    private static let patience = Nanoseconds.seconds(5)

    /// How often the clock of the connections advances while no frame arrives.
    private static let interval = Nanoseconds.milliseconds(500)

    init(
        _ capture: consuming LiveCapture,
        until deadline: MonotonicTime?,
        stop: StopToken?,
        command: FollowedCommand?,
        notice: @escaping (CaptureNotice) -> Void
    ) {
        self.command = command?.command
        frames = command.flatMap { $0.command.watchesSockets ? CommandFrames(machine: $0.machine) : nil }
        self.notice = notice
        self.capture = capture
        self.deadline = deadline
        self.stop = stop
    }

    var linkType: LinkType { capture.linkType }

    /// What the kernel counted.
    var statistics: LiveCapture.Statistics? { try? capture.statistics() }

    /// Packets of other programs than the command.
    var others: UInt64 { frames.others }

    mutating func read(into decoder: inout BatchDecoder, _ handOver: (inout BatchDecoder) -> FrameDemand) {
        do {
            while true {
                let now = MonotonicTime.now
                if let deadline, now >= deadline { return }
                let outcome = try wait(from: now)
                guard outcome != .stopped else { return }
                // Some sources, such as nflog, fail where there is nothing to read.
                if outcome == .frames {
                    var isSilent = true
                    let demand = try readFrames(into: &decoder, &isSilent, handOver)
                    guard demand == .more else { return }
                    noteState(isSilent: isSilent)
                }
                guard hearCommand(&decoder, handOver) == .more else { return }
                passTime(&decoder)
                reportProgress(decoder.taken, at: now)
                decoder.noteWait()
                if let commandEnd {
                    if now >= commandEnd + (frames.isEmpty ? Self.closingTime : Self.patience) { return }
                    // The kernel may still hold the last frames.
                    let isRead = frames.isEmpty && now >= commandEnd + capture.gatherTime + capture.gatherTime
                    if isRead { decoder.noteEnding() }
                }
                if handOver(&decoder) == .enough { return }
            }
        } catch {
            decoder.fail(error)
        }
    }

    private enum Awaited {
        case frames
        /// Time has passed, or the command has something to say.
        case other
        case stopped
    }

    private func wait(from now: MonotonicTime) throws(SystemError) -> Awaited {
        var watched: [(descriptor: BorrowedDescriptor, readiness: Readiness)] = []
        let readsFrames = !frames.isFull
        if readsFrames { watched.append((capture.borrowed, .readable)) }
        if let command, command.end == nil || !frames.isEmpty, let channel = command.borrowed {
            watched.append((channel, .readable))
        }
        let tick = now + (commandEnd == nil ? Self.interval : capture.gatherTime)
        let deadline = min(deadline ?? tick, tick)
        // The signals of a capture with a command are the command's; each level of the stop wakes once.
        let passes = command != nil
        let level: StopToken.Level = passes && stop?.isStopped == true ? .abort : .drain
        let watchedStop = passes && stop?.isAborted == true ? nil : stop
        let outcome = try naming("poll") { () throws(Errno) in
            try waitForFirst(of: watched, until: deadline, stop: watchedStop, at: level)
        }
        switch outcome {
        case .stopped where !passes: return .stopped
        case .ready(let ready) where readsFrames && ready[0] != []: return .frames
        default: return .other
        }
    }

    private mutating func readFrames(
        into decoder: inout BatchDecoder,
        _ isSilent: inout Bool,
        _ handOver: (inout BatchDecoder) -> FrameDemand
    ) throws(CaptureError) -> FrameDemand {
        guard let frames else {
            return try capture.readFrames { header, frame in
                isSilent = false
                return Self.take(header, frame, into: &decoder, handOver)
            }
        }
        _ = try capture.readFrames { header, frame in
            isSilent = false
            frames.take(header, frame)
            return frames.isFull ? .enough : .more
        }
        return .more
    }

    @inline(__always)
    private static func take(
        _ header: FrameHeader,
        _ frame: Span<UInt8>,
        into decoder: inout BatchDecoder,
        _ handOver: (inout BatchDecoder) -> FrameDemand
    ) -> FrameDemand {
        decoder.take(header, frame)
        if decoder.isDone { return .enough }
        return decoder.isFull ? handOver(&decoder) : .more
    }

    /// Takes in what the command's other process reports, and hands over the frames that waited for it.
    private mutating func hearCommand(
        _ decoder: inout BatchDecoder,
        _ handOver: (inout BatchDecoder) -> FrameDemand
    ) -> FrameDemand {
        guard let command else { return .more }
        if let stop { command.passSignals(of: stop) }
        while let event = command.take() {
            switch event {
            case .claim(let claim): frames?.insert(claim)
            case .isLimited(let errno): notice(.commandIsSearched(errno))
            case .barrier(let number):
                let demand = frames?.pass(number) { header, frame in Self.take(header, frame, into: &decoder, handOver) }
                if demand == .enough { return .enough }
            }
        }
        if let end = command.end, commandEnd == nil {
            if case .exited = end { commandEnd = .now } else { return .enough }
        }
        if let barrier = frames?.nextBarrier() { command.ask(barrier: barrier) }
        return .more
    }

    /// Gives notice of an interface that was set down: the kernel wakes the reader then, without a frame.
    private mutating func noteState(isSilent: Bool) {
        guard isSilent else {
            isKnownDown = false
            return
        }
        guard !isKnownDown, capture.isDown else { return }
        isKnownDown = true
        notice(.interfaceDown(capture.interface))
    }

    private mutating func reportProgress(_ frames: UInt64, at now: MonotonicTime) {
        guard now >= nextProgress else { return }
        nextProgress = now + Self.interval
        notice(.progress(frames: frames, dropped: statistics?.dropped ?? 0))
    }

    /// Lets packet time pass, which is that of the frames, up to the wall clock's less what the kernel may still hold back.
    private func passTime(_ decoder: inout BatchDecoder) {
        decoder.pass(Timestamp(nanoseconds: Timestamp.now.nanoseconds - capture.gatherTime.count))
    }
}

extension CommandFrames? {
    fileprivate var isEmpty: Bool { self?.isEmpty ?? true }
    fileprivate var isFull: Bool { self?.isFull ?? false }
    fileprivate var others: UInt64 { self?.others ?? 0 }
}
