import CNetwork
import Glibc
package import Time

/// A moment of CLOCK_MONOTONIC, nanoseconds since some start: for durations and deadlines, which no clock change may bend.
package struct MonotonicTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: MonotonicTime { MonotonicTime(nanoseconds: cnet_clock_nanoseconds(CLOCK_MONOTONIC)) }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (left: MonotonicTime, right: Nanoseconds) -> MonotonicTime {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.count)
        return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }

    package static func - (left: MonotonicTime, right: MonotonicTime) -> Nanoseconds {
        Nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

/// A length of time in whole nanoseconds.
package struct Nanoseconds: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }

    package static let zero = Nanoseconds(0)

    package static func seconds(_ seconds: Double) -> Nanoseconds { Nanoseconds(Int64((seconds * 1e9).rounded())) }
    package static func milliseconds(_ milliseconds: Int64) -> Nanoseconds { Nanoseconds(milliseconds * 1_000_000) }

    package var milliseconds: Double { Double(count) / 1e6 }
    package var seconds: Double { Double(count) / 1e9 }

    package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
}

/// CLOCK_REALTIME: what the wall clock says, for output only.
package enum WallClock {
    /// Seconds since the epoch.
    package static var seconds: Double { Double(cnet_clock_nanoseconds(CLOCK_REALTIME)) / 1e9 }
    /// Nanoseconds since the epoch.
    package static var nanoseconds: Int64 { cnet_clock_nanoseconds(CLOCK_REALTIME) }
}

extension Timestamp {
    /// The wall clock's time.
    package static var now: Timestamp { Timestamp(nanoseconds: WallClock.nanoseconds) }
}
