import Failures
import ProbeReports

extension ProbeTally {
    /// The exit code that the answer has.
    var status: ExitStatus {
        if unresolved > shortages { return .noHost }
        if errors + shortages > 0 { return .systemRefused }
        guard probed > 0, open == probed else { return .negative }
        return skippedLines > 0 ? .usage : .success
    }
}
