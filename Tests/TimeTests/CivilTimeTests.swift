import Testing
import Time

@Suite("Civil time")
struct CivilTimeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let seconds: Int64
        let expected: String
        var testDescription: String { expected }

        init(_ seconds: Int64, _ expected: String) {
            self.seconds = seconds
            self.expected = expected
        }
    }

    /// Seconds by `date -u -d … +%s`.
    static let cases = [
        Case(0, "1970-1-1 0:0:0"),
        Case(951_782_400, "2000-2-29 0:0:0"),
        Case(951_868_799, "2000-2-29 23:59:59"),
        Case(1_709_251_199, "2024-2-29 23:59:59"),
        Case(1_709_251_200, "2024-3-1 0:0:0"),
        Case(1_735_689_599, "2024-12-31 23:59:59"),
        Case(1_735_689_600, "2025-1-1 0:0:0"),
        Case(4_107_542_400, "2100-3-1 0:0:0"),
        Case(-1, "1969-12-31 23:59:59"),
        Case(-2_203_891_201, "1900-2-28 23:59:59"),
        Case(-2_203_891_200, "1900-3-1 0:0:0"),
    ]

    @Test("Seconds become a date and a time", arguments: cases)
    func conversion(_ sample: Case) {
        #expect(text(CivilTime(secondsSinceEpoch: sample.seconds)) == sample.expected)
    }

    @Test("Every day of 400 years follows the day before it")
    func everyDay() {
        var previous = CivilTime(secondsSinceEpoch: -86_400)
        for index in 0..<Int64(146_097) {
            let next = CivilTime(secondsSinceEpoch: index * 86_400)
            let isSuccessor =
                (next.year, next.month, next.day) == (previous.year, previous.month, previous.day + 1)
                || (next.year, next.month, next.day) == (previous.year, previous.month + 1, 1)
                || (next.year, next.month, next.day, previous.month) == (previous.year + 1, 1, 1, 12)
            if !isSuccessor || previous.day > 31 { Issue.record("\(text(next)) follows \(text(previous))") }
            previous = next
        }
        #expect(text(previous) == "2369-12-31 0:0:0")
    }

    @Test("A zone's offset counts at the moment asked about")
    func zone() {
        let summer = TimeZone { $0 < 1000 ? 3600 : 7200 }
        #expect(text(summer.civilTime(secondsSinceEpoch: 0)) == "1970-1-1 1:0:0")
        #expect(text(summer.civilTime(secondsSinceEpoch: 86_399)) == "1970-1-2 1:59:59")
        #expect(text(TimeZone.utc.civilTime(secondsSinceEpoch: 61)) == "1970-1-1 0:1:1")
    }

    private func text(_ time: CivilTime) -> String {
        "\(time.year)-\(time.month)-\(time.day) \(time.hour):\(time.minute):\(time.second)"
    }
}
