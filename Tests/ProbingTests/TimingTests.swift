import SondeSystem
import Testing

@testable import Probing

@Suite struct StatisticsTests {
    static func statistics(_ milliseconds: [Int64?]) -> Statistics {
        var statistics = Statistics()
        for value in milliseconds { statistics.record(answer: value.map { .milliseconds($0) }) }
        return statistics
    }

    @Test func figuresOverAnswers() {
        let statistics = StatisticsTests.statistics([2, 4, nil, 4, 4, 5, 5, 7, 9])
        #expect(statistics.sent == 9)
        #expect(statistics.received == 8)
        #expect(abs(statistics.loss - 1.0 / 9) < 1e-12)
        #expect(statistics.minimum == .milliseconds(2))
        #expect(statistics.maximum == .milliseconds(9))
        #expect(statistics.mean == .milliseconds(5))
        #expect(statistics.deviation == .milliseconds(2))
    }

    @Test(arguments: [(0.0, 2), (0.5, 4), (0.75, 5), (0.9, 9), (1.0, 9)] as [(Double, Int64)])
    func percentilesByNearestRank(share: Double, milliseconds: Int64) {
        #expect(StatisticsTests.statistics([9, 2, 4, 4, 4, 5, 5, 7]).percentile(share) == .milliseconds(milliseconds))
    }

    @Test("percentiles of many answers are within 1 %, and never beyond the smallest and largest", arguments: [1000, 1001, 50_000])
    func percentilesOfMany(count: Int) throws {
        var statistics = Statistics()
        var times: [Int64] = []
        var state: UInt64 = 1
        for _ in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // From 100 ns to 1.6 s, each power of two as often as the others.
            times.append(100 << Int64(state >> 60) + Int64(state >> 40 & 0xFF))
        }
        for time in times { statistics.record(answer: Nanoseconds(time)) }
        times.sort()
        for share in [0.0, 0.01, 0.5, 0.9, 0.99, 1.0] {
            let exact = times[max(1, Int((share * Double(count)).rounded(.up))) - 1]
            let found = try #require(statistics.percentile(share)).count
            #expect(abs(Double(found - exact)) <= (count > Percentiles.exactLimit ? 0.01 : 0) * Double(exact), "\(share)")
            #expect((times[0]...times[count - 1]).contains(found))
        }
        let mean = Double(times.reduce(0, +)) / Double(count)
        let deviation = (times.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)).squareRoot()
        #expect(abs(Double(try #require(statistics.mean).count) - mean) <= 1)
        #expect(abs(Double(try #require(statistics.deviation).count) / deviation - 1) < 1e-6)
    }

    @Test("the shortest and longest times there are", arguments: [0, 1, 63, 64, 127, 128, .max] as [Int64])
    func extremes(nanoseconds: Int64) {
        var percentiles = Percentiles()
        for _ in 0...Percentiles.exactLimit { percentiles.record(Nanoseconds(nanoseconds)) }
        let found = percentiles.time(notExceededBy: 0.5)?.count ?? -1
        #expect(abs(Double(found) - Double(nanoseconds)) <= Double(nanoseconds) / 128)
    }

    @Test func nothingAnswered() {
        let statistics = StatisticsTests.statistics([nil, nil])
        #expect(statistics.loss == 1)
        #expect(statistics.mean == nil && statistics.minimum == nil && statistics.percentile(0.5) == nil)
        #expect(Statistics().loss == 0)
    }
}

