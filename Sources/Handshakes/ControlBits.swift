internal import Packets

/// A segment's control bits, asked on the way of every segment: by number, since a set of another module is not looked into by the compiler.
extension TCPFlags {
    @inline(__always) var hasFin: Bool { rawValue & ControlBits.fin != 0 }
    @inline(__always) var hasSyn: Bool { rawValue & ControlBits.syn != 0 }
    @inline(__always) var hasRst: Bool { rawValue & ControlBits.rst != 0 }
    @inline(__always) var hasAck: Bool { rawValue & ControlBits.ack != 0 }
    /// Of SYN, FIN and RST those that are set.
    @inline(__always) var control: UInt16 { rawValue & ControlBits.all }
}

/// Where the bits lie in the header (RFC 9293 section 3.1).
enum ControlBits {
    static let fin: UInt16 = 1
    static let syn: UInt16 = 2
    static let rst: UInt16 = 4
    static let ack: UInt16 = 16
    static let all: UInt16 = 7
}
