package import Addresses
package import Packets
import SondeSystem
import Time

/// What a capture shows of one connection's beginning, and of those who answered it.
package struct HandshakeEvidence: Sendable {
    /// The last SYN of this side, the last SYN-ACK or SYN of the other, and how many there were.
    package private(set) var syn: SYNOffer?
    package private(set) var synCount = 0
    package private(set) var synAck: SYNOffer?
    package private(set) var synAckCount = 0
    /// From the SYN to the SYN-ACK or to the RST in its place, nanoseconds; `nil` where the SYN was sent more than once: nobody knows
    /// which one was answered.
    package private(set) var wireRoundTrip: Int64?
    /// A RST from the other side that another machine seems to have sent.
    package private(set) var foreignReset: ForeignReset?
    /// The TTL of the last RST from the other side.
    private var resetHopLimit: UInt8?

    package enum ForeignReset: Hashable, Sendable {
        /// Its TTL on arrival, and that of the other segments.
        case hopLimit(UInt8, usual: UInt8)
        /// Its IPv4 identification, and that of the segment before it.
        case identification(UInt16, previous: UInt16)
    }

    private let local: Endpoint
    private var synTime: Timestamp?
    private var isAnswered = false
    private var hopLimits: Set<UInt8> = []
    private var lastHopLimit: UInt8?
    private var resets: [(hopLimit: UInt8, identification: UInt16)] = []
    private var identifications = Identifications()

    /// RSTs that are kept for the comparison.
    private static let mostResets = 16

    /// - Parameter local: this end.
    package init(local: Endpoint) { self.local = local }

    /// RSTs of the other side, the first 16.
    package var resetCount: Int { resets.count }

    /// The TTL or hop limit of what the other side sent, on arrival.
    package var arrivalHopLimit: UInt8? { synAck?.hopLimit ?? lastHopLimit ?? resetHopLimit }

    package mutating func take(_ segment: Segment) {
        if segment.source == local.address, segment.sourcePort == local.port { takeOwn(segment) } else { takeOther(segment) }
    }

    private mutating func takeOwn(_ segment: Segment) {
        guard segment.flags.contains(.syn), !segment.flags.contains(.ack) else { return }
        syn = SYNOffer(segment)
        synCount += 1
        synTime = segment.time
    }

    private mutating func takeOther(_ segment: Segment) {
        if segment.flags.contains(.rst) {
            answer(segment)
            resetHopLimit = segment.hopLimit
            if resets.count < Self.mostResets { resets.append((segment.hopLimit, segment.identification)) }
            if segment.source.family == .v4, let previous = identifications.mismatch(segment.identification), foreignReset == nil {
                foreignReset = .identification(segment.identification, previous: previous)
            }
        } else {
            if segment.flags.contains(.syn) {
                answer(segment)
                synAck = SYNOffer(segment)
                synAckCount += 1
            }
            hopLimits.insert(segment.hopLimit)
            lastHopLimit = segment.hopLimit
            identifications.take(segment.identification)
        }
        compareHopLimits()
    }

    private mutating func answer(_ segment: Segment) {
        guard !isAnswered, let synTime else { return }
        isAnswered = true
        if synCount == 1 { wireRoundTrip = segment.time.nanoseconds - synTime.nanoseconds }
    }

    /// A RST may be the first that arrives: the segments that show the usual TTL follow.
    private mutating func compareHopLimits() {
        guard let usual = synAck?.hopLimit ?? lastHopLimit else { return }
        guard let odd = resets.first(where: { !hopLimits.contains($0.hopLimit) }) else {
            if case .hopLimit = foreignReset { foreignReset = nil }
            return
        }
        foreignReset = .hopLimit(odd.hopLimit, usual: usual)
    }

    /// Whether a host counts its IPv4 identifications up, and a segment's does not fit.
    ///
    /// Many hosts send 0 or random numbers with DF set (RFC 6864), and a kernel that has no socket for a segment resets it with another
    /// counter. So only a counter that was seen to count says something.
    private struct Identifications: Sendable {
        private var last: UInt16?
        /// Segments in a row whose number was a little above the one before.
        private var run = 0

        private static let largestStep: UInt16 = 16
        private static let leastRun = 3
        private static let largestGap: UInt16 = 1024

        mutating func take(_ identification: UInt16) {
            defer { last = identification }
            guard let last else { return }
            let step = identification &- last
            run = step > 0 && step <= Self.largestStep ? run + 1 : 0
        }

        /// The number before, where the given one does not continue it.
        func mismatch(_ identification: UInt16) -> UInt16? {
            guard let last, run >= Self.leastRun, identification != 0 else { return nil }
            let step = identification &- last
            return step <= Self.largestGap || step >= UInt16.max - Self.largestGap ? nil : last
        }
    }
}
