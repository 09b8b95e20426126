import Console
import Failures
import ProbeReports
import SondeSystem
import Terminal

/// The progress line of a run, shown on a terminal after the first second, and warnings above it.
struct ProbeProgress: ~Copyable {
    private let total: Int?
    private let palette: Palette
    private let started = MonotonicTime.now
    private var line = LiveLine()
    private var hasEnded = false

    private static let patience = Nanoseconds.milliseconds(1000)

    /// - Parameters:
    ///   - total: number of ports; `nil` if unknown.
    ///   - palette: of standard error.
    init(total: Int?, _ palette: Palette) {
        self.total = total
        self.palette = palette
    }

    var isVisible: Bool { line.isVisible }

    /// Draws the progress; false once the run has ended.
    mutating func draw(_ tally: ProbeTally) -> Bool {
        guard !hasEnded else { return false }
        let elapsed = MonotonicTime.now - started
        guard elapsed >= ProbeProgress.patience else { return true }
        let progress = ProgressLine(tally, total: total, elapsed: elapsed)
        line.show { text, width in progress.render(into: &text, width: width) }
        return true
    }

    mutating func erase() { line.erase() }

    mutating func end() {
        hasEnded = true
        line.erase()
    }

    /// Reports a failure that does not end the run.
    mutating func warn(_ failure: Failure) throws {
        line.erase()
        var errors = Output.error()
        failure.writeWarning(into: &errors.text, palette)
        try errors.flush()
    }
}
