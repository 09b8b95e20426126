import Console
import Time

/// Appends times of day: `12:00:01.000000`. The digits of the last second are kept, since most times share them.
struct TimeOfDay {
    private let zone: TimeZone
    private var second: Int64 = .min
    /// `12:00:01` packed, the first byte lowest.
    private var digits: UInt64 = 0x3030_3030_3030_3030

    init(in zone: TimeZone) {
        self.zone = zone
    }

    mutating func append(_ time: Timestamp, to text: inout TextBuffer) {
        let whole = time.wholeSeconds
        if whole != second { take(whole) }
        text.append(packed: digits, count: 8)
        text.append(fraction: UInt64(time.nanoseconds &- whole &* 1_000_000_000) / 1000, digits: 6)
    }

    private mutating func take(_ whole: Int64) {
        second = whole
        let time = zone.civilTime(secondsSinceEpoch: whole)
        digits = 0
        for (index, part) in [time.hour, time.minute, time.second].enumerated() {
            let pair = 0x3A_3030 + UInt64(part / 10) + UInt64(part % 10) << 8
            digits |= (index < 2 ? pair : pair & 0xFFFF) << UInt64(24 * index)
        }
    }
}

extension TextBuffer {
    /// `2020-09-13 12:26:40.250000`.
    mutating func append(dateAndTime time: Timestamp, in zone: TimeZone) {
        let date = zone.civilTime(secondsSinceEpoch: time.wholeSeconds)
        append(digitsOf: UInt64(date.year), atLeast: 4)
        append("-")
        append(digitsOf: UInt64(date.month), atLeast: 2)
        append("-")
        append(digitsOf: UInt64(date.day), atLeast: 2)
        append(" ")
        var clock = TimeOfDay(in: zone)
        clock.append(time, to: &self)
    }
}
