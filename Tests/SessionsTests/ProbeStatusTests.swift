import Failures
import ProbeReports
import Probing
import Testing

@testable import Sessions

@Suite("The exit code of a probe")
struct ProbeStatusTests {
    @Test("A name that does not resolve before errors, errors before ports, ports before lines that were left out")
    func order() {
        var tally = ProbeTally()
        #expect(tally.status == .negative, "nothing was probed")
        for _ in 0..<2 { tally.count(Verdict(.open, .synAck)) }
        #expect(tally.status == .success)
        tally.skippedLines = 1
        #expect(tally.status == .usage)
        tally.count(Verdict(.closed, nil))
        #expect(tally.status == .negative)
        tally.count(Verdict(.error, nil))
        #expect(tally.status == .systemRefused)
        tally.unresolved = 1
        #expect(tally.status == .noHost)
    }
}
