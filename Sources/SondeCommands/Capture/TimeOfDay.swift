import Console
import Glibc
import Packets

/// Writes times of the day, local: `12:00:01.000000`. The last second's digits are kept, since most times share theirs.
struct TimeOfDay {
    private var second: Int64 = .min
    /// `12:00:01` packed, the first byte lowest.
    private var digits: UInt64 = 0x3030_3030_3030_3030

    mutating func append(_ time: Timestamp, to text: inout TextBuffer) {
        let nanoseconds = max(time.nanoseconds, 0)
        let whole = nanoseconds / 1_000_000_000
        if whole != second { take(whole) }
        text.append(packed: digits, count: 8)
        text.append(fraction: UInt64(nanoseconds % 1_000_000_000 / 1000), digits: 6)
    }

    private mutating func take(_ whole: Int64) {
        second = whole
        var clock = time_t(whole)
        var parts = unsafe tm()
        // Safe: both structures are this function's own.
        guard unsafe localtime_r(&clock, &parts) != nil else { return }
        digits = 0
        for (index, part) in [unsafe parts.tm_hour, unsafe parts.tm_min, unsafe parts.tm_sec].enumerated() {
            let pair = 0x3A_3030 + UInt64(UInt8(clamping: part / 10)) + UInt64(UInt8(clamping: part % 10)) << 8
            digits |= (index < 2 ? pair : pair & 0xFFFF) << UInt64(24 * index)
        }
    }
}
