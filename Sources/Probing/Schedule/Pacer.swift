import SondeSystem

/// Spreads attempts evenly over time: the n-th is due n / rate seconds after the start, so that the count is exact over a second.
struct Pacer {
    /// Nanoseconds between two attempts; `nil` without a limit.
    private var interval: Double?
    /// Attempts per second; `nil` without a limit.
    private(set) var rate: Double?
    private var start: MonotonicTime
    private var sent = 0

    /// After a pause longer than this the count starts anew, so that no burst makes up for it.
    private static let longestBurst = 5e6

    init(rate: Double?, start: MonotonicTime) {
        interval = rate.map { 1e9 / $0 }
        self.rate = rate
        self.start = start
    }

    /// The next attempt is due one interval of the new rate from now.
    mutating func setRate(_ rate: Double?, _ now: MonotonicTime) {
        interval = rate.map { 1e9 / $0 }
        self.rate = rate
        start = now
        sent = rate == nil ? 0 : 1
    }

    /// When the next attempt may leave.
    var nextDue: MonotonicTime {
        guard let interval else { return start }
        return start + Nanoseconds(Int64(Double(sent) * interval))
    }

    mutating func recordAttempt(_ now: MonotonicTime) {
        guard let interval else { return }
        let late = Double((now - nextDue).count)
        if late > max(Pacer.longestBurst, interval) {
            start = now
            sent = 0
        }
        sent += 1
    }
}
