/// One side of a connection in 40 bytes: what Zeek's state machine, its reassembler's bookkeeping and Wireshark's analysis need of
/// it.
///
/// Sequence numbers are absolute and in host order; `start` is the SYN's number, or the first number seen less one where no SYN was
/// seen.
struct EndpointRecord: BitwiseCopyable {
    var start: UInt32 = 0
    /// One past the highest number sent, SYN and FIN counted (Zeek's `last_seq`).
    var last: UInt32 = 0
    /// The highest acknowledgement that the other side sent for this one (Zeek's `ack_seq`).
    var ack: UInt32 = 0
    /// Up to where the stream was seen without a hole, or was acknowledged in spite of one (Zeek's `last_reassem_seq`).
    var delivered: UInt32 = 0
    var packets: UInt32 = 0
    /// When it last sent, as an offset from the connection's start in microseconds: 43 bits, above them `isCut` and the window scale.
    private var timeLow: UInt32 = 0
    private var timeHigh: UInt16 = 0
    /// The last reset's relative sequence number, folded to 16 bits: used only to detect a different one. Before any reset, a digest
    /// of the number that the SYN-ACK before the last had, 0 for none.
    var resetDigest: UInt16 = 0
    var window: UInt16 = 0
    /// Four bits for each `EventCounter`; 15 means that the connection's `Overflow` holds the rest of the count.
    var counts: UInt16 = 0
    private var stateBits: UInt8 = 0
    /// Codes that its history already has.
    var seen = SeenCodes.none
    var flags = Flags.none
    /// How often `last` went through zero.
    var wraps: UInt8 = 0
    /// When its highest number was sent: the low bits of the time since the connection's start in microseconds.
    private var highestTime: UInt32 = 0

    struct SeenCodes: FlagSet {
        let rawValue: UInt8
        static var syn: SeenCodes { SeenCodes(rawValue: 1 << 0) }
        static var fin: SeenCodes { SeenCodes(rawValue: 1 << 1) }
        static var rst: SeenCodes { SeenCodes(rawValue: 1 << 2) }
        static var inconsistent: SeenCodes { SeenCodes(rawValue: 1 << 3) }
        static var data: SeenCodes { SeenCodes(rawValue: 1 << 4) }
        static var pureAck: SeenCodes { SeenCodes(rawValue: 1 << 5) }
        static var multipleFlags: SeenCodes { SeenCodes(rawValue: 1 << 6) }
        /// No code: its SYN opened the connection, as the answer to the other side's or in place of it.
        static var opened: SeenCodes { SeenCodes(rawValue: 1 << 7) }
    }

    struct Flags: FlagSet {
        let rawValue: UInt8
        /// Its stream was reported as ended (Zeek's `did_EOF`), which happens once.
        static var reachedEnd: Flags { Flags(rawValue: 1 << 0) }
        /// Too much came without acknowledgement: holes no longer count.
        static var skipsHoles: Flags { Flags(rawValue: 1 << 1) }
        static var sentKeepAlive: Flags { Flags(rawValue: 1 << 2) }
        static var sentWindowProbe: Flags { Flags(rawValue: 1 << 3) }
        static var oneDuplicateAck: Flags { Flags(rawValue: 1 << 4) }
        static var moreDuplicateAcks: Flags { Flags(rawValue: 1 << 5) }
        /// The FIN is the last thing in its sequence space: its number is `last` less one.
        static var finIsLast: Flags { Flags(rawValue: 1 << 6) }
        /// A SYN came after the end, with a number of its own.
        static var strangeSyn: Flags { Flags(rawValue: 1 << 7) }

        @inline(always) mutating func forgetDuplicates() { self = Flags(rawValue: rawValue & ~0b0011_0000) }
        @inline(always) mutating func forgetProbes() { self = Flags(rawValue: rawValue & ~0b0000_1100) }
    }

    // Safe: both are states, since `enter` alone puts their raw values there, zero is `.inactive`, and a state's raw value is what
    // it is in memory.
    @inline(always) var state: EndpointState { unsafe unsafeBitCast(stateBits & 7, to: EndpointState.self) }
    @inline(always) var previousState: EndpointState { unsafe unsafeBitCast(stateBits >> 3 & 7, to: EndpointState.self) }

    @inline(always)
    mutating func enter(_ new: EndpointState) {
        guard new != state else { return }
        stateBits = stateBits & 0xC0 | (stateBits & 7) << 3 | new.rawValue
    }

    /// Zeek's `did_close`: the close was reported, which waits until the stream is whole.
    @inline(always) var didClose: Bool {
        get { stateBits & 0x40 != 0 }
        set { stateBits = newValue ? stateBits | 0x40 : stateBits & ~0x40 }
    }

    /// Whether it sent a FIN or a RST, without which nothing closes.
    @inline(always) var hasLeft: Bool { stateBits & 7 >= EndpointState.closed.rawValue || stateBits & 0x80 != 0 }

    @inline(always) var sentFin: Bool {
        get { stateBits & 0x80 != 0 }
        set { stateBits = newValue ? stateBits | 0x80 : stateBits & ~0x80 }
    }

    /// Its reset was the end of a connection under way, not something behind its FIN or out of nowhere.
    @inline(always) var resetWhileOpen: Bool {
        state == .reset && previousState != .closed && previousState != .inactive
    }

    /// Whether nothing but RSTs was seen of it, which anyone may have sent: their numbers are not known to be its own.
    @inline(always) var sentResetsAlone: Bool {
        state == .reset && previousState == .inactive && seen.rawValue == SeenCodes.rst.rawValue
    }

