package import Console
package import Probing

/// `--json`: one object per port as its result is known, then the summary.
package struct JSONProbeReport: ProbeReport {
    private let onlyOpen: Bool

    package init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        guard !onlyOpen || result.verdict.state == .open else { return }
        text.append(json: { result.writeJSON(into: &$0) })
    }

    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        text.append(json: { unresolved.writeJSON(into: &$0) })
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        text.append(json: { ending.writeJSON(into: &$0) })
    }
}
