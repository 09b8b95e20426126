import Console
import Glibc
import Packets

/// Writes times of the day, local: `12:00:01.000000`. The last second's digits are kept, since most times share theirs.
struct TimeOfDay {
    private var second: Int64 = .min
    private var digits = InlineArray<8, UInt8>(repeating: UInt8(ascii: "0"))

    mutating func append(_ time: Timestamp, to text: inout TextBuffer) {
        let nanoseconds = max(time.nanoseconds, 0)
        let whole = nanoseconds / 1_000_000_000
        if whole != second { take(whole) }
        for index in digits.indices { text.append(byte: digits[index]) }
        text.append(byte: UInt8(ascii: "."))
        text.append(digitsOf: UInt64(nanoseconds % 1_000_000_000 / 1000), atLeast: 6)
    }

    private mutating func take(_ whole: Int64) {
        second = whole
        var clock = time_t(whole)
        var parts = unsafe tm()
        // Safe: both structures are this function's own.
        guard unsafe localtime_r(&clock, &parts) != nil else { return }
        for (index, part) in [unsafe parts.tm_hour, unsafe parts.tm_min, unsafe parts.tm_sec].enumerated() {
            digits[3 * index] = UInt8(ascii: "0") + UInt8(clamping: part / 10)
            digits[3 * index + 1] = UInt8(ascii: "0") + UInt8(clamping: part % 10)
        }
        digits[2] = UInt8(ascii: ":")
        digits[5] = UInt8(ascii: ":")
    }
}
