package import SondeSystem

/// Figures over the times of repeated probes, in the manner of ping(8). They take the same memory however many probes there were.
package struct Statistics: Sendable {
    package private(set) var sent = 0
    package private(set) var received = 0
    package private(set) var minimum: Nanoseconds?
    package private(set) var maximum: Nanoseconds?
    private var percentiles = Percentiles()
    /// Of the times in nanoseconds: the mean, and the sum of the squared distances from it, both kept up to date with each time
    /// (Welford's algorithm), since a sum of squares would lose the small differences that matter.
    private var runningMean = 0.0
    private var squares = 0.0

    package init() {}

    package mutating func record(answer time: Nanoseconds?) {
        sent += 1
        guard let time else { return }
        received += 1
        minimum = min(minimum ?? time, time)
        maximum = max(maximum ?? time, time)
        percentiles.record(time)
        let distance = Double(time.count) - runningMean
        runningMean += distance / Double(received)
        squares += distance * (Double(time.count) - runningMean)
    }

    /// The share that was not answered, 0 to 1; 0 where nothing was sent.
    package var loss: Double { sent == 0 ? 0 : Double(sent - received) / Double(sent) }

    package var mean: Nanoseconds? { received == 0 ? nil : Nanoseconds(Int64(runningMean.rounded())) }

    /// The standard deviation of the whole population, which ping calls mdev: the root of the mean squared distance from the mean.
    package var deviation: Nanoseconds? {
        received == 0 ? nil : Nanoseconds(Int64((squares / Double(received)).squareRoot().rounded()))
    }

    /// The smallest time that at least `share` (0 to 1) of all do not exceed: exact for `Percentiles.exactLimit` answers, within 1
    /// % for more, and never beyond the smallest and the largest.
    package func percentile(_ share: Double) -> Nanoseconds? {
        guard let minimum, let maximum, let time = percentiles.time(notExceededBy: share) else { return nil }
        return min(max(time, minimum), maximum)
    }
}
