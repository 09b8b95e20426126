/// Schedules when to check each connection: about one bucket per second, linked through the connections themselves.
///
/// A connection is in the bucket of its `due`. Activity does not move it. When that time arrives, the table checks whether it has
/// ended and otherwise moves it to a later bucket. So a packet costs one comparison.
struct TimerWheel {
    static let none = UInt32.max
    private static let size = 4096
    /// Ticks are of 2^20 ns, a little over a millisecond; 2^10 of them make a bucket.
    private static let tickShift: Int64 = 20
    private static let bucketShift: Int64 = 30
    /// The farthest ahead that a connection can be put, in ticks: 73 minutes.
    private static let horizon = Int64(size - 2) << (bucketShift - tickShift)

    private var heads = [UInt32](repeating: none, count: size)
    private var tails = [UInt32](repeating: none, count: size)
    private var occupied = [UInt64](repeating: 0, count: size / 64)
    /// The bucket of the latest time seen, those before it being empty; `unset` before the first.
    private var current = unset
    private static let unset: Int64 = .min
    /// The earliest time that has a bucket of its own, as far back as the wheel reaches ahead: clocks are sometimes set back.
    private var earliestTime: Int64 = .min

    /// The bucket of a time. Counted from the clock's epoch, so that it does not depend on where a capture begins.
    @inline(always)
    static func bucket(of time: Int64) -> Int64 { time >> bucketShift }

    /// A time in ticks; it wraps after 52 days and is compared by `hasPassed`.
    @inline(always)
    func ticks(at time: Int64) -> UInt32 { UInt32(truncatingIfNeeded: fullTicks(at: time)) }

    @inline(always)
    private func fullTicks(at time: Int64) -> Int64 { max(time, earliestTime) >> Self.tickShift }

    /// Whether `due` is over at `now`, both in ticks.
    @inline(always)
    static func hasPassed(_ due: UInt32, at now: UInt32) -> Bool {
        Int32(bitPattern: now &- due) >= 0
    }

    /// How long it is from `time` to a due time; 0 where that is over.
    func nanoseconds(untilTicks due: UInt32, from time: Int64) -> Int64 {
        Int64(max(Int32(bitPattern: due &- ticks(at: time)), 0)) << Self.tickShift
    }

    /// Sets the clock, by the first time ever or by one whose bucket is a new one.
    ///
    /// - Returns: the buckets that are over, to be emptied with `takeAll`; mostly none.
    @inline(always)
    mutating func advance(to time: Int64) -> Range<Int64> {
        let bucket = Self.bucket(of: time)
        guard bucket != current else { return 0..<0 }
        return advance(toBucket: bucket)
    }

    @inline(never)
    private mutating func advance(toBucket bucket: Int64) -> Range<Int64> {
        let isFirst = current == Self.unset
        guard bucket > current || isFirst else { return 0..<0 }
        let over = isFirst ? 0..<0 : max(current, bucket - Int64(Self.size))..<bucket
        current = bucket
        earliestTime = (bucket - Int64(Self.size)) << Self.bucketShift
        return over
    }

    /// Puts a connection where it is looked at `delay` nanoseconds after `time`, at the horizon at the latest.
    mutating func insert(_ slot: UInt32, in connections: inout ConnectionStore, at time: Int64, after delay: Int64) {
        let wait = min(max(delay, 0) >> Self.tickShift + 1, Self.horizon)
        let earliest = current << (Self.bucketShift - Self.tickShift)
        let due = max(fullTicks(at: time) + wait, earliest)
        connections[slot].shared.due = UInt32(truncatingIfNeeded: due)
        append(slot, to: Self.bucket(ofTicks: UInt32(truncatingIfNeeded: due)), in: &connections)
    }

    mutating func remove(_ slot: UInt32, from connections: inout ConnectionStore) {
        let link = connections[linkOf: slot]
        let bucket = Self.bucket(ofTicks: connections[slot].shared.due)
        if link.previous == Self.none {
            heads[bucket] = link.next
        } else {
            connections[linkOf: link.previous].next = link.next
        }
        if link.next == Self.none {
            tails[bucket] = link.previous
        } else {
            connections[linkOf: link.next].previous = link.previous
        }
        if heads[bucket] == Self.none { occupied[bucket >> 6] &= ~(1 << UInt64(bucket & 63)) }
    }

    /// Empties a bucket that is over.
    ///
    /// - Returns: the first of its connections, the others linked behind it.
    mutating func takeAll(fromBucket bucket: Int64) -> UInt32? {
        let bucket = Int(truncatingIfNeeded: bucket) & (Self.size - 1)
        let head = heads[bucket]
        guard head != Self.none else { return nil }
        heads[bucket] = Self.none
        tails[bucket] = Self.none
        occupied[bucket >> 6] &= ~(1 << UInt64(bucket & 63))
        return head
    }

    /// The connection that is to be looked at next, whenever that is.
    func firstOfAll() -> UInt32? {
        let start = Int(truncatingIfNeeded: current) & (Self.size - 1)
        for step in 0...(Self.size / 64) {
            let word = (start >> 6 + step) & (Self.size / 64 - 1)
            var bits = occupied[word]
            if step == 0 { bits &= ~0 << UInt64(start & 63) }
            guard bits != 0 else { continue }
            return heads[word << 6 + bits.trailingZeroBitCount]
        }
        return nil
    }

    private static func bucket(ofTicks ticks: UInt32) -> Int {
        Int(ticks >> UInt32(bucketShift - tickShift)) & (size - 1)
    }

    private mutating func append(_ slot: UInt32, to bucket: Int, in connections: inout ConnectionStore) {
        let tail = tails[bucket]
        connections[linkOf: slot] = ConnectionStore.Link(previous: tail, next: Self.none)
        if tail == Self.none || heads[bucket] == Self.none {
            heads[bucket] = slot
            occupied[bucket >> 6] |= 1 << UInt64(bucket & 63)
        } else {
            connections[linkOf: tail].next = slot
        }
        tails[bucket] = slot
    }
}
