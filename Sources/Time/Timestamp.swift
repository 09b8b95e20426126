/// A moment in packet time: nanoseconds since the epoch (1970-01-01 00:00 UTC).
@usableFromInline
package struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    @usableFromInline package var nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}
