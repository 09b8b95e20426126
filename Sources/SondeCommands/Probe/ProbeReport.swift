import Console
import Probing
import SondeSystem
import SystemPackage

/// What becomes of results: one kind for each format. Called by one thread at a time.
protocol ProbeReport: Sendable {
    /// A result, as it comes.
    mutating func add(_ result: ProbeResult, into output: inout Output) throws
    /// A target that did not resolve.
    mutating func add(_ unresolved: UnresolvedTarget, into output: inout Output) throws
    /// The end, also after an interruption.
    mutating func finish(_ tally: ProbeTally, elapsed: Nanoseconds, into output: inout Output) throws
}

extension ProbeReport {
    mutating func add(_ unresolved: UnresolvedTarget, into output: inout Output) throws {}
}

/// `--json`: an object a port as it comes, then the summary.
struct JSONProbeReport: ProbeReport {
    let onlyOpen: Bool

    mutating func add(_ result: ProbeResult, into output: inout Output) throws {
        guard !onlyOpen || result.verdict.state == .open else { return }
        output.text.append(json: { result.writeJSON(into: &$0) })
        try output.flushIfLarge()
    }

    mutating func add(_ unresolved: UnresolvedTarget, into output: inout Output) throws {
        output.text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "unresolved")
            writer.field("target", unresolved.error.name)
            writer.field("reason", unresolved.error.reason)
            writer.endObject()
            writer.endLine()
        })
        try output.flushIfLarge()
    }

    mutating func finish(_ tally: ProbeTally, elapsed: Nanoseconds, into output: inout Output) throws {
        output.text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "summary")
            writer.field("probed", tally.probed)
            writer.field("open", tally.open)
            writer.field("closed", tally.closed)
            writer.field("filtered", tally.filtered)
            writer.field("errors", tally.errors)
            writer.field("unresolved", tally.unresolved)
            writer.field("elapsed_ms", elapsed.milliseconds, decimals: 3)
            writer.endObject()
            writer.endLine()
        })
        try output.flushIfLarge()
    }
}

/// `--connect-ex`: the number alone, in the order of targets and ports.
struct ConnectExProbeReport: ProbeReport {
    let onlyOpen: Bool
    private var numbers: [(ordinal: Int, port: Int, number: Int32)] = []

    init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    mutating func add(_ result: ProbeResult, into output: inout Output) throws {
        guard !onlyOpen || result.verdict.state == .open else { return }
        numbers.append((result.ordinal, result.portIndex, result.errno?.rawValue ?? 0))
    }

    mutating func finish(_ tally: ProbeTally, elapsed: Nanoseconds, into output: inout Output) throws {
        numbers.sort { ($0.ordinal, $0.port) < ($1.ordinal, $1.port) }
        for entry in numbers {
            output.text.append(Int(entry.number))
            output.text.append("\n")
            try output.flushIfLarge()
        }
    }
}
