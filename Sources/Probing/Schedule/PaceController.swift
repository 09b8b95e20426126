import SondeSystem

/// Finds the pace that a path with a packet-rate limit takes.
///
/// Such a path (a policer in a router, a firewall's SYN limit) passes a fixed number of packets per second and drops the rest without
/// a word. It looks like loss, but loss does not depend on the pace. So the sign of a limit is that of many packets few are
/// answered, and most answers follow a retransmission. From then on packets leave at the measured pace, which grows
/// until answers get late again (additive increase, multiplicative decrease). Where the share of late answers stays the same at
/// lower paces, the path loses packets by itself, and the limit is lifted for good.
struct PaceController: BitwiseCopyable {
    /// Packets per second; `nil` for no limit.
    private(set) var rate: Double?
    /// The path loses packets whatever the pace.
    private(set) var isLossInherent = false
    /// Whether packets got lost at the latest pace, as far as is known.
    private(set) var isLosing = false
    /// Just below the latest pace that lost packets. It rises while none are lost there, because others may have been the cause.
    private var ceiling = Double.infinity

    private var windowStart = MonotonicTime(nanoseconds: .min)
    private var sent = 0
    private var answered = 0
    private var late = 0
    /// Windows in a row that lost much at a reduced pace.
    private var lossyWindows = 0

    private static let shortestWindow = Nanoseconds.milliseconds(100)
    private static let usualWindow = Nanoseconds.milliseconds(300)
    private static let longestWindow = Nanoseconds.milliseconds(1000)
    /// Packets that must have left before a limit is assumed.
    private static let leastSent = 64
    private static let leastAnswered = 40
    static let leastRate = 5.0

    mutating func recordSend() { sent += 1 }

    /// - Parameters:
    ///   - isLate: whether the answer came only after a retransmission; at a limited pace, of one that left at that pace.
    ///   - isCongested: whether a large share of the latest answers was late.
    /// - Returns: whether the pace has just been limited, or the limit was lifted.
    mutating func recordAnswer(isLate: Bool, isCongested: Bool, _ now: MonotonicTime) -> Bool {
        guard !isLossInherent else { return false }
        answered += 1
        if isLate { late += 1 }
        return rate == nil ? watchFlood(isLate, isCongested, now) : adapt(now)
    }

    // MARK: - Without a limit

    private mutating func watchFlood(_ isLate: Bool, _ isCongested: Bool, _ now: MonotonicTime) -> Bool {
        guard windowStart.nanoseconds != .min, now - windowStart < PaceController.longestWindow else {
            // The burst that the limit lets through at first is no measure: a window begins with a late answer.
            if isLate { begin(now) } else { windowStart = MonotonicTime(nanoseconds: .min) }
            return false
        }
        let elapsed = now - windowStart
        guard isCongested, elapsed >= PaceController.shortestWindow, sent >= PaceController.leastSent, answered * 4 < sent else {
            return false
        }
        isLosing = true
        rate = max(PaceController.leastRate, Double(answered) / elapsed.seconds)
        begin(now)
        return true
    }

    // MARK: - With one

    private mutating func adapt(_ now: MonotonicTime) -> Bool {
        guard let current = rate else { return false }
        let isFull = answered >= PaceController.leastAnswered && now - windowStart >= PaceController.usualWindow
        guard isFull || now - windowStart >= PaceController.longestWindow else { return false }
        let elapsed = max(now - windowStart, PaceController.shortestWindow).seconds
        // Late answers alone may belong to packets that were lost at an earlier pace.
        isLosing = late > 1 && late * 25 > answered && answered * 100 < sent * 88
        if isLosing, late * 3 > answered, answered >= PaceController.leastAnswered {
            lossyWindows += 1
            if lossyWindows > 4 {
                rate = nil
                isLossInherent = true
                return true
            }
        } else {
            lossyWindows = 0
        }
        if isLosing {
            // What came through is what the path takes.
            let throughput = Double(answered) / elapsed
            // A pace a little too high costs some packets, but wastes nothing of what the path takes.
            ceiling = throughput * 1.12
            rate = max(PaceController.leastRate, max(current * 0.5, min(current * 0.97, throughput * 1.04)))
        } else if late == 0 || answered * 100 > sent * 94 {
            if current >= ceiling { ceiling *= 1 + 0.03 * elapsed }
            rate = min(ceiling, current * (1 + 0.2 * min(1, elapsed)))
        }
        begin(now)
        return false
    }

    private mutating func begin(_ now: MonotonicTime) {
        windowStart = now
        (sent, answered, late) = (0, 0, 0)
    }
}
