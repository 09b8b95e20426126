internal import Addresses
internal import Packets
import Time

/// What tracking needs of a segment, in 64 bytes: a capture's segments go from one thread to another in this form.
///
/// Its options and where its payload lies are left behind; the hash of its ends comes along.
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
    private let length: UInt32
    /// Of both ends, the same in either direction.
    let hash: UInt32
    let window: UInt16
    /// The header's nine control bits, above them `Mark`.
    private let bits: UInt16

    private enum Mark {
        static let isV4: UInt16 = 1 << 9
        static let isCut: UInt16 = 1 << 10
        static let isPayloadWhole: UInt16 = 1 << 11
        static let hasWrongChecksum: UInt16 = 1 << 12
        static let hasOffloadedChecksum: UInt16 = 1 << 13
        static let isHeaderCut: UInt16 = 1 << 14
        static let isTimeAlone: UInt16 = 1 << 15
    }

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
        length = UInt32(clamping: segment.payloadLength)
        window = segment.window
        var bits = segment.flags.rawValue & 0x01FF
        // By switches, since operators of another module's enumerations are calls.
        switch segment.source.family {
        case .v4: bits |= Mark.isV4
        case .v6: break
        }
        if segment.capturedPayloadLength < segment.payloadLength { bits |= Mark.isCut }
        if segment.isPayloadWhole { bits |= Mark.isPayloadWhole }
        if segment.options.present.contains(.cut) { bits |= Mark.isHeaderCut }
        switch segment.checksum {
        case .correct: break
        case .wrong: bits |= Mark.hasWrongChecksum
        case .offloaded: bits |= Mark.hasOffloadedChecksum
        case .unknown: break
        }
        self.bits = bits
        hash = hasher.hash(
            EndpointHasher.End(segment.source.high, segment.source.low, segment.sourcePort),
            EndpointHasher.End(segment.destination.high, segment.destination.low, segment.destinationPort)
        )
    }

    /// No segment, but a time that passes.
    init(time: Int64) {
        self.time = time
        (sourceHigh, sourceLow, destinationHigh, destinationLow) = (0, 0, 0, 0)
        (sourcePort, destinationPort) = (0, 0)
        (sequence, acknowledgement, length, hash) = (0, 0, 0, 0)
        window = 0
        bits = Mark.isTimeAlone
    }

    @inline(always) var isTimeAlone: Bool { bits & Mark.isTimeAlone != 0 }
    @inline(always) var flags: ControlBits { ControlBits(rawValue: bits) }
    /// Bytes by the IP header's length, also where the capture cut payload off.
    @inline(always) var payloadLength: Int { Int(length) }
    @inline(always) var isV4: Bool { bits & Mark.isV4 != 0 }
    /// Whether this frame lacks payload.
    @inline(always) var isCut: Bool { bits & Mark.isCut != 0 }
    /// Whether all of the payload was captured, in this frame or in the fragments that it came in.
    @inline(always) var isPayloadWhole: Bool { bits & Mark.isPayloadWhole != 0 }
    /// Whether a policy may turn it away.
    @inline(always) var isDoubtful: Bool {
        bits & (Mark.hasWrongChecksum | Mark.hasOffloadedChecksum | Mark.isHeaderCut) != 0
    }
    /// Whether the capture cuts its options off.
    @inline(always) var isHeaderCut: Bool { bits & Mark.isHeaderCut != 0 }
    @inline(always) var hasWrongChecksum: Bool { bits & Mark.hasWrongChecksum != 0 }
    /// Whether the sender left the checksum to its network card.
    @inline(always) var hasOffloadedChecksum: Bool { bits & Mark.hasOffloadedChecksum != 0 }
}

/// Hashes the two ends of a connection, keyed anew in every run so that nobody can aim at one place of a table; the same in both
/// directions.
struct EndpointHasher: BitwiseCopyable {
    private let first: UInt64
    private let second: UInt64

    init(seed: (UInt64, UInt64)) {
        // Even factors would lose bits of what they multiply.
        first = seed.0 | 1
        second = seed.1 | 1
    }

    struct End: BitwiseCopyable {
        let high: UInt64
        let low: UInt64
        let port: UInt64

        @inline(always)
        init(_ high: UInt64, _ low: UInt64, _ port: UInt16) {
            self.high = high
            self.low = low
            self.port = UInt64(port)
        }
    }

    /// The sum of both shares does not care which end sent.
    @inline(always)
    func hash(_ one: End, _ other: End) -> UInt32 {
        UInt32(truncatingIfNeeded: folded((share(one) &+ share(other)) ^ first, second) >> 16)
    }

    /// One end's share, a keyed multiplication of its address and port folded to 64 bits.
    @inline(always)
    private func share(_ end: End) -> UInt64 {
        let upper = folded(end.high ^ first, second ^ end.port)
        return folded(end.low ^ upper ^ second, first ^ (end.port << 32))
    }

    @inline(always)
    private func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
