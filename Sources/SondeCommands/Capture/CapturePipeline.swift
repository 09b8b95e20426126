import CaptureReports
import Console
import PacketCapture
import Packets
import SondeSystem
import Terminal
import Time
import Tracking

/// The way of a frame: source → decoder → table → report, and aside into a file.
///
/// The sources and the reports know nothing of each other; here they meet. Errors of writing end the reading and wait in `failure`.
struct CapturePipeline<Report: CaptureReport>: ~Copyable {
    private var decoder: Decoder
    private var table: ConnectionTable
    private var report: Report
    private var output: Output
    private var writer: CaptureWriter?
    private let isWriting: Bool

    private static var largestBatch: Int { 64 }
    private let limits: CaptureLimits
    private var comment = TextBuffer()
    /// Segments that wait to be tracked together, where nobody asks about each.
    private var queue: SegmentQueue
    private let batchSize: Int

    private(set) var tally = DecodeTally()
    private(set) var frames: UInt64 = 0
    private(set) var wrongChecksums: UInt64 = 0
    private(set) var failure: (any Error)?
    /// Whether a limit ended the capture.
    private(set) var isDone = false

    /// - Parameter stop: ends a wait for a reader of standard output that does not read.
    init(
        policy: TrackingPolicy,
        report: consuming Report,
        writer: consuming CaptureWriter?,
        limits: CaptureLimits,
        stop: StopToken? = nil
    ) {
        output = .standard(stop: stop)
        decoder = Decoder(
            ignoringChecksums: policy.ignoresChecksums,
            acceptingOffloadedChecksums: policy.acceptsOffloadedChecksums
        )
        table = ConnectionTable(policy: policy, memory: .pages)
        queue = SegmentQueue(policy)
        // The report comes before the fields of known size: assigned behind them, Swift 6.3 without optimization destroys one that
        // was never there, and crashes.
        let tellsSegments = report.tellsSegments
        self.report = report
        isWriting = writer != nil
        self.limits = limits
        batchSize = tellsSegments || isWriting || limits.untilClosed ? 1 : Self.largestBatch
        self.writer = writer
        self.report.begin(into: &output.text)
    }

    /// Takes a frame in.
    mutating func take(_ header: FrameHeader, _ frame: Span<UInt8>) -> FrameDemand {
        frames &+= 1
        var note: Annotation?
        var outcome: DecodeOutcome? = decoder.decode(frame, header)
        var holdsSegment = false
        // Nearly every frame holds one packet; an aggregate of Wi-Fi holds several.
        while let found = outcome {
            tally.count(found)
            if found == .segment {
                holdsSegment = true
                note = takeSegment(frame) ?? note
            }
            outcome = decoder.next(in: frame)
        }
        if !holdsSegment { pass(header.time) }
        do {
            try write(header, frame, note)
            try output.flushIfLarge()
        } catch {
            failure = error
            // What was told so far is not lost with the file; where the output itself failed, it is.
            try? output.flush()
            return .enough
        }
        if frames == limits.frames || (limits.untilClosed && note?.endsConnection == true && table.allAreClosed) { isDone = true }
        return isDone ? .enough : .more
    }

    /// Whether nobody asks about single segments or frames, so that they may be decoded elsewhere.
    var takesBatches: Bool { batchSize > 1 && limits.frames == nil }

    /// Takes segments in that were decoded elsewhere; what `count` is told of later.
    mutating func take(_ segments: [TrackedSegment]) -> FrameDemand {
        wrongChecksums &+= UInt64(table.track(segments))
        if table.hasEnded { reportEnded() }
        do {
            try output.flushIfLarge()
        } catch {
            failure = error
            return .enough
        }
        return .more
    }

    /// Counts frames that were decoded elsewhere.
    mutating func count(_ number: UInt64, _ outcomes: DecodeTally) {
        frames &+= number
        tally.add(outcomes)
    }

