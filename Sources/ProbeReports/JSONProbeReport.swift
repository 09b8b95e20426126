package import Console
package import Probing
import SondeSystem

/// `--json`: one object per port as its result is known, then the summary.
package struct JSONProbeReport: ProbeReport {
    private let onlyOpen: Bool

    package init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        guard !onlyOpen || result.verdict.state == .open else { return }
        text.append(json: { result.writeJSON(into: &$0) })
    }

    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "unresolved")
            writer.field("target", unresolved.error.name)
            writer.field("reason", unresolved.error.reason)
            writer.endObject()
            writer.endLine()
        })
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        let tally = ending.tally
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "summary")
            writer.field("probed", tally.probed)
            writer.field("open", tally.open)
            writer.field("closed", tally.closed)
            writer.field("filtered", tally.filtered)
            writer.field("errors", tally.errors)
            writer.field("unresolved", tally.unresolved)
            writer.field("elapsed_ms", ending.elapsed.milliseconds, decimals: 3)
            writer.endObject()
            writer.endLine()
        })
    }
}
