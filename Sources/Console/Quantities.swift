/// Numbers as a person reads them.
extension TextBuffer {
    /// `65,530`: groups of three.
    package mutating func append(grouped value: Int) {
        if value < 0 { append("-") }
        append(groups: UInt64(value.magnitude))
    }

    private mutating func append(groups value: UInt64) {
        guard value >= 1000 else { return append(value) }
        append(groups: value / 1000)
        append(",")
        append(digitsOf: value % 1000, atLeast: 3)
    }

    /// `1 retransmit`, `2 retransmits`: how many there are of a thing whose plural ends in s.
    package mutating func append(count: Int, of noun: StaticString) {
        append(count)
        append(" ")
        append(noun)
        if count != 1 { append("s") }
    }

    /// `850 µs`, `21.3 ms`, `1.20 s`, `3 min 05 s`: a length of time in nanoseconds with three digits that matter.
    package mutating func append(duration nanoseconds: Int64) {
        let magnitude = Double(nanoseconds)
        switch magnitude {
        case ..<1e3:
            append(nanoseconds)
            append(" ns")
        case ..<999.5e3: append(significant: magnitude / 1e3, " µs")
        case ..<999.5e6: append(significant: magnitude / 1e6, " ms")
        case ..<60e9: append(significant: magnitude / 1e9, " s")
        default:
            let seconds = nanoseconds / 1_000_000_000
            if seconds >= 3600 {
                append(seconds / 3600)
                append(" h ")
            }
            append(digitsOf: UInt64(seconds / 60 % 60), atLeast: seconds >= 3600 ? 2 : 1)
            append(" min ")
            append(digitsOf: UInt64(seconds % 60), atLeast: 2)
            append(" s")
        }
    }

    /// `999 B`, `1.5 KiB`, `4.75 GiB`: a count of bytes in binary units (IEC 80000-13).
    package mutating func append(bytes count: UInt64) {
        guard count >= 1024 else {
            append(count)
            return append(" B")
        }
        let (value, unit) = Self.scaled(count, by: 1024, below: 999.5, [" KiB", " MiB", " GiB", " TiB", " PiB", " EiB"])
        append(significant: value, unit)
    }

    /// `999 B`, `9.4 kB`, `1.2 MB`: a count of bytes in decimal units, as sizes of segments add up.
    package mutating func append(decimalBytes count: UInt64) {
        guard count >= 1000 else {
            append(count)
            return append(" B")
        }
        let (value, unit) = Self.scaled(count, by: 1000, below: 999.95, [" kB", " MB", " GB", " TB", " PB", " EB"])
        append(value, decimals: 1)
        append(unit)
    }

    /// A count in the first of the units, each `factor` times the one before, in which it is less than `limit`, or in the last.
    private static func scaled(
        _ count: UInt64,
        by factor: Double,
        below limit: Double,
        _ units: [StaticString]
    ) -> (value: Double, unit: StaticString) {
        var value = Double(count) / factor
        var unit = 0
        while value >= limit, unit < units.count - 1 {
            value /= factor
            unit += 1
        }
        return (value, units[unit])
    }

    private mutating func append(significant value: Double, _ unit: StaticString) {
        append(value, decimals: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
        append(unit)
    }
}
