internal import Packets

/// How far a parser came in the bytes that it was given.
package struct ParseProgress {
    /// The offset of the next record; everything before it was parsed.
    package var offset: Int
    /// The bytes that it must see from `offset` on to take the next step; 0 where it stopped because the taker had enough.
    package var needed: Int

    static func stopped(at offset: Int) -> ParseProgress { ParseProgress(offset: offset, needed: 0) }
}

/// Numbers of a file written on a machine of either byte order.
struct ByteOrder: BitwiseCopyable {
    /// Whether the file's order is not this machine's.
    let isSwapped: Bool

    @inline(__always)
    func uint32(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
        let number = bytes.load(at: offset, as: UInt32.self)
        return isSwapped ? number.byteSwapped : number
    }

    @inline(__always)
    func uint64(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        let number = bytes.load(at: offset, as: UInt64.self)
        return isSwapped ? number.byteSwapped : number
    }

    @inline(__always)
    func uint16(_ bytes: Span<UInt8>, at offset: Int) -> UInt16 {
        let number = bytes.load(at: offset, as: UInt16.self)
        return isSwapped ? number.byteSwapped : number
    }
}

/// The bounds that keep a hostile file from claiming memory.
enum RecordLimit {
    /// The longest frame of an ordinary link type, as Wireshark and libpcap have it.
    static let frame = 262_144
}
