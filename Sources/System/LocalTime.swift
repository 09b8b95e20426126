internal import Glibc

/// A moment in this machine's time zone (localtime_r(3)).
package struct LocalTime: Equatable, Sendable {
    package let hour: Int
    package let minute: Int
    /// 0 to 60: a leap second counts.
    package let second: Int
    private let secondsSinceEpoch: Int

    /// `nil` for a year that the C library can't represent.
    package init?(secondsSinceEpoch: Int64) {
        guard let parts = unsafe Self.parts(of: Int(secondsSinceEpoch)) else { return nil }
        self.secondsSinceEpoch = Int(secondsSinceEpoch)
        hour = unsafe Int(parts.tm_hour)
        minute = unsafe Int(parts.tm_min)
        second = unsafe Int(parts.tm_sec)
    }

    /// The time in a format of strftime(3); `nil` where the result is empty or longer than 4,095 bytes.
    package func formatted(_ format: String) -> String? {
        guard var parts = unsafe Self.parts(of: secondsSinceEpoch) else { return nil }
        // Safe: strftime is given the size of its buffer and ends the text with a NUL.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let base = buffer.baseAddress, unsafe strftime(base, buffer.count, format, &parts) > 0 else { return nil }
            return unsafe String(cString: base)
        }
    }

    private static func parts(of seconds: time_t) -> tm? {
        var seconds = seconds
        var parts = unsafe tm()
        // Safe: both structures are this function's own.
        return unsafe localtime_r(&seconds, &parts) != nil ? parts : nil
    }
}
