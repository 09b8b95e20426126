package import Time

/// Which of the times that pass between segments a table has to learn of: those that lie so far ahead that a connection could end.
package struct PacketClock {
    /// The latest timer wheel bucket that a time reached.
    private var latestBucket: Int64 = .min

    package init() {}

    /// Notes the time of a segment, from which the table learns it anyway.
    @inline(always)
    package mutating func note(_ time: Timestamp) {
        latestBucket = max(latestBucket, TimerWheel.bucket(of: time.nanoseconds))
    }

    /// Whether the table has to learn of this time of a frame without a segment.
    package mutating func advances(to time: Timestamp) -> Bool {
        let bucket = TimerWheel.bucket(of: time.nanoseconds)
        guard bucket > latestBucket else { return false }
        latestBucket = bucket
        return true
    }
}
