package import Addresses
package import SondeSystem

/// Which TTL to send next, and what is known of the path so far. It sends nothing and reads no clock.
///
/// Each TTL is asked once, from low to high, until an answer ends the path or too many in a row are silent. Then the silent ones
/// between are asked once more, with more patience.
package struct PathTrace: Sendable {
    /// How many silent hops in a row end a path that nothing else ends.
    private static let mostSilentHops = 4
    /// How often each TTL is asked.
    private static let mostAttempts = 2
    /// An address that answers this often shows a loop.
    private static let mostVisits = 3

    package private(set) var hops: [Hop] = []
    private let firstTTL: Int
    private let maximumHops: Int
    private let timeout: Nanoseconds
    private var inFlight: Set<Int> = []
    /// The largest round-trip time so far.
    private var roundTrip: Nanoseconds?

    /// - Parameters:
    ///   - firstTTL: the lowest to ask.
    ///   - maximumHops: the highest to ask, 1 to 255.
    ///   - timeout: the longest wait for one answer.
    ///   - roundTrip: that of an earlier packet to the target, as a first estimate.
    package init(firstTTL: Int = 1, maximumHops: Int, timeout: Nanoseconds, roundTrip: Nanoseconds? = nil) {
        self.firstTTL = firstTTL
        self.maximumHops = maximumHops
        self.timeout = timeout
        self.roundTrip = roundTrip
    }

    package struct Question: Hashable, Sendable {
        package let ttl: Int
        /// How long to wait for its answer.
        package let wait: Nanoseconds
    }

    /// The next packet to send; `nil` where none is to be sent before an answer, or at the end.
    package mutating func next() -> Question? {
        guard let ttl = nextTTL() else { return nil }
        if ttl - firstTTL == hops.count { hops.append(Hop(ttl: ttl)) }
        hops[ttl - firstTTL].attempts += 1
        inFlight.insert(ttl)
        return Question(ttl: ttl, wait: wait(attempt: hops[ttl - firstTTL].attempts))
    }

    /// Takes an answer, or silence for the whole wait.
    package mutating func record(_ reply: HopReply?, ttl: Int, after elapsed: Nanoseconds) {
        inFlight.remove(ttl)
        // Behind the end of the path answers are the target's, too.
        guard let reply, ttl - firstTTL < hops.count else { return }
        hops[ttl - firstTTL].reply = reply
        hops[ttl - firstTTL].roundTrip = elapsed
        roundTrip = max(roundTrip ?? elapsed, elapsed)
        if let end { hops.removeLast(hops.count - (end - firstTTL + 1)) }
    }

    package var isFinished: Bool {
        inFlight.isEmpty && nextTTL() == nil
    }

    /// The lowest TTL with an answer that ends the path.
    private var end: Int? { hops.first { $0.reply?.isFinal == true }?.ttl }
    private var lastAnswered: Int { hops.last { $0.reply != nil }?.ttl ?? firstTTL - 1 }

    private func nextTTL() -> Int? {
        let isEndless = PathTrace.loop(in: hops, visits: Self.mostVisits) != nil
        if end == nil, !isEndless {
            let following = firstTTL + hops.count
            if following <= min(maximumHops, lastAnswered + Self.mostSilentHops) { return following }
        }
        guard inFlight.isEmpty || end != nil else { return nil }
        let last = end ?? lastAnswered + 1
        return hops.first { hop in
            hop.reply == nil && hop.attempts < Self.mostAttempts && hop.ttl <= last && !inFlight.contains(hop.ttl)
        }?.ttl
    }

    private func wait(attempt: Int) -> Nanoseconds {
        guard let roundTrip else { return min(timeout, .milliseconds(attempt == 1 ? 500 : 1000)) }
        let (factor, least): (Int64, Nanoseconds) = attempt == 1 ? (3, .milliseconds(20)) : (10, .milliseconds(100))
        return min(timeout, max(least, Nanoseconds(min(roundTrip.count, timeout.count) * factor)))
    }

    /// A router that was passed, left and passed again.
    package struct Loop: Hashable, Sendable {
        package let router: IPAddress
        package let ttl: Int
        package let nextTTL: Int
    }

    /// The first router that answers again after other hops. One that answers twice in a row forwards late, and makes no loop.
    package static func loop(in hops: [Hop], visits: Int = 2) -> Loop? {
        var places: [IPAddress: [Int]] = [:]
        var latest: [IPAddress: Int] = [:]
        for hop in hops {
            guard case .timeExceeded(let error, _) = hop.reply, let router = error.offender else { continue }
            defer { latest[router] = hop.ttl }
            guard latest[router] != hop.ttl - 1 else { continue }
            places[router, default: []].append(hop.ttl)
            if let ttls = places[router], ttls.count == visits { return Loop(router: router, ttl: ttls[0], nextTTL: ttls[1]) }
        }
        return nil
    }
}