    /// Whether it has sent nothing, or only RSTs, and the other side has acknowledged something.
    @inline(always) var isKnownByAcknowledgement: Bool { start != 0 && last == start }

    /// Notes that it answered a SYN with an acknowledgement of another connection (RFC 5961 section 4), which has its segments.
    mutating func noteChallenge() { seen.insert(.pureAck) }
    var hasChallenged: Bool { packets == 0 && seen.contains(.pureAck) }

    /// Established, or closed out of that: Zeek takes holes seriously in these states alone.
    @inline(always) var isClean: Bool {
        state == .established || (state == .closed && previousState == .established)
    }

    /// Nanoseconds from the connection's start to its last segment, to the microsecond; 101 days at most.
    @inline(always) var timeOffset: Int64 {
        get { (Int64(timeHigh & 0x7FF) << 32 | Int64(timeLow)) * 1000 }
        set {
            let microseconds = min(max(newValue, 0) / 1000, 0x7FF_FFFF_FFFF)
            timeLow = UInt32(truncatingIfNeeded: microseconds)
            timeHigh = timeHigh & 0xF800 | UInt16(truncatingIfNeeded: microseconds >> 32)
        }
    }

    /// Notes that its last segment has its highest number.
    @inline(always)
    mutating func noteHighest() { highestTime = timeLow }

    /// The same before its time is noted.
    mutating func noteHighest(at offset: Int64) { highestTime = UInt32(truncatingIfNeeded: offset / 1000) }

    /// Nanoseconds from when its highest number was sent to `offset`, as long as the side is not silent for more than an hour; very
    /// many where time runs backwards, as for Wireshark.
    @inline(always)
    func sinceHighest(at offset: Int64) -> Int64 {
        max(Int64(UInt32(truncatingIfNeeded: offset / 1000) &- highestTime) * 1000, offset - timeOffset)
    }

    /// The same for people: 0 where time runs backwards.
    @inline(always)
    func age(at offset: Int64) -> Int64 {
        let sinceHighest = Int32(bitPattern: UInt32(truncatingIfNeeded: offset / 1000) &- highestTime)
        let sinceLast = offset - timeOffset
        return sinceLast < 0 ? 0 : max(Int64(sinceHighest) * 1000, sinceLast)
    }

    /// Whether the capture lacks part of its payload (snapshot length), so that `delivered` is not what it sent.
    @inline(always) var isCut: Bool {
        get { timeHigh & 0x800 != 0 }
        set { timeHigh = newValue ? timeHigh | 0x800 : timeHigh & ~0x800 }
    }

    /// By how much the window field of its segments is shifted (RFC 7323); `nil` where its SYN was not captured.
    @inline(always) var windowScale: UInt8? {
        get { timeHigh >> 12 == 0 ? nil : UInt8(truncatingIfNeeded: timeHigh >> 12 - 1) }
        set { timeHigh = timeHigh & 0xFFF | (newValue.map { UInt16($0) + 1 } ?? 0) << 12 }
    }

    /// `last` in a sequence space that does not wrap.
    @inline(always) var fullLast: Int64 { Int64(wraps) << 32 | Int64(last) }

    /// `ack` in that space: at the start until data is acknowledged, within 2 GiB of `last` from then on.
    @inline(always) var fullAck: Int64 {
        if isAckAtStart { return Int64(start) + Int64(ack &- start) }
        return fullLast + Int64(sequenceDistance(ack, from: last))
    }

    /// Whether `last` follows the number of its RST, where it sent one that counted: it does not where much before that was not captured.
    var isResetNumberTaken: Bool { sequenceDistance(ack, from: last) <= StateMachine.farAway }

    @inline(always)
    mutating func initialize(start number: UInt32, last end: UInt32) {
        delivered = number &+ 1
        start = number
        ack = number
        last = end
    }

    /// Begins anew with a SYN in mid-stream. What was delivered before stays so, counted from the start (Zeek keeps its
    /// reassembler).
    mutating func restart(at number: UInt32, last end: UInt32) {
        delivered &+= number &- start
        start = number
        ack = number
        last = end
    }

    /// Begins with a SYN that was captured behind what followed it.
    mutating func begin(atLateSYN number: UInt32) {
        if ack == start { ack = number }
        start = number
    }

    /// Folds a SYN's number to 16 bits that are not 0.
    @inline(always)
    static func digest(ofStart number: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: number ^ number >> 16) | 1 }

    @inline(always)
    mutating func advanceLast(to number: UInt32) {
        if number < last, wraps < .max { wraps += 1 }
        last = number
    }

    @inline(always) private var isAckAtStart: Bool { ack == start || ack == start &+ 1 }

    /// None of its data was acknowledged, a SYN perhaps, or what it sent before the capture began.
    @inline(always) var hasNothingAcknowledged: Bool { isAckAtStart || fullAck < Int64(start) }

    /// A sequence number relative to `start`, and whether it lies before that (Zeek's `get_relative_seq`).
    @inline(always)
    func relative(_ number: UInt32, near reference: UInt32, wraps referenceWraps: Int64) -> (offset: Int64, underflow: Bool) {
        let distance = sequenceDistance(number, from: reference)
        var wraps = referenceWraps
        if distance < 0 {
            if wraps > 0, number > reference { wraps -= 1 }
        } else if distance > 0, number < reference {
            wraps += 1
        }
        guard wraps > 0 else {
            let offset = sequenceDistance(number, from: start)
            return (Int64(offset), offset < 0)
        }
        return ((wraps << 32 | Int64(number)) - Int64(start), false)
    }
}
