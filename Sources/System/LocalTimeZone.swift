import Glibc
package import Time

extension TimeZone {
    /// The zone of this machine, or of `TZ` in the environment (localtime_r(3)).
    package static let local = TimeZone { seconds in
        var clock = time_t(seconds)
        var parts = unsafe tm()
        // Safe: both structures are this function's own.
        guard unsafe localtime_r(&clock, &parts) != nil else { return 0 }
        return unsafe parts.tm_gmtoff
    }
}
