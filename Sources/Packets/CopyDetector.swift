internal import Addresses
import Time

/// Finds frames that were captured on two interfaces: on a bridge, a router or a host of containers, the device "any" captures each frame
/// where it arrives and where it leaves.
///
/// A copy has the same segment and the same IPv4 identification as a frame of another interface less than a millisecond before. Its TTL
/// may differ. Recent frames are kept in a table of fixed size; one that is overwritten too early costs a detection, no more.
package struct CopyDetector {
    private struct Seen {
        var time: Int64 = .min / 2
        var digest: UInt64 = 0
        var interface: UInt32 = 0
    }

    private var recent = [Seen](repeating: Seen(), count: 1024)

    package init() {}

    private static let window: Int64 = 1_000_000

    /// Whether a segment is a copy of one on another interface.
    package mutating func isCopy(_ segment: Segment, on interface: UInt32) -> Bool {
        let digest = Self.digest(segment)
        let place = Int(digest >> 54)
        let time = segment.time.nanoseconds
        let seen = recent[place]
        if seen.digest == digest, seen.interface != interface, abs(time - seen.time) < Self.window { return true }
        recent[place] = Seen(time: time, digest: digest, interface: interface)
        return false
    }

    private static func digest(_ segment: Segment) -> UInt64 {
        var digest: UInt64 = 0
        func add(_ value: UInt64) { digest = (digest ^ value) &* 0x9E37_79B9_7F4A_7C15 ^ digest >> 29 }
        add(segment.source.high ^ segment.destination.low)
        add(segment.source.low ^ segment.destination.high)
        add(UInt64(segment.sequence) << 32 | UInt64(segment.acknowledgement))
        add(
            UInt64(segment.sourcePort) << 48 | UInt64(segment.destinationPort) << 32 | UInt64(segment.window) << 16
                | UInt64(segment.flags.rawValue)
        )
        add(UInt64(truncatingIfNeeded: segment.payloadLength) << 32 | UInt64(segment.options.timestampValue))
        if segment.source.family == .v4 { add(UInt64(segment.identification)) }
        return digest
    }
}
