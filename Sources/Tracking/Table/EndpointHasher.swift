/// Hashes the two ends of a connection, keyed anew in every run so that nobody can aim at one place of a table; the same in both
/// directions.
struct EndpointHasher: BitwiseCopyable {
    private let first: UInt64
    private let second: UInt64

    init(seed: (UInt64, UInt64)) {
        // Even factors would lose bits of what they multiply.
        first = seed.0 | 1
        second = seed.1 | 1
    }

    struct End: BitwiseCopyable {
        let high: UInt64
        let low: UInt64
        let port: UInt64

        @inline(always)
        init(_ high: UInt64, _ low: UInt64, _ port: UInt16) {
            self.high = high
            self.low = low
            self.port = UInt64(port)
        }
    }

    /// The sum of both shares does not care which end sent.
    @inline(always)
    func hash(_ one: End, _ other: End) -> UInt32 {
        let shares = one.high | other.high == 0 ? lowShare(one) &+ lowShare(other) : share(one) &+ share(other)
        return UInt32(truncatingIfNeeded: folded(shares ^ first, second) >> 16)
    }

    /// The share of an end whose address has 64 bits, as those of IPv4: a keyed multiplication of address and port, folded to 64 bits.
    @inline(always)
    private func lowShare(_ end: End) -> UInt64 { folded(end.low ^ first, end.port ^ second) }

    /// The share of any other end, for which one multiplication has not enough bits.
    @inline(always)
    private func share(_ end: End) -> UInt64 {
        let upper = folded(end.high ^ first, second ^ end.port)
        return folded(end.low ^ upper ^ second, first ^ (end.port << 32))
    }

    @inline(always)
    private func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