@Suite struct RetryPolicyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var deadline: Int64 = 2000
        var retries: Int?
        var timeout: Int64 = 100
        var isLossy = false
        /// When attempts begin, milliseconds after the first, and when the probe is given up.
        let times: [Int64]

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "the wait doubles", times: [100, 300, 700, 2000]),
        Case(name: "no retransmissions", retries: 0, times: [2000]),
        Case(name: "one retransmission", retries: 1, times: [100, 2000]),
        Case(name: "nothing has answered yet", timeout: 500, times: [500, 1250, 2000]),
        Case(name: "a second", deadline: 1000, timeout: 500, times: [500, 1000]),
        Case(name: "less than a second", deadline: 900, timeout: 500, times: [450, 900]),
        Case(name: "too short to be sent again", deadline: 150, timeout: 500, times: [150]),
        Case(name: "all retransmissions used up", deadline: 60000, times: [100, 300, 700, 1500, 3100, 60000]),
        Case(
            name: "a lossy path",
            isLossy: true,
            times: (1...15).map { $0 * 100 } + [2000]
        ),
        Case(
            name: "a lossy path, and answers that were delayed here",
            timeout: 1000,
            isLossy: true,
            times: (1...15).map { $0 * 125 } + [2000]
        ),
        Case(
            name: "a lossy path, and a number of retransmissions",
            retries: 2,
            timeout: 1000,
            isLossy: true,
            times: [666, 1333, 2000]
        ),
        Case(name: "a lossy path, and little time", deadline: 250, isLossy: true, times: [100, 250]),
    ]

    @Test(arguments: cases)
    func attemptsFitTheDeadline(_ test: Case) {
        let policy = RetryPolicy(deadline: .milliseconds(test.deadline), retries: test.retries)
        var times: [Int64] = []
        var elapsed = Nanoseconds.zero
        while elapsed < policy.deadline, times.count < 60 {
            let wait = policy.wait(
                attempt: times.count,
                elapsed: elapsed,
                timeout: .milliseconds(test.timeout),
                isLossy: test.isLossy
            )
            elapsed = Nanoseconds(elapsed.count + wait.count)
            times.append(elapsed.count / 1_000_000)
        }
        #expect(times == test.times)
    }

    @Test(arguments: [true, false])
    func hugeNumbersDoNotOverflow(isLossy: Bool) {
        let policy = RetryPolicy(deadline: Nanoseconds(.max), retries: 50)
        for attempt in [0, 49, 50] {
            let wait = policy.wait(attempt: attempt, elapsed: .zero, timeout: Nanoseconds(.max), isLossy: isLossy)
            #expect(wait > .zero)
        }
    }
}

@Suite struct RoundTripEstimatorTests {
    @Test func beginsWithTheInitialTimeout() {
        #expect(RoundTripEstimator().timeout == RoundTripEstimator.initial)
    }

    @Test func staysAboveTheShortest() {
        var estimator = RoundTripEstimator()
        for _ in 0..<100 { estimator.record(.milliseconds(1)) }
        #expect(estimator.timeout == RoundTripEstimator.shortest)
    }

    @Test func risesToALongerSampleAtOnceAndStaysBounded() {
        var estimator = RoundTripEstimator()
        for _ in 0..<100 { estimator.record(.milliseconds(1)) }
        estimator.record(.milliseconds(300))
        #expect(estimator.timeout >= .milliseconds(300))
        estimator.record(.milliseconds(60000))
        #expect(estimator.timeout == RoundTripEstimator.longest)
    }
}

@Suite struct PacerTests {
    @Test func spreadsAttemptsEvenly() {
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        var pacer = Pacer(rate: 1000, start: start)
        for index in 0..<1000 {
            #expect((pacer.nextDue - start).count == Int64(index) * 1_000_000)
            pacer.recordAttempt(pacer.nextDue)
        }
    }

    @Test func aPauseIsNotMadeUpFor() {
        let start = MonotonicTime(nanoseconds: 0)
        var pacer = Pacer(rate: 1000, start: start)
        pacer.recordAttempt(start)
        let late = start + .milliseconds(500)
        pacer.recordAttempt(late)
        #expect(pacer.nextDue == late + .milliseconds(1))
    }
}

@Suite struct LossMeterTests {
    static func meter(answers: Int, lateEvery: Int) -> LossMeter {
        var meter = LossMeter()
        for index in 1...answers { meter.record(answerTo: index % lateEvery == 0 ? 1 : 0) }
        return meter
    }

    @Test(
        arguments: [
            (10, 5, false, false), (100, 5, true, false), (1000, 10, true, false), (1000, 100, false, false), (1000, 2, true, true),
            (20, 2, true, false),
        ] as [(Int, Int, Bool, Bool)]
    )
    func tellsLossFromChance(answers: Int, lateEvery: Int, isLossy: Bool, isCongested: Bool) {
        let meter = LossMeterTests.meter(answers: answers, lateEvery: lateEvery)
        #expect(meter.isLossy == isLossy)
        #expect(meter.isCongested == isCongested)
    }
}

@Suite struct LeftAnswersTests {
    /// Answers to each packet of a port: whether more are likely to follow.
    @Test(
        arguments: [
            ("a firewall", [20, 0, 0, 0], false),
            ("one lost packet", [99, 1, 0, 0], false),
            ("loss of one in five", [800, 160, 32, 6], false),
            ("loss of two in three, few packets", [333, 222, 148], true),
            ("loss of two in three, many packets", [333, 222, 148, 99, 66, 44, 29, 19, 13, 9, 6, 4, 2, 1, 1, 1], false),
            ("a limit", [50, 30, 30, 30], true),
            ("a limit that passes little", [1, 1, 1, 1], true),
            ("nothing at all", [0, 0, 0], false),
            ("one packet, and no other", [10], false),
            ("one retransmission", [10, 9], true),
        ] as [(String, [Int], Bool)]
    )
    func extrapolates(name: String, answers: [Int], expected: Bool) {
        var meter = LossMeter()
        // Mixed, since older answers count half.
        let most = answers.max() ?? 0
        for turn in 0..<most {
            for (number, count) in answers.enumerated() where turn * count / most != (turn + 1) * count / most {
                meter.record(answerTo: number)
            }
        }
        #expect(meter.leavesAnswers(after: answers.count) == expected, "\(name)")
    }
}

