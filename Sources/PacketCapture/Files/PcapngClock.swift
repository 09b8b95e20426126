internal import Packets
import Time

/// The unit and the zero of an interface's times (if_tsresol, if_tsoffset).
struct PcapngClock: BitwiseCopyable {
    private enum Unit: BitwiseCopyable {
        /// That many nanoseconds.
        case nanoseconds(UInt64)
        /// A nanosecond's part.
        case perNanosecond(UInt64)
        /// A unit of 2^-n seconds, where n is the associated value.
        case binary(UInt8)
    }

    private var unit = Unit.nanoseconds(1000)
    var offsetSeconds: Int64 = 0

    /// The range of a frame's time, so that differences of two never overflow: the years 1823 to 2116. A clock that was not set, with a
    /// negative if_tsoffset, can lie before 1970.
    private static let latest: Int64 = 1 << 62
    private static let earliest: Int64 = 1 - latest

    var isFinerThanMicroseconds: Bool {
        switch unit {
        case .nanoseconds(let count): count < 1000
        case .perNanosecond: true
        case .binary(let shift): shift > 19
        }
    }

    /// - Parameter exponent: of 10, or of 2 where the highest bit is set; its sign is negative.
    mutating func setResolution(_ exponent: UInt8) {
        if exponent & 0x80 != 0 {
            unit = .binary(exponent & 0x7F)
        } else if exponent <= 9 {
            unit = .nanoseconds(Self.powerOfTen(Int(9 - exponent)))
        } else {
            // 10^19 is the last that 64 bits hold; a time in smaller units than that is always 0.
            unit = .perNanosecond(exponent - 9 > 19 ? .max : Self.powerOfTen(Int(exponent - 9)))
        }
    }

    /// The time of that many units, kept within `earliest` and `latest`.
    func timestamp(_ units: UInt64) -> Timestamp {
        let sinceZero: Int64
        switch unit {
        case .nanoseconds(let factor):
            let (product, overflows) = units.multipliedReportingOverflow(by: factor)
            sinceZero = overflows ? Self.latest : Int64(clamping: product)
        case .perNanosecond(let divisor):
            sinceZero = Int64(clamping: units / divisor)
        case .binary(let shift):
            sinceZero = Int64(clamping: (UInt128(units) * 1_000_000_000) >> UInt128(shift))
        }
        guard offsetSeconds != 0 else { return Timestamp(nanoseconds: min(sinceZero, Self.latest)) }
        let (offset, offsetOverflows) = offsetSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflows) = sinceZero.addingReportingOverflow(offset)
        guard !offsetOverflows, !sumOverflows else {
            return Timestamp(nanoseconds: offsetSeconds < 0 ? Self.earliest : Self.latest)
        }
        return Timestamp(nanoseconds: max(Self.earliest, min(sum, Self.latest)))
    }

    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
