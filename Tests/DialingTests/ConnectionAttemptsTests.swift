import Addresses
import SondeSystem
import Testing

@testable import Dialing

@Suite("When each address is tried")
struct ConnectionAttemptsTests {
    /// What happens at a moment, in milliseconds, and what is to be done then.
    enum Step: Sendable {
        case ask(at: Int64, ConnectionAttempts.Action)
        case fail
    }

    static func wait(_ milliseconds: Int64) -> ConnectionAttempts.Action { .wait(until: moment(milliseconds)) }
    static func moment(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    static let scripts: [(name: String, addresses: Int, steps: [Step])] = [
        ("no address", 0, [.ask(at: 0, .exhausted)]),
        ("one address", 1, [.ask(at: 0, .start(0)), .ask(at: 0, .wait(until: nil)), .fail, .ask(at: 90, .exhausted)]),
        (
            "silence: a quarter of a second each", 3,
            [
                .ask(at: 5, .start(0)), .ask(at: 5, wait(255)), .ask(at: 254, wait(255)), .ask(at: 255, .start(1)),
                .ask(at: 256, wait(505)), .ask(at: 600, .start(2)), .ask(at: 600, .wait(until: nil)),
            ]
        ),
        (
            "a failure lets the next begin at once", 3,
            [
                .ask(at: 0, .start(0)), .ask(at: 1, wait(250)), .fail, .ask(at: 2, .start(1)), .ask(at: 2, wait(252)),
                .ask(at: 252, .start(2)), .fail, .ask(at: 253, .wait(until: nil)), .fail, .ask(at: 260, .exhausted),
            ]
        ),
        (
            "an attempt that failed at once", 2,
            [.ask(at: 0, .start(0)), .fail, .ask(at: 0, .start(1)), .fail, .ask(at: 0, .exhausted)]
        ),
        (
            "the failure of an earlier attempt counts as well", 3,
            [.ask(at: 0, .start(0)), .ask(at: 250, .start(1)), .ask(at: 251, wait(500)), .fail, .ask(at: 252, .start(2))]
        ),
    ]

    @Test("follows RFC 8305", arguments: scripts)
    func follows(name: String, addresses: Int, steps: [Step]) {
        var attempts = ConnectionAttempts(count: addresses)
        for (index, step) in steps.enumerated() {
            switch step {
            case .ask(let time, let action): #expect(attempts.next(at: Self.moment(time)) == action, "\(name), step \(index)")
            case .fail: attempts.attemptFailed()
            }
        }
    }

    @Test(
        "with a limit, every address begins in its first half, at least 10 ms apart",
        arguments: [(2, 2000, 250), (2, 300, 150), (5, 2000, 250), (9, 2000, 125), (60, 1000, 10), (255, 2000, 10), (1, 100, 50)]
            as [(Int, Int64, Int64)]
    )
    func sharesALimit(addresses: Int, limit: Int64, delay: Int64) {
        var attempts = ConnectionAttempts(count: addresses, within: .milliseconds(limit))
        for index in 0..<addresses {
            let now = Self.moment(Int64(index) * delay)
            #expect(attempts.next(at: now) == .start(index))
            let isLast = index == addresses - 1
            #expect(attempts.next(at: now) == (isLast ? .wait(until: nil) : Self.wait(Int64(index + 1) * delay)))
        }
    }

    static let orders: [(given: String, order: String)] = [
        ("", ""), ("a", "a"), ("A", "A"), ("ab", "ab"), ("aA", "aA"), ("AB12", "A1B2"), ("abAB", "aAbB"), ("aAB", "aAB"),
        ("ABa", "AaB"), ("abcA", "aAbc"), ("AabB", "AaBb"),
    ]

    @Test("the families take turns, beginning with the first's", arguments: orders)
    func interleaves(given: String, order: String) {
        let sorted = ConnectionAttempts.interleaved(Array(given)) { $0.isUppercase }
        #expect(String(sorted) == order)
    }
}
