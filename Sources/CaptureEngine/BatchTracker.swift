import CaptureReports
import Console
import PacketCapture
import Packets
import SondeSystem
import Time
import Tracking

/// The second half of a capture: tracks the segments of a batch, reports what they mean and writes the frames to the capture file.
///
/// It owns the sinks. A sink that fails is not written to again, the other gets what was taken all the same, and `close` closes both: there
/// is no other way out of a capture.
struct BatchTracker<Report: CaptureReport>: ~Copyable {
    private var table: ConnectionTable
    private var text = TextBuffer()
    private var report: Report
    private let output: any TextSink
    private let file: FrameSink?
    private let stopsWhenClosed: Bool
    private var hasBegun = false
    private var hasFatalFailure = false
    private var outputFailed = false
    private var fileFailed = false
    private var hasBegunFile = false
    private var linkType: LinkType?
    private var summary = CaptureSummary()
    private var failures: [any Error] = []
    /// Whether a limit ended the capture.
    private var isDone = false

    /// The text is written when it holds more than this, so that a long result neither waits nor costs a call per line.
    private static var textLimit: Int { 64 * 1024 }

    init(_ settings: CaptureSettings, report: Report, output: any TextSink, file: FrameSink?) {
        table = ConnectionTable(policy: settings.policy, memory: .pages)
        stopsWhenClosed = settings.limits.untilClosed
        self.report = report
        self.output = output
        self.file = file
    }

    /// Whether more is wanted: not once a sink has failed or a limit is reached.
    var demand: FrameDemand { isDone || outputFailed || fileFailed || hasFatalFailure ? .enough : .more }

    /// Creates the capture file before the first frame.
    mutating func beginFile(_ linkType: LinkType, at time: Timestamp) {
        hasBegunFile = true
        do throws(CaptureError) { try file?.begin(linkType, at: time) } catch { failFile(error) }
    }

    /// Takes a batch in.
    mutating func consume(_ batch: Batch) {
        if !hasBegun, batch.frameCount > 0 { begin() }
        if let found = batch.linkType { linkType = found }
        if report.tellsSegments || file != nil {
            consumeEach(batch)
        } else {
            summary.wrongChecksums &+= UInt64(table.track(batch.items))
            reportEnded()
        }
        summary.frames &+= batch.frameCount
        summary.tally.add(batch.tally)
        for failure in batch.failures {
            failures.append(failure)
            if (failure as? CaptureError)?.isOfOneFile != true { hasFatalFailure = true }
        }
        if stopsWhenClosed, batch.tally[.segment] > 0 || batch.precedesWait, summary.tally[.segment] > 0, table.allAreClosed {
            isDone = true
        }
        if batch.precedesWait || text.count >= Self.textLimit { writeText() }
        if batch.precedesWait { flushFile() }
    }

    /// Closes both sinks and returns the capture's totals. The capture file is first, since a reader of the text that has gone away
    /// must not cost frames. Failures are appended to `failures`, in order of occurrence.
    consuming func close() -> (summary: CaptureSummary, failures: [any Error]) {
        finishFile()
        // Of a capture that could not begin there is nothing to report.
        if hasBegun || !hasFatalFailure { finishReport() }
        summary.evictions = table.evictions
        return (summary, failures)
    }

    // MARK: - Segments

    private mutating func begin() {
        hasBegun = true
        report.begin(into: &text)
    }

    /// Tracks item by item, and writes each frame behind its segments.
    private mutating func consumeEach(_ batch: Batch) {
        let items = batch.items.span
        var item = 0
        var prefetched = 0
        var segment = 0
        var annotation: Annotation?
        for frame in batch.frames.indices {
            annotation = nil
            let end = batch.frames[frame].itemEnd
            while item < end { step(batch, items, &item, &prefetched, &segment, &annotation) }
            write(batch, frame, annotation, segment)
            if isDone { return }
        }
        while item < items.count { step(batch, items, &item, &prefetched, &segment, &annotation) }
    }

    @inline(__always)
    private mutating func step(
        _ batch: Batch,
        _ items: Span<TrackedSegment>,
        _ item: inout Int,
        _ prefetched: inout Int,
        _ segment: inout Int,
        _ annotation: inout Annotation?
    ) {
        if item == prefetched {
            prefetched = min(item + ConnectionTable.nearCount, items.count)
            table.prefetch(items.extracting(item..<prefetched))
        }
        let found = table.trackItem(items[item])
        item += 1
        if table.hasEnded { reportEnded() }
        guard let found else { return }
        annotation = found
        if found.isRefused { summary.wrongChecksums &+= 1 }
        tell(batch, segment, found)
        segment += 1
    }

    private mutating func tell(_ batch: Batch, _ index: Int, _ annotation: Annotation) {
        guard report.tellsSegments else { return }
        // In place: a copy of a segment is two hundred bytes.
        let segments = batch.segments.span
        report.segment(
            segments[index].segment,
            annotation,
            number: segments[index].number,
            payload: batch.bytes.span.extracting(segments[index].payload),
            into: &text
        )
        if text.count >= Self.textLimit { writeText() }
    }

    private mutating func reportEnded() {
        guard table.hasEnded else { return }
        table.takeEnded { report.connection($0, into: &text) }
    }

    private mutating func write(_ batch: Batch, _ index: Int, _ annotation: Annotation?, _ segments: Int) {
        guard let file, !fileFailed else { return }
        let frame = batch.frames[index]
        let segment = annotation == nil || !file.annotates ? nil : batch.segments[segments - 1].segment
        do throws(CaptureError) {
            let bytes = batch.bytes.span.extracting(frame.place)
            if try file.write(frame.header, bytes, annotation, segment) == .enough { isDone = true }
        } catch {
            failFile(error)
        }
    }

    // MARK: - Sinks

    private mutating func writeText() {
        guard !outputFailed else { return text.clear() }
        do {
            try output.write(&text)
        } catch {
            outputFailed = true
            failures.append(error)
        }
    }

    private mutating func failFile(_ error: CaptureError) {
        fileFailed = true
        failures.append(error)
    }

    private mutating func flushFile() {
        guard !fileFailed else { return }
        do throws(CaptureError) { try file?.flush() } catch { failFile(error) }
    }

    private mutating func finishFile() {
        guard let file, !fileFailed else { return }
        do throws(CaptureError) {
            // A source without frames makes a file without frames, which can be read.
            if !hasBegunFile, summary.frames == 0, failures.isEmpty { try file.begin(linkType ?? .ethernet, at: .now) }
            try file.finish()
        } catch {
            failFile(error)
        }
    }

    private mutating func finishReport() {
        if !hasBegun { begin() }
        guard !outputFailed else { return }
        do {
            try table.endAll { record in
                report.connection(record, into: &text)
                if text.count >= Self.textLimit { try output.write(&text) }
            }
            report.end(into: &text)
            try output.write(&text)
        } catch {
            failures.append(error)
        }
    }
}

extension Annotation {
    /// Whether the segment was not tracked, since its checksum is wrong.
    fileprivate var isRefused: Bool { kind == .hasBadChecksum }
}