    /// Tracks the segment that was decoded, or lets it wait for others.
    ///
    /// - Returns: what it means; `nil` where it waits.
    private mutating func takeSegment(_ frame: Span<UInt8>) -> Annotation? {
        guard batchSize == 1 else {
            queue.append(decoder.segment)
            if queue.waiting.count >= batchSize { trackBatch() }
            return nil
        }
        let annotation = table.track(decoder.segment)
        if table.hasEnded { reportEnded() }
        tell(annotation, frame)
        return annotation
    }

    /// Time passes for connections whatever a frame holds.
    private mutating func pass(_ time: Timestamp) {
        guard batchSize == 1 else { return queue.pass(time) }
        table.advance(to: time.nanoseconds)
        if table.hasEnded { reportEnded() }
    }

    /// Tracks what waits. All of the batch's records are brought near first, so that the waits for memory overlap.
    private mutating func trackBatch() {
        wrongChecksums &+= UInt64(table.track(queue.waiting))
        queue.removeAll()
        if table.hasEnded { reportEnded() }
    }

    private mutating func tell(_ annotation: Annotation, _ frame: Span<UInt8>) {
        if annotation.event == .hasBadChecksum { wrongChecksums &+= 1 }
        let start = min(decoder.segment.payloadOffset, frame.count)
        let end = min(start + decoder.segment.capturedPayloadLength, frame.count)
        report.segment(
            decoder.segment,
            annotation,
            number: frames,
            payload: frame.extracting(start..<end),
            into: &output.text
        )
    }

    private mutating func reportEnded() {
        table.takeEnded { report.connection($0, into: &output.text) }
    }

    /// Writes the frame into the capture file, its annotation as comment where the format has room for one.
    private mutating func write(_ header: FrameHeader, _ frame: Span<UInt8>, _ annotation: Annotation?) throws {
        guard isWriting else { return }
        comment.clear()
        if let annotation {
            let nothing: [UInt8] = []
            comment.append(step: annotation.step)
            if !comment.isEmpty { comment.append(": ") }
            comment.append(noteOf: annotation, decoder.segment, payload: nothing.span)
        }
        let demand = try comment.withSpan { try writer?.write(header, frame, comment: $0) }
        if demand == .enough { isDone = true }
    }

    /// Creates the capture file, so that a path which can't be written is known before the first frame.
    mutating func beginFile(_ linkType: LinkType, at time: Timestamp) throws {
        try writer?.begin(linkType, at: time)
    }

    /// Lets the time of a live capture pass, and shows what is there: nothing waits while no frame comes.
    mutating func idle(at time: Timestamp) throws {
        trackBatch()
        table.advance(to: time.nanoseconds)
        if table.hasEnded { reportEnded() }
        if limits.untilClosed, tally[.segment] > 0, table.allAreClosed { isDone = true }
        try showAll()
    }

    /// Writes out what is there, before a wait for more.
    mutating func showAll() throws {
        trackBatch()
        try output.flush()
        try writer?.flush()
    }

    /// Makes the capture file whole where the report can't be ended: a reader of the output that has gone away must not cost the
    /// frames.
    mutating func abandon() {
        try? writer?.finish()
    }

    /// Ends all connections and writes everything out; files are whole afterwards.
    mutating func finish() throws {
        // The file first: a reader of the output that has gone away must not cost the frames.
        var unwritten: (any Error)?
        do { try writer?.finish() } catch { unwritten = error }
        trackBatch()
        try table.endAll { record in
            report.connection(record, into: &output.text)
            try output.flushIfLarge()
        }
        report.end(into: &output.text)
        try output.flush()
        if let unwritten { throw unwritten }
    }

    var evictions: UInt64 { table.evictions }
}

/// When a capture is over before its source is.
struct CaptureLimits: Sendable {
    /// After so many frames.
    var frames: UInt64?
    /// Once every connection seen was closed or reset.
    var untilClosed = false
}

extension Annotation {
    /// The last step of a close, or a reset.
    fileprivate var endsConnection: Bool {
        switch event {
        case .acknowledgesLastFIN, .refuses, .abandons, .aborts, .abortsAfterFIN, .abortsAfterPeerFIN, .resetsUnseen: true
        default: false
        }
    }
}
