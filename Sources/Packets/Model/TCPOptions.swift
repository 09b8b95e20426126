/// The options of a segment. An absent option is zero and missing from `present`.
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
    /// Kind 3: the shift as sent (RFC 7323 section 2.2; values above 14 count as 14).
    package var windowScale: UInt8 = 0
    /// Kind 8 (RFC 7323 section 3.2).
    package var timestampValue: UInt32 = 0
    package var timestampEcho: UInt32 = 0
    /// Kind 5 (RFC 2018): how many blocks, at most four, and the blocks.
    package var sackBlockCount: UInt8 = 0
    package var sackBlocks: InlineArray<4, SACKBlock> = .init(repeating: SACKBlock(left: 0, right: 0))
    /// Kind 34 (RFC 7413): the cookie's length; 0 for a request.
    package var fastOpenCookieLength: UInt8 = 0
    /// The kind of the first option that has no field above.
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

extension TCPOptions {
    /// The options of a segment that no `Decoder` read: the bytes between the fixed header and the payload.
    package init(reading bytes: Span<UInt8>) {
        self.init()
        read(bytes)
    }
}
