import CNetwork
import Glibc
package import Time

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
