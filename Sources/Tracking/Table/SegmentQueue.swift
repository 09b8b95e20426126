package import Packets
package import Time

/// Segments on their way to a table, in their order, and the times that pass between them.
///
/// A frame without a segment lets time pass for connections too, as in Zeek: where it lies so far ahead that any of them could end.
package struct SegmentQueue {
    package private(set) var waiting: [TrackedSegment] = []
    private let hasher: EndpointHasher
    /// The latest timer wheel bucket announced to the table.
    private var latestBucket: Int64 = .min

    /// - Parameter policy: the table's.
    package init(_ policy: TrackingPolicy) {
        hasher = policy.hasher
    }

    package mutating func append(_ segment: borrowing Segment) {
        latestBucket = max(latestBucket, TimerWheel.bucket(of: segment.time.nanoseconds))
        waiting.append(TrackedSegment(segment, hasher: hasher))
    }

    /// Lets time pass up to that of a frame.
    package mutating func pass(_ time: Timestamp) {
        let bucket = TimerWheel.bucket(of: time.nanoseconds)
        guard bucket > latestBucket else { return }
        latestBucket = bucket
        waiting.append(TrackedSegment(time: time.nanoseconds))
    }

    /// A place in the queue to go back to.
    package struct Mark {
        package let count: Int
        fileprivate let latestBucket: Int64
    }

    package var mark: Mark { Mark(count: waiting.count, latestBucket: latestBucket) }

    /// Removes everything appended since the mark. None of it may have been handed over.
    package mutating func rewind(to mark: Mark) {
        waiting.removeLast(waiting.count - mark.count)
        latestBucket = mark.latestBucket
    }

    /// Gives what waits away for an array whose room is used again.
    package mutating func exchange(_ other: inout [TrackedSegment]) {
        swap(&waiting, &other)
        waiting.removeAll(keepingCapacity: true)
    }
}
