import SondeSystem

/// The number of probes allowed in flight on a path that drops packets when they are sent too fast. It is halved once per round
/// trip while many answers are late, and otherwise grows by one with each answer (additive increase, multiplicative decrease, as in
/// RFC 5681 for TCP).
///
/// Silence alone does not shrink it, since a firewall that drops packets is no congestion.
struct CongestionWindow: BitwiseCopyable {
    private(set) var size: Int
    private let limit: Int
    private var settlesAt = MonotonicTime(nanoseconds: 0)

    private static let least = 64

    init(limit: Int) {
        self.limit = limit
        size = limit
    }

    mutating func adapt(isCongested: Bool, _ now: MonotonicTime, roundTrip: Nanoseconds) {
        if !isCongested {
            size = min(limit, size + 1)
        } else if now >= settlesAt {
            size = min(limit, max(CongestionWindow.least, size / 2))
            settlesAt = now + roundTrip
        }
    }
}
