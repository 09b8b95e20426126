/// Numbers in decimal and hexadecimal.
extension TextBuffer {
    @inlinable @inline(__always)
    package mutating func append(_ value: Int64) {
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        append(value.magnitude)
    }

    @inlinable @inline(__always)
    package mutating func append(_ value: Int) {
        append(Int64(value))
    }

    @inlinable @inline(__always)
    package mutating func append(_ value: UInt64) {
        // Small ones are not worth a call.
        if value < 100 { append(belowHundred: value) } else { append(digitsOf: value, atLeast: 1) }
    }

    /// A number in fixed point: `append(1_234_567, fractionDigits: 6)` is `1.234567`. At most 18 digits of fraction.
    ///
    /// Inlined, so that a constant count of digits makes a division by a constant.
    @inlinable @inline(__always)
    package mutating func append(_ value: Int64, fractionDigits: Int) {
        precondition(fractionDigits >= 0 && fractionDigits <= 18)
        var scale: UInt64 = 1
        for _ in 0..<fractionDigits { scale &*= 10 }
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        if value.magnitude < 10_000_000, fractionDigits > 0, fractionDigits < 7 {
            return append(sevenDigits: value.magnitude, fractionDigits: fractionDigits)
        }
        append(digitsOf: value.magnitude / scale, atLeast: 1)
        guard fractionDigits > 0 else { return }
        append(fraction: value.magnitude % scale, digits: fractionDigits)
    }

    /// Appends a point and `digits` digits, which the value must not exceed: `append(fraction: 5, digits: 6)` is `.000005`.
    @usableFromInline
    package mutating func append(fraction value: UInt64, digits: Int) {
        guard value < 10_000_000, digits > 0, digits < 8 else {
            append(byte: UInt8(ascii: "."))
            return append(digitsOf: value, atLeast: digits)
        }
        let point: UInt64 = 0x2E
        let text = eightDigits(of: value) | 0x3030_3030_3030_3030
        append(packed: (text &>> UInt64(8 &* (8 &- digits))) &<< 8 | point, count: digits &+ 1)
    }

    /// A number below 10⁷ in fixed point with one to six digits of fraction, which together with the point fills a register.
    @inlinable @inline(__always)
    mutating func append(sevenDigits value: UInt64, fractionDigits: Int) {
        let whole = 7 &- fractionDigits
        let digits = eightDigits(of: value) &>> 8
        let point = UInt64(truncatingIfNeeded: 8 &* whole)
        let ones = digits & (1 &<< point &- 1)
        let text = (ones | (digits &>> point) &<< (point &+ 8) | 0x3030_3030_3030_3030) & ~(0xFF &<< point) | 0x2E &<< point
        let zeros = min(ones.trailingZeroBitCount &>> 3, whole &- 1)
        append(packed: text &>> UInt64(truncatingIfNeeded: 8 &* zeros), count: 8 &- zeros)
    }

    /// Appends a number rounded half up to the given decimal places; `-` if it is not finite or too large for fixed point.
    @inlinable @inline(__always)
    package mutating func append(_ value: Double, decimals: Int) {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        guard let fixed = Int64(exactly: (value * scale).rounded()) else { return append(byte: UInt8(ascii: "-")) }
        append(fixed, fractionDigits: decimals)
    }

    /// Decimal digits, padded with zeros on the left to at most twenty.
    @usableFromInline
    package mutating func append(digitsOf value: UInt64, atLeast width: Int) {
        if value < 100, width <= 1 { return append(belowHundred: value) }
        if value < 10_000, width <= 4 {
            let digits = fourDigits(of: value)
            // A value below 100 is here for its width alone.
            let significant = value < 100 ? width : 4 &- digits.trailingZeroBitCount &>> 3
            let count = max(significant, width)
            return append(packed: (digits | 0x3030_3030) &>> UInt64(8 &* (4 &- count)), count: count)
        }
        guard value < 100_000_000, width <= 8 else { return append(manyDigitsOf: value, atLeast: width) }
        let digits = eightDigits(of: value)
        let significant = 8 &- digits.trailingZeroBitCount &>> 3
        let count = max(significant, width, 1)
        append(packed: (digits | 0x3030_3030_3030_3030) &>> UInt64(8 &* (8 &- count)), count: count)
    }

    @inline(never)
    private mutating func append(manyDigitsOf value: UInt64, atLeast width: Int) {
        let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
        if high < 100, width <= 9 { append(belowHundred: high) } else { append(digitsOf: high, atLeast: min(width, 20) - 8) }
        append(packed: eightDigits(of: low) | 0x3030_3030_3030_3030, count: 8)
    }

    @inlinable @inline(__always)
    mutating func append(belowHundred value: UInt64) {
        let tens = (value &* 103) &>> 10
        let digits = 0x3030 | tens | (value &- 10 &* tens) &<< 8
        append(packed: value < 10 ? digits &>> 8 : digits, count: value < 10 ? 1 : 2)
    }

    /// Lower-case hexadecimal digits, padded with zeros on the left.
    package mutating func append(hex value: UInt64, digits: Int) {
        for index in stride(from: digits - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * index) & 0xF)
            append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

/// The four decimal digits of a number below 10⁴ as bytes from 0 to 9, the most significant one lowest; as `eightDigits`.
@inlinable @inline(__always)
func fourDigits(of value: UInt64) -> UInt64 {
    let hundreds = (value &* 10_486) &>> 20
    let twos = hundreds | (value &- 100 &* hundreds) &<< 16
    let tens = (twos &* 103) &>> 10 & 0x000F_000F
    return tens | (twos &- 10 &* tens) &<< 8
}

/// The eight decimal digits of a number below 10⁸ as bytes from 0 to 9, the most significant one lowest.
///
/// Halves are split in all lanes of the register at once: into two of four digits, four of two and eight of one. A lane is divided
/// by multiplying with the reciprocal, exact up to 43,698 for the hundred (10486 / 2²⁰) and up to 178 for the ten (103 / 2¹⁰).
@inlinable @inline(__always)
func eightDigits(of value: UInt64) -> UInt64 {
    let fours = value / 10_000 | (value % 10_000) &<< 32
    let hundreds = (fours &* 10_486) &>> 20 & 0x0000_007F_0000_007F
    let twos = hundreds | (fours &- 100 &* hundreds) &<< 16
    let tens = (twos &* 103) &>> 10 & 0x000F_000F_000F_000F
    return tens | (twos &- 10 &* tens) &<< 8
}
