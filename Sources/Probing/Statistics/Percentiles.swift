package import SondeSystem

/// Percentiles of any number of times, in bounded memory.
///
/// Up to a limit each time is kept and percentiles are exact. Beyond it, times are counted in buckets, 64 per power of two, as in
/// an HDR histogram. A percentile is then off by less than one part in 128. Times of the system's clock fall into fewer than 3,800
/// buckets; only those in use are stored.
package struct Percentiles: Sendable {
    /// In the order they came, while there are at most `exactLimit`.
    private var samples: [Nanoseconds] = []
    /// By bucket, once there are more.
    private var counts: [Int: Int] = [:]
    private var count = 0

    package static let exactLimit = 1000

    package init() {}

    package mutating func record(_ time: Nanoseconds) {
        count += 1
        if counts.isEmpty, samples.count < Self.exactLimit { return samples.append(time) }
        for sample in samples { counts[Self.bucket(of: sample), default: 0] += 1 }
        samples = []
        counts[Self.bucket(of: time), default: 0] += 1
    }

    /// The smallest time that at least `share` (0 to 1) of all do not exceed (nearest rank); `nil` where there is none.
    package func time(notExceededBy share: Double) -> Nanoseconds? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((min(max(share, 0), 1) * Double(count)).rounded(.up)))
        guard samples.isEmpty else { return samples.sorted()[rank - 1] }
        var seen = 0
        for (bucket, number) in counts.sorted(by: { $0.key < $1.key }) {
            seen += number
            if seen >= rank { return Self.middle(of: bucket) }
        }
        return nil
    }

    // MARK: - Buckets

    /// 2 to this power is how many buckets lie between a power of two and the next.
    private static let precision = 6

    private static func bucket(of time: Nanoseconds) -> Int {
        let value = max(0, time.count)
        let shift = max(0, Int64.bitWidth - 1 - value.leadingZeroBitCount - precision)
        return (shift << precision) + Int(value >> Int64(shift))
    }

    private static func middle(of bucket: Int) -> Nanoseconds {
        let width = 1 << precision
        let shift = max(0, (bucket >> precision) - 1)
        let least = Int64(bucket - shift * width) << Int64(shift)
        return Nanoseconds(least + (Int64(1) << Int64(shift)) / 2)
    }
}
