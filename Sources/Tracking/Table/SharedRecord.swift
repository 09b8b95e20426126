/// What belongs to a connection as a whole.
struct SharedRecord: BitwiseCopyable {
    /// When its first segment was captured, in nanoseconds since the epoch.
    @inline(always) var start: Int64 {
        get { Int64(startHigh) << 32 | Int64(startLow) }
        set {
            startLow = UInt32(truncatingIfNeeded: newValue)
            startHigh = Int32(truncatingIfNeeded: newValue >> 32)
        }
    }
    /// In halves, so that the record needs no padding behind the key's twelve bytes.
    private var startLow: UInt32
    private var startHigh: Int32
    var history = PackedHistory()
    /// Counted from 1 in the order of first segments.
    var identifier: UInt32
    /// When it is to be looked at, in the timer wheel's ticks.
    var due: UInt32 = 0
    /// Microseconds from the start to the latest SYN, until `.hasRoundTrip`; then the initial round-trip time. Both fit one field,
    /// since the first is needed only to compute the second.
    private var synOrRoundTrip: UInt32 = 0
    var flags: Flags
    var retransmits: UInt16 = 0
    var synRetransmits: UInt8 = 0
    var completeness = Completeness.none
    var steps = StepRecord()

    /// Nanoseconds from the start to the latest SYN; it counts where `.hasSynTime` is set and `.hasRoundTrip` is not.
    @inline(always) var synOffset: Int64 { Int64(synOrRoundTrip) * 1000 }

    @inline(always)
    mutating func setSynOffset(microseconds: UInt32) {
        flags.insert(.hasSynTime)
        synOrRoundTrip = microseconds
    }

    /// Wireshark's initial round-trip time in nanoseconds, to the microsecond.
    @inline(always) var roundTrip: Int64? { flags.contains(.hasRoundTrip) ? Int64(synOrRoundTrip) * 1000 : nil }

    @inline(always)
    mutating func setRoundTrip(microseconds: UInt32) {
        flags.insert(.hasRoundTrip)
        synOrRoundTrip = microseconds
    }

    init(start: Int64, identifier: UInt32, flags: Flags) {
        startLow = UInt32(truncatingIfNeeded: start)
        startHigh = Int32(truncatingIfNeeded: start >> 32)
        self.identifier = identifier
        self.flags = flags
    }

    struct Flags: FlagSet {
        let rawValue: UInt16
        static var isV4: Flags { Flags(rawValue: 1 << 0) }
        /// Zeek's `is_partial`: its first segments were no handshake.
        static var isPartial: Flags { Flags(rawValue: 1 << 1) }
        static var originatorSpoke: Flags { Flags(rawValue: 1 << 2) }
        static var responderSpoke: Flags { Flags(rawValue: 1 << 3) }
        /// A close waits for data that is missing.
        static var closeDeferred: Flags { Flags(rawValue: 1 << 4) }
        /// The close is complete: the connection ends at `due`, whatever arrives before.
        static var isEnding: Flags { Flags(rawValue: 1 << 5) }
        /// Past the handshake, where longer timeouts apply.
        static var isPastHandshake: Flags { Flags(rawValue: 1 << 6) }
        /// A `Overflow` is kept for it.
        static var hasOverflow: Flags { Flags(rawValue: 1 << 7) }
        static var originatorSpokeLast: Flags { Flags(rawValue: 1 << 8) }
        static var hasSynTime: Flags { Flags(rawValue: 1 << 9) }
        static var hasRoundTrip: Flags { Flags(rawValue: 1 << 10) }
        /// The first FIN or RST was the originator's, the responder's.
        static var originatorEnded: Flags { Flags(rawValue: 1 << 11) }
        static var responderEnded: Flags { Flags(rawValue: 1 << 12) }
        /// It began with a SYN of the originator.
        static var sawOpening: Flags { Flags(rawValue: 1 << 13) }
        /// Data came with the SYN (TCP Fast Open, RFC 7413).
        static var synCarriedData: Flags { Flags(rawValue: 1 << 14) }
        /// Any segment counted: otherwise all of them had bad checksums.
        static var hasSegments: Flags { Flags(rawValue: 1 << 15) }
    }
}
