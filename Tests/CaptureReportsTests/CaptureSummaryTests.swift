import Console
import Packets
import Testing

@testable import CaptureReports

@Suite("Summary of a capture")
struct CaptureSummaryTests {
    @Test("Counts of a live capture follow those of the frames")
    func kernelCounts() {
        var summary = CaptureSummary()
        summary.frames = 2
        summary.tally.count(.segment)
        summary.tally.count(.malformed)
        summary.kernel = .init(received: 5, dropped: 3, droppedByInterface: 0)
        #expect(text(of: summary) == "2 packets captured, 1 of them TCP, 5 received, 3 dropped by the kernel\n  1 malformed\n")
    }

    private func text(of summary: CaptureSummary) -> String {
        var text = TextBuffer()
        summary.write(into: &text, .plain)
        return text.string
    }
}
