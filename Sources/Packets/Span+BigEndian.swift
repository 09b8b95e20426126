extension Span<UInt8> {
    /// The 16-bit number in network byte order at `offset`. Traps beyond the span's end, as the subscript does.
    @inlinable
    package func bigEndianUInt16(at offset: Int) -> UInt16 {
        load(at: offset, as: UInt16.self).bigEndian
    }

    /// The 32-bit number in network byte order at `offset`.
    @inlinable
    package func bigEndianUInt32(at offset: Int) -> UInt32 {
        load(at: offset, as: UInt32.self).bigEndian
    }

    /// The 64-bit number in network byte order at `offset`.
    @inlinable
    package func bigEndianUInt64(at offset: Int) -> UInt64 {
        load(at: offset, as: UInt64.self).bigEndian
    }

    /// The number at `offset` as it lies in memory, in this machine's byte order, at any alignment.
    @inlinable
    package func load<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Number.Type) -> Number {
        // Safe: the call checks its bounds, and every pattern of bits is a valid integer.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }
}
