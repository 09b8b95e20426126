import CNetwork
import Glibc

/// A moment of CLOCK_MONOTONIC, nanoseconds since some start: for durations and deadlines, which no clock change may bend.
@frozen @usableFromInline
package struct MonotonicTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    @usableFromInline package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: MonotonicTime { MonotonicTime(nanoseconds: cnet_clock_nanoseconds(CLOCK_MONOTONIC)) }

    @inlinable
    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (left: MonotonicTime, right: Nanoseconds) -> MonotonicTime {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.count)
        return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }

    package static func - (left: MonotonicTime, right: MonotonicTime) -> Nanoseconds {
        Nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}
