/// The progress of an operation, as one line for a terminal: `12,000 / 65,535  18 %  24,300/s  2.2 s left  3 open`.
package struct ProgressLine: Sendable {
    package var done: Int
    /// `nil` where nobody knows how much there is.
    package var total: Int?
    /// Since the start, in nanoseconds.
    package var elapsed: Int64
    /// What was found so far, in words; trusted or escaped.
    package var findings: String

    package init(done: Int, total: Int?, elapsed: Int64, findings: String = "") {
        self.done = done
        self.total = total
        self.elapsed = elapsed
        self.findings = findings
    }

    /// Writes the line without an end, cut to the terminal's width.
    package func render(into text: inout TextBuffer, width: Int) {
        var line = TextBuffer()
        line.append(grouped: done)
        let rate = elapsed > 0 ? Double(done) / (Double(elapsed) / 1e9) : 0
        if let total {
            line.append(" / ")
            line.append(grouped: total)
            line.append("  ")
            line.append(total > 0 ? min(100, done * 100 / total) : 100)
            line.append(" %")
        }
        line.append("  ")
        line.append(grouped: Int(rate))
        line.append("/s")
        if let total, rate > 0, done < total {
            line.append("  ")
            line.append(duration: Int64(min(Double(total - done) / rate * 1e9, 9e18)))
            line.append(" left")
        }
        if !findings.isEmpty {
            line.append("  ")
            line.append(trusted: findings)
        }
        text.append(trusted: fitted(line.string, columns: width))
    }
}
