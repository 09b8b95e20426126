/// A moment in packet time: nanoseconds since the epoch (1970-01-01 00:00 UTC).
@usableFromInline
package struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    @usableFromInline package var nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Seconds since the epoch, rounded down: before the epoch too, the rest is what passed since that second.
    @inlinable
    package var wholeSeconds: Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }

    @inlinable
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}
