import Console
import ProbeReports
import SondeSystem
import Terminal

/// The progress line of a run, shown on a terminal once the run takes longer than a second, and warnings above it.
struct ProbeProgress: ~Copyable {
    private let total: Int?
    private let started = MonotonicTime.now
    private var line = LiveLine()
    private var hasEnded = false

    private static let patience = Nanoseconds.milliseconds(1000)

    init(total: Int?) { self.total = total }

    var isVisible: Bool { line.isVisible }

    /// Draws how far the run has come; false once it has ended.
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

    /// Tells of something that does not end the run.
    mutating func warn(_ failure: Failure) throws {
        line.erase()
        var errors = Output.error()
        errors.text.append("sonde: ")
        errors.text.append(escaped: failure.message, .doubtful, Terminal.errorPalette(.auto))
        errors.text.append("\n")
        try errors.flush()
    }
}
