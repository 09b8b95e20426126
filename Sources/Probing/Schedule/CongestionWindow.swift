import SondeSystem

/// How many probes may be under way on a path that drops what comes too fast: halved once a round trip while many answers come
/// late, grown by one with each answer otherwise (additive increase, multiplicative decrease, as RFC 5681 has it for TCP).
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
