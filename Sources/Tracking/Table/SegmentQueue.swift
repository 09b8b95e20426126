package import Packets
package import Time

/// Segments on their way to a table, in their order, and the times that pass between them.
///
/// A frame without a segment lets time pass for connections too, as in Zeek: where it lies so far ahead that any of them could end.
package struct SegmentQueue {
    package private(set) var waiting: [TrackedSegment] = []
    private let hasher: EndpointHasher
    private var clock = PacketClock()

    /// - Parameter policy: the table's.
    package init(_ policy: TrackingPolicy) {
        hasher = policy.hasher
    }

    /// - Parameter segment: `inout` though it is only read, since the compiler copies a segment whole to lend it to another module.
    package mutating func append(_ segment: inout Segment) {
        clock.note(segment.time)
        waiting.append(TrackedSegment(segment, hasher: hasher))
    }

    /// Lets time pass up to that of a frame.
    package mutating func pass(_ time: Timestamp) {
        if clock.advances(to: time) { waiting.append(TrackedSegment(time: time.nanoseconds)) }
    }

    /// A place in the queue to go back to.
    package struct Mark {
        package let count: Int
        fileprivate let clock: PacketClock
    }

    package var mark: Mark { Mark(count: waiting.count, clock: clock) }

    /// Removes everything appended since the mark. None of it may have been handed over.
    package mutating func rewind(to mark: Mark) {
        waiting.removeLast(waiting.count - mark.count)
        clock = mark.clock
    }

    /// Gives what waits away for an array whose room is used again.
    package mutating func exchange(_ other: inout [TrackedSegment]) {
        swap(&waiting, &other)
        waiting.removeAll(keepingCapacity: true)
    }
}
