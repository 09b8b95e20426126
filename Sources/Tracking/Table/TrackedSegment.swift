internal import Addresses
internal import Packets
import Time

/// What tracking needs of a segment, in 64 bytes: the form in which segments pass from one thread to another.
///
/// It omits the options and the position of the payload, and includes the hash of its endpoints.
package struct TrackedSegment: Sendable, BitwiseCopyable {
    /// When it was captured, in nanoseconds since the epoch.
    let time: Int64
    let sourceHigh: UInt64
    let sourceLow: UInt64
    let destinationHigh: UInt64
    let destinationLow: UInt64
    let sourcePort: UInt16
    let destinationPort: UInt16
    let sequence: UInt32
    let acknowledgement: UInt32
    /// The payload's length in the lower bits, the virtual network above them.
    private let lengthAndNetwork: UInt32
    /// Of both ends, the same in either direction.
    let hash: UInt32
    let window: UInt16
    /// Of the header's control bits SYN, FIN, RST and ACK, and `Bit` in the places of the others and above.
    private let bits: UInt16

    private enum Bit {
        static let isCopy: UInt16 = 1 << 3
        static let isMultipath: UInt16 = 1 << 5
        /// Of a SYN, its window scale: 15 where it has none.
        static let windowScale: UInt16 = 0b1111 << 6
        static let windowScaleShift: UInt16 = 6
        static let isCut: UInt16 = 1 << 10
        static let isPayloadWhole: UInt16 = 1 << 11
        static let hasWrongChecksum: UInt16 = 1 << 12
        static let hasOffloadedChecksum: UInt16 = 1 << 13
        static let isHeaderCut: UInt16 = 1 << 14
        static let isV4: UInt16 = 1 << 15
        /// No checksum is both.
        static let isTick = hasWrongChecksum | hasOffloadedChecksum
    }

    /// Longer payloads count as this long: no kernel makes segments of 512 KiB, not even for offload (Linux, GSO_MAX_SIZE).
    private static let greatestLength = 0x7_FFFF
    private static let networkShift: UInt32 = 19
    private static let noWindowScale: UInt16 = 15

    @inline(always)
    init(_ segment: borrowing Segment, hasher: EndpointHasher) {
        time = segment.time.nanoseconds
        sourceHigh = segment.source.high
        sourceLow = segment.source.low
        destinationHigh = segment.destination.high
        destinationLow = segment.destination.low
        sourcePort = segment.sourcePort
        destinationPort = segment.destinationPort
        sequence = segment.sequence
        acknowledgement = segment.acknowledgement
        lengthAndNetwork =
            UInt32(truncatingIfNeeded: min(max(segment.payloadLength, 0), Self.greatestLength))
            | UInt32(segment.network.number) << Self.networkShift
        window = segment.window
        var bits = segment.flags.rawValue & (ControlBits.fin | ControlBits.syn | ControlBits.rst | ControlBits.ack)
        // By switches, since operators of another module's enumerations are calls.
        switch segment.source.family {
        case .v4: bits |= Bit.isV4
        case .v6: break
        }
        if segment.capturedPayloadLength < segment.payloadLength { bits |= Bit.isCut }
        if segment.isCopy { bits |= Bit.isCopy }
        if segment.isPayloadWhole { bits |= Bit.isPayloadWhole }
        if segment.options.present.contains(.cut) { bits |= Bit.isHeaderCut }
        if segment.options.present.contains(.multipath) { bits |= Bit.isMultipath }
        if bits & ControlBits.syn != 0 {
            let hasScale = segment.options.present.contains(.windowScale)
            bits |= (hasScale ? min(UInt16(segment.options.windowScale), 14) : Self.noWindowScale) << Bit.windowScaleShift
        }
        if case .correct = segment.checksum {} else { bits |= Self.bits(of: segment.checksum) }
        self.bits = bits
        hash = hasher.hash(
            EndpointHasher.End(segment.source.high, segment.source.low, segment.sourcePort),
            EndpointHasher.End(segment.destination.high, segment.destination.low, segment.destinationPort)
        )
    }

    /// Out of the way of the segments whose checksum is correct, nearly all.
    @inline(never)
    private static func bits(of checksum: Segment.ChecksumVerdict) -> UInt16 {
        switch checksum {
        case .correct, .unknown: 0
        case .wrong: Bit.hasWrongChecksum
        case .offloaded: Bit.hasOffloadedChecksum
        }
    }

    /// No segment, but a time that passes.
    init(time: Int64) {
        self.time = time
        (sourceHigh, sourceLow, destinationHigh, destinationLow) = (0, 0, 0, 0)
        (sourcePort, destinationPort) = (0, 0)
        (sequence, acknowledgement, lengthAndNetwork, hash) = (0, 0, 0, 0)
        window = 0
        bits = Bit.isTick
    }

    @inline(always) var isTick: Bool { bits & Bit.isTick == Bit.isTick }
    @inline(always) var flags: ControlBits { ControlBits(rawValue: bits) }
    /// Bytes by the IP header's length, also where the capture cut payload off.
    @inline(always) var payloadLength: Int { Int(lengthAndNetwork) & Self.greatestLength }
    /// `VirtualNetwork.number`.
    @inline(always) var network: UInt16 { UInt16(truncatingIfNeeded: lengthAndNetwork >> Self.networkShift) }
    /// Of a SYN, the window scale that it offers; `nil` where it offers none.
    @inline(always) var windowScale: UInt8? {
        let scale = (bits & Bit.windowScale) >> Bit.windowScaleShift
        return scale == Self.noWindowScale ? nil : UInt8(truncatingIfNeeded: scale)
    }
    @inline(always) var isV4: Bool { bits & Bit.isV4 != 0 }
    /// Whether this frame lacks payload.
    @inline(always) var isCut: Bool { bits & Bit.isCut != 0 }
    /// Whether all of the payload was captured, in this frame or in the fragments that it came in.
    @inline(always) var isPayloadWhole: Bool { bits & Bit.isPayloadWhole != 0 }
    /// Whether it was captured at another point just before.
    @inline(always) var isCopy: Bool { bits & Bit.isCopy != 0 }
    /// Whether it carries an option of MPTCP.
    @inline(always) var isMultipath: Bool { bits & Bit.isMultipath != 0 }
    /// Whether a policy may turn it away.
    @inline(always) var isDoubtful: Bool {
        bits & (Bit.hasWrongChecksum | Bit.hasOffloadedChecksum | Bit.isHeaderCut | Bit.isCopy) != 0
    }
    /// Whether the capture cuts its options off.
    @inline(always) var isHeaderCut: Bool { bits & Bit.isHeaderCut != 0 }
    @inline(always) var hasWrongChecksum: Bool { bits & Bit.hasWrongChecksum != 0 }
    /// Whether the sender left the checksum to its network card.
    @inline(always) var hasOffloadedChecksum: Bool { bits & Bit.hasOffloadedChecksum != 0 }
}