@Suite struct SpreadTests {
    @Test("waits that are spread differ, stay near the wait, and leave room for another one", arguments: [0, 1, 5])
    func spreads(number: Int) {
        let policy = RetryPolicy(deadline: .milliseconds(2000))
        let (wait, left) = (Nanoseconds.milliseconds(500), Nanoseconds.milliseconds(2000))
        let waits = (0..<1000).map { policy.spread(wait, attempt: number, left: left, by: Int32($0)).count }
        #expect(Set(waits).count > 900)
        let (least, most) = (waits.min() ?? 0, waits.max() ?? 0)
        #expect(least >= (number > 0 ? wait.count * 3 / 4 : wait.count))
        #expect(most <= left.count / 2)
        let mean = waits.reduce(0, +) / 1000
        #expect(number == 0 || abs(mean - wait.count) < wait.count / 20)
        // No room: the wait itself.
        #expect(policy.spread(left, attempt: number, left: left, by: 7) == left)
    }
}

@Suite struct PaceControllerTests {
    static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    /// Sends at the pace, each eighth packet a control that a policer of so many packets per second passes.
    static func run(limit: Double, seconds: Double) -> PaceController {
        var pace = PaceController()
        var now = start
        pace.slowDown(resentRate: 0, now)
        var policer = FakeNetwork.Policer(rate: limit, burst: 5)
        var losses: [(MonotonicTime, UInt32)] = []
        while (now - start).seconds < seconds, let rate = pace.rate {
            now = now + Nanoseconds(Int64(1e9 / rate))
            while let loss = losses.first, loss.0 <= now {
                pace.recordControl(isAnswered: false, window: loss.1, now)
                losses.removeFirst()
            }
            let passes = policer.passes(now)
            if pace.wantsControl {
                let window = pace.recordControl()
                if passes {
                    pace.recordControl(isAnswered: true, window: window, now)
                } else {
                    losses.append((now + .milliseconds(300), window))
                }
            } else {
                pace.recordSend(now)
            }
        }
        return pace
    }

    @Test("silent ports alone: the controls find the pace", arguments: [30, 100, 300, 1000] as [Double])
    func controlsFindThePace(limit: Double) throws {
        let pace = Self.run(limit: limit, seconds: 30)
        let rate = try #require(pace.rate)
        #expect(rate > 0.5 * limit && rate < 1.3 * limit, "\(rate)")
        #expect(!pace.isLossInherent)
    }

    @Test("without a limit the pace doubles")
    func thePaceDoubles() throws {
        let rate = try #require(Self.run(limit: 1e6, seconds: 6).rate)
        #expect(rate > 2000)
    }

    @Test(
        "controls that get lost at the full pace tell of a limit, and those that do not of none",
        arguments: [(10, 0, false), (5, 5, true), (1, 2, false)]
    )
    func flood(answered: Int, lost: Int, expected: Bool) {
        var pace = PaceController()
        for index in 0..<(answered + lost) {
            let window = pace.recordControl()
            pace.recordControl(isAnswered: index < answered, window: window, Self.start)
        }
        #expect(pace.isFloodDropped == expected)
        #expect(pace.rate == nil)
    }
}

@Suite struct CongestionWindowTests {
    @Test func halvesOnceARoundTripAndGrowsWithAnswers() {
        var window = CongestionWindow(limit: 1000)
        let now = MonotonicTime(nanoseconds: 1)
        window.adapt(isCongested: true, now, roundTrip: .milliseconds(100))
        window.adapt(isCongested: true, now + .milliseconds(99), roundTrip: .milliseconds(100))
        #expect(window.size == 500)
        window.adapt(isCongested: true, now + .milliseconds(100), roundTrip: .milliseconds(100))
        #expect(window.size == 250)
        for _ in 0..<10_000 { window.adapt(isCongested: false, now, roundTrip: .milliseconds(100)) }
        #expect(window.size == 1000)
    }

    @Test func staysWithinItsBounds() {
        var window = CongestionWindow(limit: 10)
        for second in 0..<20 { window.adapt(isCongested: true, MonotonicTime(nanoseconds: Int64(second) << 30), roundTrip: .zero) }
        #expect(window.size == 10)
    }
}
