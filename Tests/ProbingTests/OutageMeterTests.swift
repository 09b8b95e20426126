import Testing

@testable import Probing

@Suite("The longest outage")
struct OutageMeterTests {
    @Test(
        "the longest run of lost rounds",
        arguments: [
            ("", 0, 0), ("aaa", 0, 0), ("l", 1, 1), ("alla", 2, 2), ("lalla", 2, 3), ("llala", 2, 1), ("alll", 3, 2),
            ("llall", 2, 1),
        ] as [(String, Int, Int)]
    )
    func runs(rounds: String, longest: Int, start: Int) {
        var meter = OutageMeter()
        for (index, letter) in rounds.enumerated() { meter.record(round: index + 1, isAnswered: letter == "a") }
        #expect(meter.longest == longest && meter.start == start)
    }

    @Test("rounds that end in another order count in theirs")
    func order() {
        var meter = OutageMeter()
        for (round, isAnswered) in [(2, true), (4, false), (1, false), (5, true), (3, false)] {
            meter.record(round: round, isAnswered: isAnswered)
        }
        #expect(meter.longest == 2 && meter.start == 3)
        // A round that is told twice changes nothing.
        meter.record(round: 5, isAnswered: false)
        #expect(meter.longest == 2)
    }

    @Test("rounds that never end are passed over, and memory stays bounded")
    func missing() {
        var meter = OutageMeter()
        for round in 2...5000 { meter.record(round: round, isAnswered: round % 5 != 0) }
        #expect(meter.longest == 1 && meter.start == 5)
        var short = OutageMeter()
        short.record(round: 2, isAnswered: false)
        #expect(short.longest == 0)
        short.finish()
        #expect(short.longest == 1 && short.start == 2)
    }
}
