package import Console
package import Probing
package import SondeSystem

/// An output format of a probe run. It appends to text that the caller prints, and does no I/O.
package protocol ProbeReport: Sendable {
    /// Takes one result, and writes what can be printed before the end.
    mutating func add(_ result: ProbeResult, into text: inout TextBuffer)
    /// Takes a target that does not resolve.
    mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer)
    /// Takes a port that had no answer when the run was stopped.
    mutating func addAbandoned(_ result: ProbeResult)
    /// Takes the number of a target some of whose ports were not begun when the run was stopped, and how many ports it has.
    mutating func addUnreached(ordinal: Int, ports: Int)
    /// Writes the rest of the results into `text` (standard output), the summary and hints into `notes` (standard error).
    /// Called once, also after an interruption.
    mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer)
}

extension ProbeReport {
    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {}
    package mutating func addAbandoned(_ result: ProbeResult) {}
    package mutating func addUnreached(ordinal: Int, ports: Int) {}
}

/// The totals of a run.
package struct ProbeEnding: Sendable {
    let tally: ProbeTally
    let elapsed: Nanoseconds
    /// Wall clock at the end, in seconds since the epoch.
    let time: Double
    /// How each loop adapted its pace.
    let paces: [PaceReport]
    /// What was asked for: attempts per second, and the time each port had.
    let rate: Double?
    let timeout: Nanoseconds

    package init(
        _ tally: ProbeTally,
        elapsed: Nanoseconds,
        time: Double,
        paces: [PaceReport] = [],
        rate: Double? = nil,
        timeout: Nanoseconds = .milliseconds(2000)
    ) {
        self.tally = tally
        self.elapsed = elapsed
        self.time = time
        self.paces = paces
        self.rate = rate
        self.timeout = timeout
    }
}

/// The width and colours of a standard stream.
package struct ReportStream: Sendable {
    /// Columns of the terminal; `nil` for a pipe or file, where nothing is cut.
    let width: Int?
    let palette: Palette

    package init(width: Int?, _ palette: Palette) {
        self.width = width
        self.palette = palette
    }
}
