/// A date and time of day in the proleptic Gregorian calendar, without a time zone of its own.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    /// 1 to 12.
    package var month: Int
    /// 1 to 31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// - Parameter seconds: since 1970-01-01 00:00 in the zone whose time is wanted.
    package init(secondsSinceEpoch seconds: Int64) {
        let (days, rest) = Self.divided(seconds, by: 86_400)
        hour = Int(rest / 3600)
        minute = Int(rest / 60 % 60)
        second = Int(rest % 60)

        // Counted from 1 March of a year that 400 divides, each year ends with its leap day, and each cycle has 146,097 days.
        let (cycle, dayOfCycle) = Self.divided(days + 719_468, by: 146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // March to July, and August to December, have 153 days each.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(400 * cycle + yearOfCycle + (month <= 2 ? 1 : 0))
    }

    /// Division that rounds down, so that the remainder is never negative.
    private static func divided(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
