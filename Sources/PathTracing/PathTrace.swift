package import Addresses
package import SondeSystem

/// Which TTL to send next, which packets to give up, and what is known of the path so far. It sends nothing and reads no clock.
///
/// The packets of one flow have one source port, so that routers that balance by flow send them along one way. The kernel takes no
/// second connection with the same endpoints, so they leave one at a time, from low TTL to high, until an answer ends the path or too
/// many TTLs in a row are silent. A silent hop would hold them up. Once it is late, scouts look ahead: packets for its TTL and the next
/// ones, all at once, each from a source port of its own. Routers may send them along another way, so a scout's answer is not reported.
/// It shows how long a silent hop is worth waiting for, and it is the second packet that a silent TTL gets. Where only the scout is
/// answered, the flow asks again. See docs/decisions/0032-scouts.md.
package struct PathTrace: Sendable {
    /// Which source ports the packets leave from.
    package enum Manner: Hashable, Sendable {
        /// One; scouts have others.
        case oneFlow
        /// One, and no packet leaves from another.
        case onePort
        /// One per packet, several TTLs at once.
        case manyFlows
    }

    /// How many silent hops in a row end a path that nothing else ends.
    private static let mostSilentHops = 4
    /// How often each TTL is asked.
    private static let mostAttempts = 2
    /// An address that answers this often shows a loop.
    private static let mostVisits = 3

    package private(set) var hops: [Hop] = []
    private let manner: Manner
    private let firstTTL: Int
    private let maximumHops: Int
    private let timeout: Nanoseconds
    /// Whether the round trip to the target is known, so that no hop takes much longer.
    private let knowsTarget: Bool
    private var flights: [Packet: Flight] = [:]
    private var scouts: [Int: Scout] = [:]
    /// The largest round-trip time so far.
    private var roundTrip: Nanoseconds?

    /// A packet in flight.
    package struct Packet: Hashable, Sendable {
        package let ttl: Int
        package let isScout: Bool
    }

    private struct Flight {
        var sent: MonotonicTime
        /// A scout of the same TTL had been silent for some time when it left.
        let isSecondLook: Bool
    }

    private struct Scout {
        let sent: MonotonicTime
        var isAnswered = false
        var isFinal = false
    }

    /// - Parameters:
    ///   - firstTTL: the lowest to ask.
    ///   - maximumHops: the highest to ask, 1 to 255.
    ///   - timeout: the longest wait for one answer.
    ///   - roundTrip: that of an earlier packet to the target, as a first estimate.
    package init(
        _ manner: Manner = .oneFlow,
        firstTTL: Int = 1,
        maximumHops: Int,
        timeout: Nanoseconds,
        roundTrip: Nanoseconds? = nil
    ) {
        self.manner = manner
        self.firstTTL = firstTTL
        self.maximumHops = maximumHops
        self.timeout = timeout
        self.roundTrip = roundTrip
        knowsTarget = roundTrip != nil
    }

    // MARK: - Events

    /// The next packet to send; `nil` where none is to be sent before an answer or `wakeup`, or at the end.
    package mutating func next(at now: MonotonicTime) -> Packet? {
        if let ttl = nextTTL() {
            if ttl - firstTTL == hops.count { hops.append(Hop(ttl: ttl)) }
            hops[ttl - firstTTL].attempts += 1
            let packet = Packet(ttl: ttl, isScout: false)
            flights[packet] = Flight(sent: now, isSecondLook: isSecondLook(ttl, now))
            return packet
        }
        guard let ttl = nextScout(at: now) else { return nil }
        scouts[ttl] = Scout(sent: now)
        let packet = Packet(ttl: ttl, isScout: true)
        flights[packet] = Flight(sent: now, isSecondLook: false)
        return packet
    }

    /// The packet left at this moment, rather than when it was asked for.
    package mutating func depart(_ packet: Packet, at now: MonotonicTime) { flights[packet]?.sent = now }

    package mutating func record(_ reply: HopReply, to packet: Packet, at now: MonotonicTime) {
        guard let flight = flights.removeValue(forKey: packet) else { return }
        let elapsed = now - flight.sent
        roundTrip = max(roundTrip ?? elapsed, elapsed)
        if packet.isScout {
            scouts[packet.ttl]?.isAnswered = true
            scouts[packet.ttl]?.isFinal = reply.isFinal
            return
        }
        // Behind the end of the path answers are the target's, too.
        guard packet.ttl - firstTTL < hops.count else { return }
        hops[packet.ttl - firstTTL].reply = reply
        hops[packet.ttl - firstTTL].roundTrip = elapsed
        if let end { hops.removeLast(hops.count - (end - firstTTL + 1)) }
    }

    /// Takes the packets off that nobody waits for any more: their time is up, or their TTL is answered.
    package mutating func giveUp(at now: MonotonicTime) -> [Packet] {
        let over = flights.filter { packet, flight in
            packet.isScout && !isWanted(packet) || flight.sent + wait(for: packet, flight) <= now
        }.keys
        for packet in over { flights[packet] = nil }
        return Array(over)
    }

    /// When to ask again unless an answer arrives before.
    package var wakeup: MonotonicTime? {
        let waits = flights.map { $1.sent + wait(for: $0, $1) }
        return (waits + [lookAheadMoment].compactMap(\.self)).min()
    }

    package var isFinished: Bool { flights.allSatisfy { $0.key.isScout && !isWanted($0.key) } && nextTTL() == nil }

    // MARK: - The flow

    /// The lowest TTL with an answer that ends the path.
    private var end: Int? { hops.first { $0.reply?.isFinal == true }?.ttl }
    private var lastAnswered: Int { hops.last { $0.reply != nil }?.ttl ?? firstTTL - 1 }
    /// The highest TTL that was answered, scouts included.
    private var farthestAnswer: Int { max(lastAnswered, scouts.filter(\.value.isAnswered).keys.max() ?? 0) }

    private var isFlowInFlight: Bool { flights.keys.contains { !$0.isScout } }

    private func nextTTL() -> Int? {
        guard manner == .manyFlows || !isFlowInFlight else { return nil }
        if let hop = hops.first(where: { $0.reply == nil && scouts[$0.ttl]?.isAnswered == true && isToBeAskedAgain($0) }) {
            return hop.ttl
        }
        let isEndless = PathTrace.loop(in: hops, visits: Self.mostVisits) != nil
        if end == nil, !isEndless {
            let following = firstTTL + hops.count
            if following <= min(maximumHops, lastAnswered + Self.mostSilentHops) { return following }
        }
        guard !isFlowInFlight || end != nil else { return nil }
        let last = end ?? max(lastAnswered + 1, farthestAnswer)
        return hops.first { $0.reply == nil && $0.ttl <= last && isToBeAskedAgain($0) }?.ttl
    }

    private func isToBeAskedAgain(_ hop: Hop) -> Bool {
        guard hop.attempts < Self.mostAttempts, flights[Packet(ttl: hop.ttl, isScout: false)] == nil else { return false }
        // A scout is a second packet, unless it shows that a first one was lost.
        return scouts[hop.ttl].map(\.isAnswered) ?? true
    }

    // MARK: - Scouts

    private func nextScout(at now: MonotonicTime) -> Int? {
        guard let moment = lookAheadMoment, moment <= now else { return nil }
        return scoutTTLs.first
    }

    /// When the flow's packet is late enough for scouts to leave.
    private var lookAheadMoment: MonotonicTime? {
        guard manner == .oneFlow, !scoutTTLs.isEmpty else { return nil }
        return flights.first { !$0.key.isScout }.map {
            $0.value.sent + (roundTrip == nil ? .milliseconds(50) : times(2, least: 0.3))
        }
    }

    /// TTLs that scouts may ask, from the one that the flow waits for.
    private var scoutTTLs: [Int] {
        guard let waiting = flights.keys.first(where: { !$0.isScout })?.ttl else { return [] }
        let end = scouts.filter(\.value.isFinal).keys.min() ?? maximumHops
        let last = min(end, farthestAnswer + Self.mostSilentHops)
        return waiting <= last ? (waiting...last).filter { scouts[$0] == nil } : []
    }

    private func isWanted(_ scout: Packet) -> Bool {
        if let end, scout.ttl > end { return false }
        return scout.ttl - firstTTL >= hops.count || hops[scout.ttl - firstTTL].reply == nil
    }

    // MARK: - Waits

    private func wait(for packet: Packet, _ flight: Flight) -> Nanoseconds {
        let isPassed = farthestAnswer > packet.ttl
        let attempt = packet.isScout ? 2 : hops.first { $0.ttl == packet.ttl }?.attempts ?? 1
        guard roundTrip != nil else { return min(timeout, .milliseconds(attempt == 1 ? 500 : 1000)) }
        if packet.isScout { return isPassed ? times(5, least: 2) : lastWait }
        let isContradicted = scouts[packet.ttl]?.isAnswered == true
        if flight.isSecondLook, !isContradicted { return times(2, least: 0.5) }
        // Behind it somebody answered, so the way up to there takes no longer than that.
        if isPassed, !isContradicted { return attempt == 1 ? times(3, least: 1) : times(10, least: 2) }
        return attempt == 1 ? times(3, least: 20) : lastWait
    }

    /// Before a TTL behind which nobody answered counts as silent. The next hop may be far away, on the other side of a satellite.
    private var lastWait: Nanoseconds { times(10, least: knowsTarget ? 100 : 1000) }

    private func isSecondLook(_ ttl: Int, _ now: MonotonicTime) -> Bool {
        guard let scout = scouts[ttl], !scout.isAnswered, roundTrip != nil else { return false }
        return now - scout.sent >= (farthestAnswer > ttl ? times(2, least: 0.5) : times(3, least: 20))
    }

    /// A number of round trips, at least `least` milliseconds and at most the timeout.
    private func times(_ factor: Int64, least: Double) -> Nanoseconds {
        let roundTrip = roundTrip ?? timeout
        return min(timeout, max(.seconds(least / 1000), Nanoseconds(min(roundTrip.count, timeout.count) * factor)))
    }
}

extension PathTrace {
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
