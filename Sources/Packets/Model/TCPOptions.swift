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
    /// Kind 5 (RFC 2018): how many blocks, at most four.
    package var sackBlockCount: UInt8 = 0
    /// Kind 34 (RFC 7413): the cookie's length; 0 for a request.
    package var fastOpenCookieLength: UInt8 = 0
    /// How many kinds `unknownKinds` holds.
    package var unknownKindCount: UInt8 = 0
    /// Kind 8 (RFC 7323 section 3.2).
    package var timestampValue: UInt32 = 0
    package var timestampEcho: UInt32 = 0
    package var sackBlocks: InlineArray<4, SACKBlock> = .init(repeating: SACKBlock(left: 0, right: 0))
    /// Kind 28 (RFC 5482): the field as sent, its unit in the highest bit.
    package var userTimeout: UInt16 = 0
    /// The kinds of the options without a field or a flag, each once, in the order of the header; further ones are left out.
    package var unknownKinds: InlineArray<8, UInt8> = .init(repeating: 0)

    package struct SACKBlock: Sendable, BitwiseCopyable {
        package var left: UInt32
        package var right: UInt32

        package init(left: UInt32, right: UInt32) {
            self.left = left
            self.right = right
        }
    }

    package init() {}

    /// The user timeout in seconds; 0 where there is none.
    package var userTimeoutSeconds: Int {
        let value = Int(userTimeout & 0x7FFF)
        return userTimeout & 0x8000 == 0 ? value : value * 60
    }

    /// Calls `body` with each kind that has neither a field nor a flag.
    package func forEachUnknownKind(_ body: (UInt8) -> Void) {
        for index in 0..<Int(unknownKindCount) { body(unknownKinds[index]) }
    }

    /// Adds a kind that has neither a field nor a flag.
    package mutating func note(unknownKind kind: UInt8) {
        present.formUnion(.unknown)
        let count = Int(unknownKindCount)
        for index in 0..<count where unknownKinds[index] == kind { return }
        guard count < unknownKinds.count else { return }
        unknownKinds[count] = kind
        unknownKindCount = UInt8(count + 1)
    }
}

extension TCPOptions {
    /// The options of a segment that no `Decoder` read: the bytes between the fixed header and the payload.
    package init(reading bytes: Span<UInt8>) {
        self.init()
        read(bytes)
    }
}
