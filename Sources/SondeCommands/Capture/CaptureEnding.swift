import CaptureReports
import Console
import PacketCapture
import Packets
import Terminal

/// How a capture ended and what it counted.
struct CaptureEnding {
    var statistics: LiveCapture.Statistics?
    /// What ended it before its limit or the file's end.
    var signal: Int32?
    /// What was wrong with files, in their order, after what was good in them was told.
    var failures: [Failure] = []
    private var summary = CaptureSummary()

    mutating func take<Report: CaptureReport>(_ pipeline: borrowing CapturePipeline<Report>) {
        summary.frames = pipeline.frames
        summary.tally = pipeline.tally
        summary.evictions = pipeline.evictions
        summary.wrongChecksums = pipeline.wrongChecksums
    }

    func tell(palette: Palette) {
        // Of files that are no captures there is nothing to count.
        guard summary.frames > 0 || failures.isEmpty else { return }
        var summary = summary
        summary.kernel = statistics.map {
            CaptureSummary.KernelCounts(
                received: $0.received,
                dropped: $0.dropped,
                droppedByInterface: $0.droppedByInterface
            )
        }
        var errors = Output.error()
        summary.write(into: &errors.text, palette)
        try? errors.flush()
    }
}
