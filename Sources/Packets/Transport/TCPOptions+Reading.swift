/// Option kinds (IANA tcp-parameters).
private enum OptionKind {
    static let end: UInt8 = 0
    static let noOperation: UInt8 = 1
    static let maximumSegmentSize: UInt8 = 2
    static let windowScale: UInt8 = 3
    static let sackPermitted: UInt8 = 4
    static let sack: UInt8 = 5
    static let timestamps: UInt8 = 8
    static let md5Signature: UInt8 = 19
    static let userTimeout: UInt8 = 28
    static let authentication: UInt8 = 29
    static let multipath: UInt8 = 30
    static let fastOpen: UInt8 = 34
    /// Shared by experiments (RFC 6994). Identifier 0xF989 is TCP Fast Open.
    static let experiment1: UInt8 = 253
    static let experiment2: UInt8 = 254
    static let fastOpenIdentifier: UInt16 = 0xF989
}

extension TCPOptions {
    /// NOP, NOP, timestamps: what nearly every segment of an established connection carries (RFC 7323 appendix A).
    private static let aloneTimestamps: UInt32 = 0x0101_080A

    /// Reads the options between the fixed header and the payload; replaces those read before.
    @inline(__always)
    mutating func read(_ bytes: Span<UInt8>) {
        // Nearly every segment has none, or timestamps like the one before: then there is nothing to clear.
        if bytes.isEmpty {
            if !present.isEmpty { clear() }
        } else if bytes.count == 12, bytes.bigEndianUInt32(at: 0) == Self.aloneTimestamps {
            if present.rawValue != Kinds.timestamps.rawValue { clear() }
            readTimestamps(bytes, at: 4)
        } else {
            clear()
            readEach(bytes)
        }
    }

    /// Reads those that the capture holds where it cuts the header off within them.
    @inline(never)
    mutating func readBeginning(_ bytes: Span<UInt8>) {
        clear()
        readEach(bytes)
        // The one at the border is not to blame.
        present = present.subtracting(.malformed).union(.cut)
    }

    @inline(never)
    private mutating func clear() {
        self = TCPOptions()
    }

    @inline(never)
    private mutating func readEach(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset < bytes.count {
            let kind = bytes[offset]
            if kind == OptionKind.end { return }
            if kind == OptionKind.noOperation {
                offset += 1
                continue
            }
            guard offset + 1 < bytes.count else { return present.formUnion(.malformed) }
            let length = Int(bytes[offset + 1])
            guard length >= 2, offset + length <= bytes.count else { return present.formUnion(.malformed) }
            readOption(kind, bytes, at: offset + 2, length: length - 2)
            offset += length
        }
    }

    @inline(__always)
    private mutating func readTimestamps(_ bytes: Span<UInt8>, at offset: Int) {
        timestampValue = bytes.bigEndianUInt32(at: offset)
        timestampEcho = bytes.bigEndianUInt32(at: offset + 4)
        present.formUnion(.timestamps)
    }

    /// Reads one option's value of `length` bytes at `offset`.
    private mutating func readOption(_ kind: UInt8, _ bytes: Span<UInt8>, at offset: Int, length: Int) {
        switch (kind, length) {
        case (OptionKind.maximumSegmentSize, 2):
            maximumSegmentSize = bytes.bigEndianUInt16(at: offset)
            present.formUnion(.maximumSegmentSize)
        case (OptionKind.windowScale, 1):
            windowScale = bytes[offset]
            present.formUnion(.windowScale)
        case (OptionKind.sackPermitted, 0):
            present.formUnion(.sackPermitted)
        case (OptionKind.sack, 8...) where length % 8 == 0:
            readBlocks(bytes, at: offset, count: length / 8)
        case (OptionKind.timestamps, 8):
            readTimestamps(bytes, at: offset)
        case (OptionKind.md5Signature, 16):
            present.formUnion(.md5Signature)
        case (OptionKind.userTimeout, 2):
            userTimeout = bytes.bigEndianUInt16(at: offset)
            present.formUnion(.userTimeout)
        case (OptionKind.authentication, 2...):
            present.formUnion(.authentication)
        case (OptionKind.multipath, 1...):
            present.formUnion(.multipath)
        case (OptionKind.fastOpen, 0...16):
            fastOpenCookieLength = UInt8(truncatingIfNeeded: length)
            present.formUnion(.fastOpen)
        case (OptionKind.experiment1, 2...18), (OptionKind.experiment2, 2...18):
            guard bytes.bigEndianUInt16(at: offset) == OptionKind.fastOpenIdentifier else { return note(unknownKind: kind) }
            fastOpenCookieLength = UInt8(truncatingIfNeeded: length - 2)
            present.formUnion(.fastOpen)
        case (OptionKind.maximumSegmentSize, _), (OptionKind.windowScale, _), (OptionKind.sackPermitted, _),
            (OptionKind.sack, _), (OptionKind.timestamps, _), (OptionKind.md5Signature, _), (OptionKind.userTimeout, _),
            (OptionKind.authentication, _), (OptionKind.multipath, _), (OptionKind.fastOpen, _):
            present.formUnion(.malformed)
        default:
            note(unknownKind: kind)
        }
    }

    private mutating func readBlocks(_ bytes: Span<UInt8>, at offset: Int, count: Int) {
        let kept = min(count, sackBlocks.count)
        for block in 0..<kept {
            let left = offset + block * 8
            sackBlocks[block] = SACKBlock(left: bytes.bigEndianUInt32(at: left), right: bytes.bigEndianUInt32(at: left + 4))
        }
        sackBlockCount = UInt8(truncatingIfNeeded: kept)
        present.formUnion(.sack)
    }
}
