package import CaptureReports
package import PacketCapture
import Packets
package import SondeSystem
import Synchronization
import Time
import Tracking

/// Runs captures: source, decoder, selection, table, sinks.
///
///     source ── frames ──▸ BatchDecoder ── Batch ──▸ BatchTracker ──▸ report, capture file
///
/// Both halves run by turns in one thread, or each in a thread with a ring of batches between. They are the same functions either way, so
/// the result is the same too. Nothing here throws: a capture ends with its sinks closed and its failures listed, whatever happened.
package struct CaptureEngine {
    /// What a capture came to.
    package struct Outcome: Sendable {
        package var summary: CaptureSummary
        /// What went wrong with the source and the sinks, in the order in which it happened.
        package let failures: [any Error]
    }

    private let settings: CaptureSettings
    private let output: any TextSink
    private let file: FrameSink?

    /// Segments per batch in one thread: enough that their waits for memory overlap.
    private static let inlineBatchSize = 256
    /// Segments per batch between two threads: enough that waking the other thread does not count, few enough that the ring stays in the
    /// cache.
    private static let threadedBatchSize = 1024

    package init(_ settings: CaptureSettings, output: any TextSink, file: FrameSink? = nil) {
        self.settings = settings
        self.output = output
        self.file = file
    }

    /// Reads capture files through one table.
    package func run(_ source: FileSource, report: any CaptureReport) -> Outcome {
        let isThreaded = settings.usesThread && !settings.limits.areKnownBySegment && source.isRegular
        var tracker = BatchTracker(settings, report: report, output: output, file: file)
        let needs = needs(of: report)
        if !isThreaded || !runThreaded(source, &tracker, needs) {
            var source = source
            runInline(&source, &tracker, needs)
        }
        let (summary, failures) = tracker.close()
        return Outcome(summary: summary, failures: failures)
    }

    /// Captures on an interface until the deadline, the stop token or the end of the command ends it. With a command, signals are the
    /// command's.
    package func run(
        _ capture: consuming LiveCapture,
        until deadline: MonotonicTime?,
        stop: StopToken?,
        command: FollowedCommand? = nil,
        notice: @escaping (CaptureNotice) -> Void = { _ in },
        report: any CaptureReport
    ) -> Outcome {
        var tracker = BatchTracker(settings, report: report, output: output, file: file)
        var source = LiveSource(capture, until: deadline, stop: stop, command: command, notice: notice)
        tracker.beginFile(source.linkType, at: .now)
        if tracker.demand == .more { runInline(&source, &tracker, needs(of: report)) }
        let (counts, others) = (source.statistics, source.others)
        if let counts { tracker.write(counts) }
        var (summary, failures) = tracker.close()
        summary.others = others
        summary.kernel = counts.map {
            CaptureSummary.KernelCounts(received: $0.received, dropped: $0.dropped, droppedByInterface: $0.droppedByInterface)
        }
        return Outcome(summary: summary, failures: failures)
    }

    private func needs(of report: any CaptureReport) -> BatchDecoder.Needs {
        BatchDecoder.Needs(
            segments: report.tellsSegments || file != nil,
            frames: file != nil,
            serverNames: report.tellsServerNames || report.tellsNames,
            hostNames: report.tellsNames
        )
    }

    private func runInline<Source: BatchSource & ~Copyable>(
        _ source: inout Source,
        _ tracker: inout BatchTracker,
        _ needs: BatchDecoder.Needs
    ) {
        let capacity = settings.limits.areKnownBySegment ? 1 : settings.batchSize ?? Self.inlineBatchSize
        var decoder = BatchDecoder(settings, needs, capacity: capacity)
        var batch = Batch()
        source.read(into: &decoder) { decoder in
            decoder.exchange(&batch)
            tracker.consume(&batch)
            return tracker.demand
        }
        decoder.noteEnd()
        decoder.exchange(&batch)
        tracker.consume(&batch)
    }

    /// - Returns: false where the system refuses the thread; nothing was read then.
    private func runThreaded(
        _ source: FileSource,
        _ tracker: inout BatchTracker,
        _ needs: BatchDecoder.Needs
    ) -> Bool {
        let ring = BatchRing()
        let settings = settings
        let capacity = settings.batchSize ?? Self.threadedBatchSize
        let thread = try? WorkerThreads.start {
            var decoder = BatchDecoder(settings, needs, capacity: capacity)
            source.read(into: &decoder) { decoder in
                ring.push { decoder.exchange(&$0) }
                return ring.hasEnough ? .enough : .more
            }
            decoder.noteEnd()
            ring.push { batch in
                decoder.exchange(&batch)
                batch.isLast = true
            }
        }
        guard let thread else { return false }
        ring.drain { batch in
            // What was read ahead of the end does not count.
            guard tracker.demand == .more else { return ring.stop() }
            tracker.consume(&batch)
        }
        thread.join()
        return true
    }
}
