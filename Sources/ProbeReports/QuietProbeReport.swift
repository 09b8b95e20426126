package import Console
package import Probing

/// `--quiet`: the exit code is the report.
package struct QuietProbeReport: ProbeReport {
    package init() {}

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {}
    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {}
}
