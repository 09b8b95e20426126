package import Console
package import Probing
package import SondeSystem

/// What becomes of results: one kind for each format. It appends to text that its caller prints.
package protocol ProbeReport: Sendable {
    /// A result, as it comes.
    mutating func add(_ result: ProbeResult, into text: inout TextBuffer)
    /// A target that did not resolve.
    mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer)
    /// The end, also after an interruption: what is left goes into `text`, and what is no result into `notes`.
    mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer)
}

extension ProbeReport {
    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {}
}

/// How a run ended.
package struct ProbeEnding: Sendable {
    let tally: ProbeTally
    let elapsed: Nanoseconds
    /// When, in seconds since the epoch.
    let time: Double

    package init(_ tally: ProbeTally, elapsed: Nanoseconds, time: Double) {
        self.tally = tally
        self.elapsed = elapsed
        self.time = time
    }
}

/// One of the standard streams, as far as a report fits itself to it.
package struct ReportStream: Sendable {
    /// The columns of the terminal; `nil` where it is none, so that nothing is cut.
    let width: Int?
    let palette: Palette

    package init(width: Int?, _ palette: Palette) {
        self.width = width
        self.palette = palette
    }
}
