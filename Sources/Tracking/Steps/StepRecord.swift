/// How far the opening and the close of a connection got, who reset it, and under which rules it is judged.
struct StepRecord: BitwiseCopyable {
    private var bits: UInt16 = 0

    private enum Bit {
        static let opened: UInt16 = 0b111
        static let opensSimultaneously: UInt16 = 1 << 3
        /// Of a pair, the lower bit is the originator's.
        static let fin: UInt16 = 1 << 4
        static let finIsAcknowledged: UInt16 = 1 << 6
        static let close: UInt16 = 0b1111 << 4
        static let seesControlOnly: UInt16 = 1 << 8
        static let countsAsOver: UInt16 = 1 << 9
        static let reset: UInt16 = 1 << 10
        static let resets: UInt16 = 0b11 << 10
        static let doubtfulReset: UInt16 = 1 << 12
        static let doubtfulResets: UInt16 = 0b11 << 12
        static let followsZeek: UInt16 = 1 << 14
        static let closesSimultaneously: UInt16 = 1 << 15
        static let ofOriginator: UInt16 = 0b0001_0100_0101_0000
    }

    /// Steps of the opening done: 3, or 4 where both sides opened at once.
    @inline(always) var opened: Int {
        get { Int(bits & Bit.opened) }
        set { bits = bits & ~Bit.opened | UInt16(newValue & 7) }
    }

    @inline(always) var opensSimultaneously: Bool {
        get { bits & Bit.opensSimultaneously != 0 }
        set { set(Bit.opensSimultaneously, newValue) }
    }

    /// Steps of the close done: each side's FIN, and the acknowledgement of each.
    @inline(always) var closed: Int { (bits & Bit.close).nonzeroBitCount }
    @inline(always) var isClosing: Bool { bits & Bit.close != 0 }
    @inline(always) var isClosed: Bool { bits & Bit.close == Bit.close }

    @inline(always) mutating func noteFin(ofOriginator isOriginator: Bool) { bits |= isOriginator ? Bit.fin : Bit.fin << 1 }
    @inline(always) mutating func noteFinAcknowledged(ofOriginator isOriginator: Bool) {
        bits |= isOriginator ? Bit.finIsAcknowledged : Bit.finIsAcknowledged << 1
    }
    @inline(always) func isFinAcknowledged(ofOriginator isOriginator: Bool) -> Bool {
        bits & (isOriginator ? Bit.finIsAcknowledged : Bit.finIsAcknowledged << 1) != 0
    }

    /// Whether the FINs crossed.
    @inline(always) var closesSimultaneously: Bool {
        get { bits & Bit.closesSimultaneously != 0 }
        set { set(Bit.closesSimultaneously, newValue) }
    }

    /// Whether a side reset the connection, by a RST whose numbers fit.
    @inline(always) func hasReset(byOriginator isOriginator: Bool) -> Bool {
        bits & (isOriginator ? Bit.reset : Bit.reset << 1) != 0
    }
    @inline(always) var hasReset: Bool { bits & Bit.resets != 0 }
    @inline(always) mutating func noteReset(byOriginator isOriginator: Bool) { bits |= isOriginator ? Bit.reset : Bit.reset << 1 }
    @inline(always) mutating func forgetReset(byOriginator isOriginator: Bool) {
        bits &= ~(isOriginator ? Bit.reset : Bit.reset << 1)
    }

    /// Whether a RST of a side does not fit what was captured, and nothing else followed it.
    @inline(always) func hasDoubtfulReset(byOriginator isOriginator: Bool) -> Bool {
        bits & (isOriginator ? Bit.doubtfulReset : Bit.doubtfulReset << 1) != 0
    }
    @inline(always) var hasDoubtfulReset: Bool { bits & Bit.doubtfulResets != 0 }
    /// Whether there was a RST of either kind, as far as it is not forgotten.
    @inline(always) var hasAnyReset: Bool { bits & (Bit.resets | Bit.doubtfulResets) != 0 }
    @inline(always) mutating func noteDoubtfulReset(byOriginator isOriginator: Bool) {
        bits |= isOriginator ? Bit.doubtfulReset : Bit.doubtfulReset << 1
    }
    @inline(always) mutating func forgetDoubtfulResets() { bits &= ~Bit.doubtfulResets }

    /// Whether the capture leaves out what has neither SYN, FIN nor RST.
    @inline(always) var seesControlOnly: Bool {
        get { bits & Bit.seesControlOnly != 0 }
        set { set(Bit.seesControlOnly, newValue) }
    }

    /// Either of `opensSimultaneously` and `seesControlOnly`, asked for each segment in one.
    @inline(always) var isUnusual: Bool { bits & (Bit.opensSimultaneously | Bit.seesControlOnly) != 0 }

    /// Whether the table counts the connection among those that are over.
    @inline(always) var countsAsOver: Bool {
        get { bits & Bit.countsAsOver != 0 }
        set { set(Bit.countsAsOver, newValue) }
    }

    /// Whether every segment changes the connection as it does in Zeek, also one that a receiver ignores.
    @inline(always) var followsZeek: Bool {
        get { bits & Bit.followsZeek != 0 }
        set { set(Bit.followsZeek, newValue) }
    }

    @inline(always) var openingLength: Int { opensSimultaneously ? 4 : 3 }
    @inline(always) var isOpen: Bool { opened == openingLength }
    /// Whether a SYN was seen and the third step was not.
    @inline(always) var isOpening: Bool { bits & Bit.opened &- 1 < 2 }

    /// Lets originator and responder change places.
    mutating func flip() {
        let pairs = Bit.ofOriginator | Bit.ofOriginator << 1
        bits = bits & ~pairs | (bits & Bit.ofOriginator) << 1 | bits >> 1 & Bit.ofOriginator
    }

    @inline(always) private mutating func set(_ bit: UInt16, _ isSet: Bool) { bits = isSet ? bits | bit : bits & ~bit }
}
