package import Console
package import Probing
package import SondeSystem

extension ProgressLine {
    /// The progress of a run.
    ///
    /// - Parameter total: number of ports; `nil` if unknown.
    package init(_ tally: ProbeTally, total: Int?, elapsed: Nanoseconds) {
        var findings = TextBuffer()
        findings.append(grouped: tally.open)
        findings.append(" open")
        self.init(done: tally.probed, total: total, elapsed: elapsed.count, findings: findings.string)
    }
}

/// The live line of `--wait`: elapsed time, and how many ports are open so far.
package struct WaitingLine: Sendable {
    let results: [ProbeResult]
    let elapsed: Nanoseconds

    package init(_ results: [ProbeResult], elapsed: Nanoseconds) {
        self.results = results
        self.elapsed = elapsed
    }

    package func render(into text: inout TextBuffer, width: Int) {
        var words = TextBuffer()
        words.append("waiting ")
        words.append(duration: elapsed.count)
        words.append(", ")
        words.append(results.count(where: \.isServing))
        words.append(" of ")
        words.append(results.count)
        words.append(" open")
        text.append(trusted: fitted(words.string, columns: width))
    }
}
