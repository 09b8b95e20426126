internal import Addresses
import Time

/// Finds frames that were captured twice and sent once: on a bridge, a router or a host of containers, where the device "any" captures each
/// frame as it arrives and as it leaves, and behind a mirror port that copies both directions of a switch.
///
/// A copy has the same segment and the same IPv4 identification as a frame of less than a millisecond before. Another interface, or
/// another TTL, is proof. On one interface a second frame may also be a retransmission: no host sends a SYN or FIN again that soon, and one
/// that numbers its packets would have given it another identification.
///
/// Recent frames are kept in a table of fixed size. A frame that is overwritten too early costs a detection, no more.
package struct CopyDetector {
    private struct Seen {
        var time: Int64 = .min / 2
        var digest: UInt64 = 0
        var interface: UInt32 = 0
        /// Of the sender's address.
        var sender: UInt32 = 0
        var identification: UInt16 = 0
        var network = VirtualNetwork.none
        var hopLimit: UInt8 = 0
    }

    private var recent = [Seen](repeating: Seen(), count: count)

    package init() {}

    private static let count = 256
    private static let window: Int64 = 1_000_000
    /// Where nothing but the time decides: a retransmission takes a round trip at least.
    private static let narrowWindow: Int64 = 50_000

    /// Whether a segment is a copy of one just before.
    @inline(__always)
    package mutating func isCopy(_ segment: Segment, on interface: UInt32) -> Bool {
        let digest = Self.digest(segment)
        let place = Int(digest >> 56)
        if recent[place].digest == digest, isCopy(segment, of: recent[place], on: interface) { return true }
        recent[place].time = segment.time.nanoseconds
        recent[place].digest = digest
        recent[place].interface = interface
        recent[place].sender = Self.digest(ofSender: segment)
        recent[place].identification = Self.identification(of: segment)
        recent[place].network = segment.network
        recent[place].hopLimit = segment.hopLimit
        return false
    }

    /// Decides on a segment that is the same as one before.
    @inline(never)
    private func isCopy(_ segment: Segment, of seen: Seen, on interface: UInt32) -> Bool {
        let distance = abs(segment.time.nanoseconds &- seen.time)
        guard distance < Self.window else { return false }
        if interface != seen.interface || segment.hopLimit != seen.hopLimit { return true }
        if numbersItsPackets(seen) { return true }
        // Of two networks with the same addresses, each has its own frames.
        if segment.network == seen.network, !segment.flags.isDisjoint(with: [.syn, .fin]) { return true }
        let isRepeatable = segment.payloadLength > 0 || !segment.flags.isDisjoint(with: [.syn, .fin])
        return isRepeatable && distance < Self.narrowWindow
    }

    /// Whether the sender of a frame gave its packets different identifications.
    private func numbersItsPackets(_ seen: Seen) -> Bool {
        guard seen.identification != 0 else { return false }
        return recent.contains { $0.sender == seen.sender && $0.identification != seen.identification && $0.identification != 0 }
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

    @inline(__always)
    private static func digest(ofSender segment: Segment) -> UInt32 {
        UInt32(
            truncatingIfNeeded: (segment.source.low ^ segment.source.high &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(segment.sourcePort)
                << 16
        )
    }

    @inline(__always)
    private static func digest(_ segment: Segment) -> UInt64 {
        let ends = (segment.source.low ^ segment.destination.high &* 3) &+ (segment.destination.low ^ segment.source.high) &* 5
        let numbers = UInt64(segment.sequence) << 32 | UInt64(segment.acknowledgement)
        let header =
            UInt64(segment.sourcePort) << 48 | UInt64(segment.destinationPort) << 32 | UInt64(segment.window) << 16
            | UInt64(segment.flags.rawValue)
        let rest =
            UInt64(truncatingIfNeeded: segment.payloadLength) << 48 | UInt64(identification(of: segment)) << 32
            | UInt64(segment.options.timestampValue)
        // Independent of each other, so that the processor multiplies all at once.
        let mixed =
            ends &* 0x9E37_79B9_7F4A_7C15 ^ numbers &* 0xC2B2_AE3D_27D4_EB4F &+ header &* 0x1656_67B1_9E37_79F9
            ^ rest &* 0x85EB_CA77_C2B2_AE63
        return (mixed ^ mixed >> 32) &* 0x9FB2_1C65_1E98_DF25
    }
}
