/// A connection as the table keeps it: 152 bytes, without references.
///
/// The originator is whoever opened it, by SYN or, where none was seen, by Zeek's guesses.
struct Connection: BitwiseCopyable {
    var key: ConnectionKey
    var shared: SharedRecord
    var originator = EndpointRecord()
    var responder = EndpointRecord()

    @inline(always)
    func matches(_ segment: TrackedSegment) -> Bool {
        key.matches(segment) && shared.flags.contains(.isV4) == segment.isV4
    }

    /// How many sides have closed.
    @inline(always)
    var closes: Int { (originator.didClose ? 1 : 0) + (responder.didClose ? 1 : 0) }
    @inline(always)
    var anyReset: Bool { originator.state == .reset || responder.state == .reset }

    /// Closed to the last step, or reset. Where acknowledgements are left out of the capture, both FINs are the last that shows.
    var isOver: Bool {
        shared.steps.isClosed || (shared.steps.seesControlOnly && closes == 2) || originator.state == .reset || responder.state == .reset
            || (shared.flags.contains(.isEnding) && shared.steps.closed == 0)
    }

    /// A read of each cache line that it lies in.
    @inline(always)
    var touch: UInt32 {
        UInt32(truncatingIfNeeded: key.originatorLow) ^ originator.start ^ responder.last ^ responder.packets
    }

    /// When its last segment came that still counts for its duration, in nanoseconds since the epoch.
    var lastTime: Int64 {
        shared.start + (shared.flags.contains(.originatorSpokeLast) ? originator : responder).timeOffset
    }
}

/// Both ends of a connection, the originator's first. Addresses are kept without their family; `SharedRecord.Flags.isV4` has it.
struct ConnectionKey: BitwiseCopyable {
    var originatorHigh: UInt64
    var originatorLow: UInt64
    var responderHigh: UInt64
    var responderLow: UInt64
    var originatorPort: UInt16
    var responderPort: UInt16

    @inline(always)
    init(originatedBy segment: TrackedSegment) {
        originatorHigh = segment.sourceHigh
        originatorLow = segment.sourceLow
        responderHigh = segment.destinationHigh
        responderLow = segment.destinationLow
        originatorPort = segment.sourcePort
        responderPort = segment.destinationPort
    }

    mutating func flip() {
        swap(&originatorHigh, &responderHigh)
        swap(&originatorLow, &responderLow)
        swap(&originatorPort, &responderPort)
    }

    /// Whether the segment came from the originator.
    @inline(always)
    func isOriginator(of segment: TrackedSegment) -> Bool {
        segment.sourceLow == originatorLow && segment.sourcePort == originatorPort && segment.sourceHigh == originatorHigh
    }

    /// Whether the segment runs between the two, in either direction.
    @inline(always)
    func matches(_ segment: TrackedSegment) -> Bool {
        if segment.sourcePort == originatorPort, segment.destinationPort == responderPort,
            segment.sourceLow == originatorLow, segment.destinationLow == responderLow,
            segment.sourceHigh == originatorHigh, segment.destinationHigh == responderHigh
        {
            return true
        }
        return segment.sourcePort == responderPort && segment.destinationPort == originatorPort
            && segment.sourceLow == responderLow && segment.destinationLow == originatorLow
            && segment.sourceHigh == responderHigh && segment.destinationHigh == originatorHigh
    }
}

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
    /// In halves, so that the record needs no padding behind the key's four bytes of ports.
    private var startLow: UInt32
    private var startHigh: Int32
    var history = PackedHistory()
    /// Counted from 1 in the order of first segments.
    var identifier: UInt32
    /// The list of the timer wheel that it stands in.
    var previous: UInt32 = TimerWheel.none
    var next: UInt32 = TimerWheel.none
    /// When it is to be looked at, in the timer wheel's ticks.
    var due: UInt32 = 0
    /// Microseconds: from the start to the latest SYN until `.hasRoundTrip`, then Wireshark's initial round trip time.
    var roundTrip: UInt32 = 0
    var flags: Flags
    var retransmits: UInt16 = 0
    var synRetransmits: UInt8 = 0
    var completeness: Completeness = []
    var steps = StepRecord()

    init(start: Int64, identifier: UInt32, flags: Flags) {
        startLow = UInt32(truncatingIfNeeded: start)
        startHigh = Int32(truncatingIfNeeded: start >> 32)
        self.identifier = identifier
        self.flags = flags
    }

    struct Flags: MarkSet {
        let rawValue: UInt16
        static var isV4: Flags { Flags(rawValue: 1 << 0) }
        /// Zeek's `is_partial`: its first segments were no handshake.
        static var isPartial: Flags { Flags(rawValue: 1 << 1) }
        static var originatorSpoke: Flags { Flags(rawValue: 1 << 2) }
        static var responderSpoke: Flags { Flags(rawValue: 1 << 3) }
        /// A close waits for data that is missing.
        static var closeDeferred: Flags { Flags(rawValue: 1 << 4) }
        /// The close is complete: at `due` the connection ends whatever still comes.
        static var isEnding: Flags { Flags(rawValue: 1 << 5) }
        /// Past the handshake, where longer timeouts apply.
        static var isPastHandshake: Flags { Flags(rawValue: 1 << 6) }
        /// A `Trouble` is kept for it.
        static var hasTrouble: Flags { Flags(rawValue: 1 << 7) }
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

/// Wireshark's `tcp.completeness`.
package struct Completeness: MarkSet {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static var syn: Completeness { Completeness(rawValue: 1 << 0) }
    package static var synAck: Completeness { Completeness(rawValue: 1 << 1) }
    package static var ack: Completeness { Completeness(rawValue: 1 << 2) }
    package static var data: Completeness { Completeness(rawValue: 1 << 3) }
    package static var fin: Completeness { Completeness(rawValue: 1 << 4) }
    package static var rst: Completeness { Completeness(rawValue: 1 << 5) }

    /// What a segment tells wherever it stands; a SYN counts only as the first one.
    @inline(always)
    init(of segment: TrackedSegment) {
        self = []
        let flags = segment.flags
        guard flags.hasAck else {
            if flags.hasRst { insert(.rst) }
            return
        }
        if flags.hasSyn {
            insert(.synAck)
        } else {
            insert(segment.payloadLength > 0 ? .data : .ack)
        }
        if flags.hasFin { insert(.fin) }
        if flags.hasRst { insert(.rst) }
    }
}
