import Addresses
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
struct BatchTracker: ~Copyable {
    private var table: ConnectionTable
    private var text = TextBuffer()
    /// Not a parameter of the type: callers are in other modules, so that nothing would be specialized, and each access to a field behind
    /// one of unknown size costs a look-up of the type's metadata.
    private var report: any CaptureReport
    private let tellsSegments: Bool
    private let output: any TextSink
    private let file: FrameSink?
    private let stopsWhenClosed: Bool
    private var hasBegun = false
    private var hasFatalFailure = false
    private var outputFailed = false
    private var fileFailed = false
    private var hasBegunFile = false
    private var linkType: LinkType?
    private var names = ServerNames()
    private var summary = CaptureSummary()
    private var failures: [any Error] = []
    /// Whether a limit ended the capture.
    private var isDone = false

    /// The text is written when it holds more than this, so that a long result neither waits nor costs a call per line.
    private static let textLimit = 64 * 1024

    init(_ settings: CaptureSettings, report: any CaptureReport, output: any TextSink, file: FrameSink?) {
        table = ConnectionTable(policy: settings.policy, memory: .pages)
        stopsWhenClosed = settings.limits.untilClosed
        self.report = report
        tellsSegments = report.tellsSegments
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

    /// Writes what the kernel counted to the capture file, at its end.
    mutating func write(_ counts: LiveCapture.Statistics) {
        guard !fileFailed else { return }
        do throws(CaptureError) { try file?.write(counts) } catch { failFile(error) }
    }

    /// Takes a batch in.
    mutating func consume(_ batch: inout Batch) {
        if !hasBegun, batch.frameCount > 0 { begin() }
        if let found = batch.linkType { linkType = found }
        for found in batch.serverNames {
            names.insert(found)
            report.learn(found.name, of: found.ends.server.address)
        }
        for found in batch.hostNames { report.learn(found.name, of: found.address) }
        if tellsSegments || file != nil {
            consumeEach(&batch)
        } else {
            summary.wrongChecksums &+= UInt64(table.track(batch.tracked))
            reportEnded()
        }
        summary.frames &+= batch.frameCount
        summary.tally.add(batch.tally)
        summary.copies &+= batch.copies
        if batch.incompleteFragments > 0 {
            summary.tally.recount(batch.incompleteFragments, from: .fragmentHeld, to: .fragmentDropped)
        }
        if !batch.undecodedLinkTypes.isEmpty { summary.undecodedLinkTypes.formUnion(batch.undecodedLinkTypes) }
        for (type, count) in batch.undecodedEtherTypes { summary.undecodedEtherTypes[type, default: 0] += count }
        for failure in batch.failures {
            failures.append(failure)
            if (failure as? CaptureError)?.isOfOneFile != true { hasFatalFailure = true }
        }
        if stopsWhenClosed, batch.tally[.segment] > 0 || batch.precedesWait, summary.tally[.segment] > 0, table.allAreClosed {
            isDone = true
        }
        if batch.isEnding, table.allAreClosed { isDone = true }
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
    private mutating func consumeEach(_ batch: inout Batch) {
        var items = Batch.ItemList()
        swap(&items, &batch.items)
        consume(items, of: batch)
        swap(&items, &batch.items)
    }

    private mutating func consume(_ list: borrowing Batch.ItemList, of batch: borrowing Batch) {
        let count = list.count
        let bytes = batch.bytes.span
        let items = list.places.span
        var at = 0
        for frame in batch.frames.indices {
            var note: FrameNote?
            while at < batch.frames[frame].itemEnd {
                if let annotation = step(items, at, of: batch.tracked, bytes) {
                    note = FrameNote(annotation: annotation, segment: items[at].segment, closed: table.takeClosed())
                }
                at += 1
            }
            write(batch.frames[frame], bytes, note)
            if isDone { return }
        }
        while at < count {
            _ = step(items, at, of: batch.tracked, bytes)
            at += 1
        }
    }

    /// Tracks one segment and reports it.
    @inline(__always)
    private mutating func step(
        _ items: Span<Batch.Item>,
        _ at: Int,
        of list: borrowing TrackedSegments,
        _ bytes: Span<UInt8>
    ) -> Annotation? {
        guard let annotation = table.track(at, of: list) else {
            if table.hasEnded { reportEnded() }
            return nil
        }
        if table.hasEnded { reportEnded() }
        if annotation.isRefused { summary.wrongChecksums &+= 1 }
        guard tellsSegments else { return annotation }
        let payload = bytes.extracting(items[at].payload)
        report.segment(items[at].segment, annotation, number: items[at].number, payload: payload, into: &text)
        if text.count >= Self.textLimit { writeText() }
        return annotation
    }

    private mutating func reportEnded() {
        guard table.hasEnded else { return }
        table.takeEnded { record in
            summary.connections &+= 1
            report.connection(record, serverName: names.take(for: record), into: &text)
        }
    }

    private mutating func write(_ frame: Batch.WrittenFrame, _ bytes: Span<UInt8>, _ note: FrameNote?) {
        guard let file, !fileFailed else { return }
        do throws(CaptureError) {
            if try file.write(frame.header, bytes.extracting(frame.place), note) == .enough { isDone = true }
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
                summary.connections &+= 1
                report.connection(record, serverName: names.take(for: record), into: &text)
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
    fileprivate var isRefused: Bool {
        // Not by `==`, which is generic, and called for each segment.
        if case .hasBadChecksum = kind { true } else { false }
    }
}
