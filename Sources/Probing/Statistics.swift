package import Sockets

/// Figures over the times of repeated probes, in the manner of ping(8).
package struct Statistics: Sendable {
    package private(set) var sent = 0
    /// Every answer's time, in the order they came; bounded by the count of probes.
    package private(set) var samples: [Nanoseconds] = []

    package init() {}

    package mutating func record(answer time: Nanoseconds?) {
        sent += 1
        if let time { samples.append(time) }
    }

    package var received: Int { samples.count }

    /// The share that was not answered, 0 to 1; 0 where nothing was sent.
    package var loss: Double { sent == 0 ? 0 : Double(sent - received) / Double(sent) }

    package var minimum: Nanoseconds? { samples.min() }
    package var maximum: Nanoseconds? { samples.max() }

    package var mean: Nanoseconds? {
        guard !samples.isEmpty else { return nil }
        return Nanoseconds(Int64((total / Double(samples.count)).rounded()))
    }

    /// The standard deviation of the whole population, which ping calls mdev: the root of the mean square less the squared mean.
    package var deviation: Nanoseconds? {
        guard !samples.isEmpty else { return nil }
        let mean = total / Double(samples.count)
        let squares = samples.reduce(0.0) { $0 + (Double($1.count) - mean) * (Double($1.count) - mean) }
        return Nanoseconds(Int64((squares / Double(samples.count)).squareRoot().rounded()))
    }

    /// The smallest sample that at least `share` (0 to 1) of all samples do not exceed (nearest rank).
    package func percentile(_ share: Double) -> Nanoseconds? {
        guard !samples.isEmpty else { return nil }
        let rank = Int((min(max(share, 0), 1) * Double(samples.count)).rounded(.up))
        return samples.sorted()[max(rank, 1) - 1]
    }

    private var total: Double { samples.reduce(0.0) { $0 + Double($1.count) } }
}
