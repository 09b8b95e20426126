import SondeSystem

/// The time of day of a change that was watched.
enum LocalClock {
    /// `12:00:00.000001` in local time, from nanoseconds since the epoch.
    static func timeOfDay(_ nanoseconds: Int64) -> String {
        let clock = LocalTime(secondsSinceEpoch: nanoseconds / 1_000_000_000)?.formatted("%H:%M:%S") ?? "-"
        return clock + "." + String(1_000_000 + nanoseconds % 1_000_000_000 / 1000).dropFirst()
    }
}
