/// A segment's control bits as tracking asks for them (RFC 9293 section 3.1).
struct ControlBits: BitwiseCopyable {
    /// Other bits may be set above these.
    let rawValue: UInt16

    static let fin: UInt16 = 1
    static let syn: UInt16 = 2
    static let rst: UInt16 = 4
    static let ack: UInt16 = 16
    private static let all: UInt16 = 7

    @inline(always) var hasFin: Bool { rawValue & Self.fin != 0 }
    @inline(always) var hasSyn: Bool { rawValue & Self.syn != 0 }
    @inline(always) var hasRst: Bool { rawValue & Self.rst != 0 }
    @inline(always) var hasAck: Bool { rawValue & Self.ack != 0 }
    /// Of SYN, FIN and RST those that are set.
    @inline(always) var control: UInt16 { rawValue & Self.all }
}
