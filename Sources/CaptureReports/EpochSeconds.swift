import Console
import Time

/// Appends times as seconds since the epoch: `1700000000.000021`. The digits of the last second are kept, since most times share them.
struct EpochSeconds {
    private var second: Int64 = -1
    /// Its digits, the first one lowest, in two words.
    private var first: UInt64 = 0
    private var rest: UInt64 = 0
    private var count = 0

    mutating func append(_ time: Timestamp, to text: inout TextBuffer) {
        let nanoseconds = time.nanoseconds
        guard nanoseconds >= 0 else { return text.append(nanoseconds / 1000, fractionDigits: 6) }
        let whole = nanoseconds / 1_000_000_000
        if whole != second { take(whole) }
        text.append(packed: first, count: min(count, 8))
        text.append(packed: rest, count: max(count &- 8, 0))
        text.append(fraction: UInt64(nanoseconds &- whole &* 1_000_000_000) / 1000, digits: 6)
    }

    private mutating func take(_ whole: Int64) {
        second = whole
        (first, rest, count) = (0, 0, 0)
        for digit in String(whole).utf8 {
            if count < 8 { first |= UInt64(digit) << UInt64(8 * count) } else { rest |= UInt64(digit) << UInt64(8 * (count - 8)) }
            count += 1
        }
    }
}
