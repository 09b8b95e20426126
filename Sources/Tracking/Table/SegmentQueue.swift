package import Packets
package import Time

/// Segments on their way to a table, in their order, and the times that pass between them.
///
/// A frame without a segment lets time pass for connections too, as in Zeek: where it lies so far ahead that any of them could end.
@usableFromInline
package struct SegmentQueue: ~Copyable {
    @usableFromInline var list = TrackedSegments()
    private let hasher: EndpointHasher
    private var clock = PacketClock()

    /// - Parameter policy: the table's.
    package init(_ policy: TrackingPolicy) {
        hasher = policy.hasher
    }

    /// How many wait.
    @inlinable package var count: Int { mutating get { list.count } }

    /// - Parameter segment: `inout` though it is only read, since the compiler copies a segment whole to lend it to another module.
    package mutating func append(_ segment: inout Segment) {
        clock.note(segment.time)
        list.append(TrackedSegment(segment, hasher: hasher))
    }

    /// Lets time pass up to that of a frame.
    ///
    /// - Returns: whether the table has to learn of it, so that it takes a place in the queue.
    @discardableResult
    package mutating func pass(_ time: Timestamp) -> Bool {
        guard clock.advances(to: time) else { return false }
        list.append(TrackedSegment(time: time.nanoseconds))
        return true
    }

    /// A place in the queue to go back to.
    package struct Mark {
        package let count: Int
        fileprivate let clock: PacketClock
    }

    package var mark: Mark { mutating get { Mark(count: list.count, clock: clock) } }

    /// Removes everything appended since the mark. None of it may have been handed over.
    package mutating func rewind(to mark: Mark) {
        list.truncate(to: mark.count)
        clock = mark.clock
    }

    /// Gives what waits away for a list whose room is used again.
    package mutating func exchange(_ other: inout TrackedSegments) {
        swap(&list, &other)
        list.truncate(to: 0)
    }
}

/// Segments in order, in memory of their own: an array would check at each of them whether it is shared.
@usableFromInline
@safe
package struct TrackedSegments: ~Copyable, @unchecked Sendable {
    /// `capacity` places that the list owns; the first `filled` hold a segment.
    private var places: UnsafeMutablePointer<TrackedSegment>
    private var capacity = 64
    @usableFromInline var filled = 0

    package init() {
        unsafe places = .allocate(capacity: capacity)
    }

    deinit {
        // Safe: segments are plain values, which need no destruction.
        unsafe places.deallocate()
    }

    @inlinable package var count: Int { mutating get { filled } }

    @inline(always)
    fileprivate mutating func append(_ segment: TrackedSegment) {
        if filled == capacity { grow() }
        // Safe: the place is free and the list's alone.
        unsafe (places + filled).initialize(to: segment)
        filled &+= 1
    }

    @inline(never)
    private mutating func grow() {
        // Safe: the new memory is larger than the old, which nobody else knows.
        let moved = UnsafeMutablePointer<TrackedSegment>.allocate(capacity: 2 * capacity)
        unsafe moved.initialize(from: places, count: filled)
        unsafe places.deallocate()
        unsafe places = moved
        capacity *= 2
    }

    fileprivate mutating func truncate(to count: Int) {
        precondition(count <= filled)
        filled = count
    }

    /// Lends the segments.
    func withSpan<Result>(_ body: (Span<TrackedSegment>) -> Result) -> Result {
        // Safe: the places below the count are initialized, and nothing changes them while they are lent.
        body(unsafe Span(_unsafeStart: places, count: filled))
    }
}
