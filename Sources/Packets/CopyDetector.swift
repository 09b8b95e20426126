internal import Addresses
import Time

/// Finds frames that were captured twice and sent once: on a bridge, a router or a host of containers, where the device "any" captures each
/// frame as it arrives and as it leaves, and behind a mirror port that copies both directions of a switch.
///
/// A copy has the same segment and the same IPv4 identification as an earlier frame. Within a millisecond, another interface or
/// another TTL is proof. On one interface a second frame may also be a retransmission: no host sends a SYN or FIN again that soon, and one
/// that numbers its packets would have given it another identification.
///
/// Later copies, of a slow link or tap, need more, since some hosts keep the identification when they send again (docs/decisions/0051).
/// - a frame seen behind another point, on another interface or with a lower TTL, is one if its sender numbers its packets, if it has a
///   timestamp, which is new in a retransmission, or if it is a SYN, which no host sends again that soon;
/// - at the same point it is one if it has a timestamp, and its sender numbers its packets or it is a SYN.
///
/// A sender whose first frame this is may number its packets, as nearly all do that have an identification.
///
/// Recent frames are kept in a table of fixed size, found by their numbers: nearly every frame is new, so that one comparison and one entry
/// must do for it. A frame that is overwritten too early costs a detection, no more.
package struct CopyDetector {
    private struct Seen {
        var time: Int64 = .min / 2
        /// Sequence and acknowledgement number.
        var numbers: UInt64 = 0
        /// Ports, window and control bits.
        var header: UInt64 = 0
        /// Of the addresses.
        var sender: UInt32 = 0
        var receiver: UInt32 = 0
        var timestamp: UInt32 = 0
        var interface: UInt32 = 0
        var payloadLength: UInt16 = 0
        var identification: UInt16 = 0
        var network = VirtualNetwork.none
        var hopLimit: UInt8 = 0
    }

    private var recent = InlineArray<256, Seen>(repeating: Seen())

    package init() {}

    private static let window: Int64 = 1_000_000
    /// Where nothing but the time decides: a retransmission takes a round trip at least.
    private static let narrowWindow: Int64 = 50_000
    /// Less than the shortest retransmission timeouts in use, which are 200 ms.
    private static let wideWindow: Int64 = 100_000_000

    /// Whether a segment is a copy of one just before.
    ///
    /// - Parameter segment: `inout` though it is only read, since the compiler copies a segment whole to lend it to another module.
    package mutating func isCopy(_ segment: inout Segment, on interface: UInt32) -> Bool {
        let numbers = UInt64(segment.sequence) << 32 | UInt64(segment.acknowledgement)
        let identification = Self.identification(of: segment)
        // Identifications spread the ACKs that repeat each other.
        let place = Int(((numbers ^ UInt64(identification) << 16) &* 0x9E37_79B9_7F4A_7C15) >> 56)
        if recent[place].numbers == numbers, isCopy(&segment, ofFrameAt: place, on: interface) { return true }
        recent[place].time = segment.time.nanoseconds
        recent[place].numbers = numbers
        recent[place].header = Self.header(of: segment)
        recent[place].sender = Self.digest(of: segment.source)
        recent[place].receiver = Self.digest(of: segment.destination)
        recent[place].timestamp = segment.options.timestampValue
        recent[place].interface = interface
        recent[place].payloadLength = UInt16(truncatingIfNeeded: segment.payloadLength)
        recent[place].identification = identification
        recent[place].network = segment.network
        recent[place].hopLimit = segment.hopLimit
        return false
    }

    /// Compares a segment with one of the same numbers.
    @inline(never)
    private mutating func isCopy(_ segment: inout Segment, ofFrameAt place: Int, on interface: UInt32) -> Bool {
        let seen = recent[place]
        let distance = abs(segment.time.nanoseconds &- seen.time)
        guard distance < Self.wideWindow, Self.isSame(segment, seen) else { return false }
        guard distance < Self.window else { return isLateCopy(&segment, of: seen, on: interface) }
        if interface != seen.interface || segment.hopLimit != seen.hopLimit { return true }
        if numbersItsPackets(seen) { return true }
        // Of two networks with the same addresses, each has its own frames.
        if segment.network == seen.network, !segment.flags.isDisjoint(with: [.syn, .fin]) { return true }
        let isRepeatable = segment.payloadLength > 0 || !segment.flags.isDisjoint(with: [.syn, .fin])
        return isRepeatable && distance < Self.narrowWindow
    }

    /// Whether a segment is a copy of one that is more than a millisecond older.
    private mutating func isLateCopy(_ segment: inout Segment, of seen: Seen, on interface: UInt32) -> Bool {
        guard segment.time.nanoseconds > seen.time else { return false }
        let hasTimestamp = seen.timestamp != 0
        // Probes of a traceroute have one TTL after the other.
        guard segment.hopLimit <= seen.hopLimit else { return false }
        let isNumberedOrSYN = segment.flags.contains(.syn) || mayNumberItsPackets(seen)
        let isAtSamePoint = segment.hopLimit == seen.hopLimit && interface == seen.interface
        return isAtSamePoint ? hasTimestamp && isNumberedOrSYN : hasTimestamp || isNumberedOrSYN
    }

    private static func isSame(_ segment: Segment, _ seen: Seen) -> Bool {
        header(of: segment) == seen.header && digest(of: segment.source) == seen.sender
            && digest(of: segment.destination) == seen.receiver && segment.options.timestampValue == seen.timestamp
            && UInt16(truncatingIfNeeded: segment.payloadLength) == seen.payloadLength
            && identification(of: segment) == seen.identification
    }

    /// Whether the sender of a frame gave its packets different identifications.
    private mutating func numbersItsPackets(_ seen: Seen) -> Bool {
        guard seen.identification != 0 else { return false }
        for at in recent.indices {
            let other = recent[at]
            if other.sender == seen.sender, other.identification != seen.identification, other.identification != 0,
                other.header >> 48 == seen.header >> 48
            {
                return true
            }
        }
        return false
    }

    /// The same, or nothing else of it is known.
    private mutating func mayNumberItsPackets(_ seen: Seen) -> Bool {
        guard seen.identification != 0 else { return false }
        var isAlone = true
        for at in recent.indices {
            let other = recent[at]
            guard other.sender == seen.sender, other.header >> 48 == seen.header >> 48 else { continue }
            if other.identification != seen.identification, other.identification != 0 { return true }
            if other.numbers != seen.numbers || other.header != seen.header { isAlone = false }
        }
        return isAlone
    }

    /// 0 where there is none.
    @inline(__always)
    private static func identification(of segment: Segment) -> UInt16 {
        // By a switch, since operators of another module's enumerations are calls.
        switch segment.source.family {
        case .v4: segment.identification
        case .v6: 0
        }
    }

    /// The sender's port first.
    @inline(__always)
    private static func header(of segment: Segment) -> UInt64 {
        UInt64(segment.sourcePort) << 48 | UInt64(segment.destinationPort) << 32 | UInt64(segment.window) << 16
            | UInt64(segment.flags.rawValue)
    }

    @inline(__always)
    private static func digest(of address: IPAddress) -> UInt32 {
        let folded = address.low ^ address.high &* 0x9E37_79B9_7F4A_7C15
        return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
    }
}
