/// A time zone: how far its clocks are ahead of UTC at a moment.
package struct TimeZone: Sendable {
    private let offset: @Sendable (Int64) -> Int

    /// - Parameter offset: takes seconds since the epoch, returns seconds east of UTC.
    package init(offset: @escaping @Sendable (Int64) -> Int) {
        self.offset = offset
    }

    package static let utc = TimeZone { _ in 0 }

    /// The date and time that this zone's clocks show.
    package func civilTime(secondsSinceEpoch seconds: Int64) -> CivilTime {
        CivilTime(secondsSinceEpoch: seconds + Int64(offset(seconds)))
    }
}
