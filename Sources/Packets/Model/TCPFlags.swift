/// The control bits of a TCP header (RFC 9293 section 3.1, RFC 3168, RFC 9768 for AE).
@usableFromInline
package struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let rawValue: UInt16

    @inlinable
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable package static var fin: TCPFlags { TCPFlags(rawValue: 0x001) }
    @inlinable package static var syn: TCPFlags { TCPFlags(rawValue: 0x002) }
    @inlinable package static var rst: TCPFlags { TCPFlags(rawValue: 0x004) }
    @inlinable package static var psh: TCPFlags { TCPFlags(rawValue: 0x008) }
    @inlinable package static var ack: TCPFlags { TCPFlags(rawValue: 0x010) }
    @inlinable package static var urg: TCPFlags { TCPFlags(rawValue: 0x020) }
    @inlinable package static var ece: TCPFlags { TCPFlags(rawValue: 0x040) }
    @inlinable package static var cwr: TCPFlags { TCPFlags(rawValue: 0x080) }
    @inlinable package static var ae: TCPFlags { TCPFlags(rawValue: 0x100) }
    @inlinable package static var synAck: TCPFlags { TCPFlags(rawValue: 0x012) }

    // The set's own operations are generic, and called for each segment from other modules.
    @inlinable @inline(__always) package func contains(_ member: TCPFlags) -> Bool { rawValue & member.rawValue == member.rawValue }
    @inlinable @inline(__always) package func isDisjoint(with other: TCPFlags) -> Bool { rawValue & other.rawValue == 0 }
    @inlinable @inline(__always) package func intersection(_ other: TCPFlags) -> TCPFlags {
        TCPFlags(rawValue: rawValue & other.rawValue)
    }

    /// Calls `body` with the names of the control bits in the order in which reports print them; AE has no name there.
    @inlinable @inline(__always)
    package func forEachName(_ body: (StaticString) -> Void) {
        if contains(.syn) { body("SYN") }
        if contains(.fin) { body("FIN") }
        if contains(.rst) { body("RST") }
        if contains(.psh) { body("PSH") }
        if contains(.ack) { body("ACK") }
        if contains(.urg) { body("URG") }
        if contains(.ece) { body("ECE") }
        if contains(.cwr) { body("CWR") }
    }
}
