/// How far the opening and the close of a connection got, three bits each, and whether each took an unusual way.
struct StepRecord: BitwiseCopyable {
    private var bits: UInt16 = 0

    /// Steps of the opening done: 3, or 4 where both sides opened at once.
    @inline(always) var opened: Int {
        get { Int(bits & 7) }
        set { bits = bits & ~7 | UInt16(newValue & 7) }
    }

    @inline(always) var opensSimultaneously: Bool {
        get { bits & 8 != 0 }
        set { bits = newValue ? bits | 8 : bits & ~8 }
    }

    /// Steps of the close done: 4 once it is complete.
    @inline(always) var closed: Int {
        get { Int(bits >> 4 & 7) }
        set { bits = bits & ~0x70 | UInt16(newValue & 7) << 4 }
    }

    /// Whether the capture leaves out what has neither SYN, FIN nor RST.
    @inline(always) var seesControlOnly: Bool {
        get { bits & 0x100 != 0 }
        set { bits = newValue ? bits | 0x100 : bits & ~0x100 }
    }

    /// Whether the table counts the connection among those that are over.
    @inline(always) var countsAsOver: Bool {
        get { bits & 0x200 != 0 }
        set { bits = newValue ? bits | 0x200 : bits & ~0x200 }
    }

    @inline(always) var openingLength: Int { opensSimultaneously ? 4 : 3 }
    @inline(always) var isOpen: Bool { opened == openingLength }
    @inline(always) var isClosed: Bool { closed == 4 }
}
