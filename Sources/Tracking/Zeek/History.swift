/// What one side did, as Zeek's `history` spells it: one letter per event, in upper case for the originator.
package enum HistoryCode: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case syn = 1
    case synAck
    case pureAck
    case data
    case fin
    case rst
    case checksum
    case retransmission
    case zeroWindow
    case gap
    /// FIN and RST in one segment.
    case inconsistent
    /// SYN with FIN or RST.
    case multipleFlags
    /// Originator and responder changed places.
    case flip

    /// The letter for the originator.
    var upperCase: UInt8 {
        switch self {
        case .syn: UInt8(ascii: "S")
        case .synAck: UInt8(ascii: "H")
        case .pureAck: UInt8(ascii: "A")
        case .data: UInt8(ascii: "D")
        case .fin: UInt8(ascii: "F")
        case .rst: UInt8(ascii: "R")
        case .checksum: UInt8(ascii: "C")
        case .retransmission: UInt8(ascii: "T")
        case .zeroWindow: UInt8(ascii: "W")
        case .gap: UInt8(ascii: "G")
        case .inconsistent: UInt8(ascii: "I")
        case .multipleFlags: UInt8(ascii: "Q")
        case .flip: UInt8(ascii: "^")
        }
    }
}

/// The first twelve codes of a history in eight bytes; the rest is kept in the connection's `Overflow`.
package struct PackedHistory: Sendable, BitwiseCopyable {
    /// Five bits per code, the first one lowest: four for the code, one for the side.
    @inline(always) private var bits: UInt64 {
        get { UInt64(high) << 32 | UInt64(low) }
        set {
            low = UInt32(truncatingIfNeeded: newValue)
            high = UInt32(truncatingIfNeeded: newValue >> 32)
        }
    }
    private var low: UInt32 = 0
    private var high: UInt32 = 0

    static let capacity = 12

    package init() {}

    @inline(always)
    var count: Int {
        // A fifth, rounded up; exact up to 68.
        ((68 &- bits.leadingZeroBitCount) &* 205) &>> 10
    }

    /// Whether there is room for another code, which is then appended.
    mutating func append(_ code: HistoryCode, fromOriginator: Bool) -> Bool {
        let count = count
        guard count < Self.capacity else { return false }
        let entry = UInt64(code.rawValue) << 1 | (fromOriginator ? 1 : 0)
        bits |= entry << UInt64(5 * count)
        return true
    }

    /// A single SYN-ACK of the originator and nothing else.
    @inline(always) var isLoneSynAck: Bool { bits == UInt64(HistoryCode.synAck.rawValue) << 1 | 1 }

    /// `^h`: what a lone SYN-ACK becomes when its sender turns out to be the responder.
    static let flippedSynAck: PackedHistory = {
        var history = PackedHistory()
        _ = history.append(.flip, fromOriginator: true)
        _ = history.append(.synAck, fromOriginator: false)
        return history
    }()

    /// Calls `body` with each letter, as ASCII.
    package func forEachByte(_ body: (UInt8) -> Void) {
        var rest = bits
        while rest != 0 {
            body(Self.byte(UInt8(rest & 0x1F)))
            rest >>= 5
        }
    }

    /// The letter of five bits.
    static func byte(_ entry: UInt8) -> UInt8 {
        guard let code = HistoryCode(rawValue: entry >> 1) else { return UInt8(ascii: "?") }
        guard code != .flip, entry & 1 == 0 else { return code.upperCase }
        return code.upperCase | 0x20
    }
}
