package import Addresses

/// One TCP segment as it stood in a frame: the header's fields, what its options said, and where its payload lies.
///
/// A plain value without references, so that a capture of millions is decoded without one allocation. Numbers are in host order.
package struct Segment: Sendable, BitwiseCopyable {
    /// When the frame was captured.
    package var time: Timestamp
    package var source: IPAddress
    package var destination: IPAddress
    package var sourcePort: UInt16
    package var destinationPort: UInt16
    /// SEG.SEQ and SEG.ACK (RFC 9293 section 3.1). The acknowledgement means something only where `flags` holds `.ack`.
    package var sequence: UInt32
    package var acknowledgement: UInt32
    package var flags: TCPFlags
    /// The window as it stands in the header, before any scaling.
    package var window: UInt16
    package var urgentPointer: UInt16
    /// Bytes of payload by the IP header's length, also where the capture cut them off.
    /// 0 where the IP header gives no length (TSO).
    package var payloadLength: Int
    /// Where the payload begins in the frame, and how many bytes of it were captured (at most `payloadLength`).
    package var payloadOffset: Int
    package var capturedPayloadLength: Int
    /// Whether all of the payload was captured, in this frame or in the fragments that it came in.
    package var isPayloadWhole: Bool
    package var checksum: ChecksumVerdict
    package var options: TCPOptions
    /// The IP header's time to live or hop limit.
    package var hopLimit: UInt8

    /// A segment of these endpoints; every other field is zero or empty, and the checksum is unknown.
    package init(
        time: Timestamp = Timestamp(nanoseconds: 0),
        source: IPAddress = .anyV4,
        destination: IPAddress = .anyV4,
        sourcePort: UInt16 = 0,
        destinationPort: UInt16 = 0,
        sequence: UInt32 = 0,
        acknowledgement: UInt32 = 0,
        flags: TCPFlags = [],
        window: UInt16 = 0,
        payloadLength: Int = 0
    ) {
        self.time = time
        self.source = source
        self.destination = destination
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.flags = flags
        self.window = window
        self.urgentPointer = 0
        self.payloadLength = payloadLength
        self.payloadOffset = 0
        self.capturedPayloadLength = 0
        self.isPayloadWhole = true
        self.checksum = .unknown
        self.options = TCPOptions()
        self.hopLimit = 0
    }

    package enum ChecksumVerdict: UInt8, Sendable, BitwiseCopyable {
        case correct
        case wrong
        /// The field holds the pseudo-header's sum alone: the sender left the rest to its network card, behind which nobody looked.
        case offloaded
        /// The capture holds less than the whole segment, so nothing can be said.
        case unknown
    }
}

/// A moment in packet time: nanoseconds since the epoch (1970-01-01 00:00 UTC).
@usableFromInline
package struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    @usableFromInline package var nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// The control bits of a TCP header (RFC 9293 section 3.1, RFC 3168, RFC 9768 for AE).
@usableFromInline
package struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let rawValue: UInt16

    @inlinable
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable package static var fin: TCPFlags { TCPFlags(rawValue: 0x001) }
    @inlinable package static var syn: TCPFlags { TCPFlags(rawValue: 0x002) }
    @inlinable package static var rst: TCPFlags { TCPFlags(rawValue: 0x004) }
    @inlinable package static var psh: TCPFlags { TCPFlags(rawValue: 0x008) }
    @inlinable package static var ack: TCPFlags { TCPFlags(rawValue: 0x010) }
    @inlinable package static var urg: TCPFlags { TCPFlags(rawValue: 0x020) }
    @inlinable package static var ece: TCPFlags { TCPFlags(rawValue: 0x040) }
    @inlinable package static var cwr: TCPFlags { TCPFlags(rawValue: 0x080) }
    @inlinable package static var ae: TCPFlags { TCPFlags(rawValue: 0x100) }
    @inlinable package static var synAck: TCPFlags { TCPFlags(rawValue: 0x012) }

    // The set's own operations are generic, and called for each segment from other modules.
    @inlinable @inline(__always) package func contains(_ member: TCPFlags) -> Bool { rawValue & member.rawValue == member.rawValue }
    @inlinable @inline(__always) package func isDisjoint(with other: TCPFlags) -> Bool { rawValue & other.rawValue == 0 }
    @inlinable @inline(__always) package func intersection(_ other: TCPFlags) -> TCPFlags {
        TCPFlags(rawValue: rawValue & other.rawValue)
    }
}

/// What a segment's options said. What did not stand there is zero and absent from `present`.
@usableFromInline
package struct TCPOptions: Sendable, BitwiseCopyable {
    @usableFromInline
    package struct Kinds: OptionSet, Sendable, BitwiseCopyable {
        @usableFromInline package let rawValue: UInt16

        @inlinable
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        @inlinable package static var maximumSegmentSize: Kinds { Kinds(rawValue: 1 << 0) }
        @inlinable package static var windowScale: Kinds { Kinds(rawValue: 1 << 1) }
        @inlinable package static var sackPermitted: Kinds { Kinds(rawValue: 1 << 2) }
        @inlinable package static var sack: Kinds { Kinds(rawValue: 1 << 3) }
        @inlinable package static var timestamps: Kinds { Kinds(rawValue: 1 << 4) }
        @inlinable package static var fastOpen: Kinds { Kinds(rawValue: 1 << 5) }
        @inlinable package static var multipath: Kinds { Kinds(rawValue: 1 << 6) }
        @inlinable package static var md5Signature: Kinds { Kinds(rawValue: 1 << 7) }
        @inlinable package static var authentication: Kinds { Kinds(rawValue: 1 << 8) }
        @inlinable package static var userTimeout: Kinds { Kinds(rawValue: 1 << 9) }
        @inlinable package static var unknown: Kinds { Kinds(rawValue: 1 << 10) }
        /// The capture holds but the first of them, or none.
        @inlinable package static var cut: Kinds { Kinds(rawValue: 1 << 11) }
        /// The options end in the middle of one, or one has a length that can't be.
        @inlinable package static var malformed: Kinds { Kinds(rawValue: 1 << 15) }

        @inlinable @inline(__always)
        package func contains(_ member: Kinds) -> Bool { rawValue & member.rawValue == member.rawValue }
        @inlinable @inline(__always) package var isEmpty: Bool { rawValue == 0 }
    }

    package var present: Kinds = []
    /// Kind 2 (RFC 9293 section 3.7.1).
    package var maximumSegmentSize: UInt16 = 0
    /// Kind 3, the shift as it stands there (RFC 7323 section 2.2; over 14 counts as 14).
    package var windowScale: UInt8 = 0
    /// Kind 8 (RFC 7323 section 3.2).
    package var timestampValue: UInt32 = 0
    package var timestampEcho: UInt32 = 0
    /// Kind 5 (RFC 2018): how many blocks, at most four, and the blocks.
    package var sackBlockCount: UInt8 = 0
    package var sackBlocks: InlineArray<4, SACKBlock> = .init(repeating: SACKBlock(left: 0, right: 0))
    /// Kind 34 (RFC 7413): the cookie's length; 0 for a request.
    package var fastOpenCookieLength: UInt8 = 0
    /// The number of the first option of a kind that stands above in none.
    package var firstUnknownKind: UInt8 = 0

    package struct SACKBlock: Sendable, BitwiseCopyable {
        package var left: UInt32
        package var right: UInt32

        package init(left: UInt32, right: UInt32) {
            self.left = left
            self.right = right
        }
    }

    package init() {}
}
