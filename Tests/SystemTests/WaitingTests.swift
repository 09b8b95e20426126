import SystemPackage
import Testing

@testable import SondeSystem

@Suite struct WaitingTests {
    /// Which of two wakers are awake, whether the token is stopped, and what the wait then says.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var first = false
        var second = false
        var level = StopToken.Level.run
        var endsAt = StopToken.Level.drain
        let outcome: WaitOutcome
    }

    @Test(arguments: [
        Case(testDescription: "nothing happens", outcome: .deadline),
        Case(testDescription: "the first is ready", first: true, outcome: .ready([.readable, []])),
        Case(testDescription: "the second is ready", second: true, outcome: .ready([[], .readable])),
        Case(testDescription: "both are ready", first: true, second: true, outcome: .ready([.readable, .readable])),
        Case(testDescription: "stopped", level: .drain, outcome: .stopped),
        Case(testDescription: "a stop wins over readiness", first: true, level: .drain, outcome: .stopped),
        Case(testDescription: "aborted", level: .abort, outcome: .stopped),
        Case(testDescription: "a drain does not end a wait for abort", level: .drain, endsAt: .abort, outcome: .deadline),
        Case(testDescription: "an abort does", first: true, level: .abort, endsAt: .abort, outcome: .stopped),
    ])
    func waitsForTheFirst(_ test: Case) throws {
        let token = try StopToken()
        let first = try Waker()
        let second = try Waker()
        if test.first { first.wake() }
        if test.second { second.wake() }
        if test.level == .drain { token.stop() }
        if test.level == .abort { token.abort() }
        let outcome = try waitForFirst(
            of: [(first.borrowed, .readable), (second.borrowed, .readable)],
            until: .now,
            stop: token,
            at: test.endsAt
        )
        #expect(outcome == test.outcome)
    }
}
