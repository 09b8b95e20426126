package import Addresses

/// The Internet checksum (RFC 1071): the one's complement sum of 16-bit words.
///
/// A header or segment with its checksum in it sums to 0xFFFF where it is right.
///
/// Sums are 64-bit words with end-around carry. Folding them to 16 bits gives the same result (RFC 1071 section 2 C).
package enum Checksum {
    /// The folded sum of the bytes, an odd last one padded with zero.
    @inline(__always)
    package static func ofBytes(_ bytes: Span<UInt8>) -> UInt16 {
        folded(sum(bytes))
    }

    /// Whether a TCP segment or UDP datagram sums to what it should together with its pseudo-header.
    @inline(__always)
    static func isRight(_ bytes: Span<UInt8>, pseudoHeader: UInt64) -> Bool {
        folded(sum(bytes).addingAroundTheEnd(pseudoHeader)) == 0xFFFF
    }

    /// The sum of the bytes and of what was summed before, not folded yet.
    static func adding(_ other: UInt64, to bytes: Span<UInt8>) -> UInt64 { adding(other, to: sum(bytes)) }

    /// The one's complement sum of two sums.
    static func adding(_ one: UInt64, to other: UInt64) -> UInt64 { one.addingAroundTheEnd(other) }

    /// The sum of the pseudo-header of IPv4 (RFC 9293 section 3.1) or IPv6 (RFC 8200 section 8.1), not folded yet.
    @inline(__always)
    package static func ofPseudoHeader(source: IPAddress, destination: IPAddress, protocol number: UInt8, length: Int) -> UInt64 {
        (UInt64(truncatingIfNeeded: length) &+ UInt64(number))
            .addingAroundTheEnd(source.high).addingAroundTheEnd(source.low)
            .addingAroundTheEnd(destination.high).addingAroundTheEnd(destination.low)
    }

    /// A sum brought to 16 bits, carries added back in.
    @inline(__always)
    package static func folded(_ sum: UInt64) -> UInt16 {
        let half = UInt32(truncatingIfNeeded: sum).addingAroundTheEnd(UInt32(truncatingIfNeeded: sum >> 32))
        return UInt16(truncatingIfNeeded: half).addingAroundTheEnd(UInt16(truncatingIfNeeded: half >> 16))
    }

    /// The sum of the bytes, not folded yet.
    @inline(__always)
    static func sum(_ bytes: Span<UInt8>) -> UInt64 {
        // Words are added in little-endian order, eight bytes at a time. The sum is the same in either order but for the order of
        // its own two bytes (RFC 1071 section 2 B): the rotation at the end exchanges them. Two sums need not wait for each other.
        let count = bytes.count
        var at = 0
        var sum: UInt64 = 0
        var other: UInt64 = 0
        while at &+ 32 <= count {
            sum = sum.addingAroundTheEnd(bytes.littleEndianWord(uncheckedAt: at))
            other = other.addingAroundTheEnd(bytes.littleEndianWord(uncheckedAt: at &+ 8))
            sum = sum.addingAroundTheEnd(bytes.littleEndianWord(uncheckedAt: at &+ 16))
            other = other.addingAroundTheEnd(bytes.littleEndianWord(uncheckedAt: at &+ 24))
            at &+= 32
        }
        while at &+ 8 <= count {
            sum = sum.addingAroundTheEnd(bytes.littleEndianWord(uncheckedAt: at))
            at &+= 8
        }
        let rest = count & 7
        if rest > 0 {
            // The last eight bytes less those that were added already.
            let last = count >= 8 ? bytes.littleEndianWord(uncheckedAt: count &- 8) &>> UInt64(64 &- 8 &* rest) : few(bytes)
            sum = sum.addingAroundTheEnd(last)
        }
        sum = sum.addingAroundTheEnd(other)
        return sum << 8 | sum >> 56
    }

    /// Fewer than eight bytes as a word filled up with zeros.
    private static func few(_ bytes: Span<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for index in bytes.indices { word |= UInt64(bytes[index]) << UInt64(8 * index) }
        return word
    }
}

extension Span<UInt8> {
    /// The eight bytes at `offset`, the first lowest. The caller has made sure that they lie in the span.
    @inline(__always)
    fileprivate func littleEndianWord(uncheckedAt offset: Int) -> UInt64 {
        // Safe: eight bytes from the offset on lie in the span, and every pattern of bits is a valid integer.
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// The one's complement sum: a carry out of the highest bit is added at the lowest.
    @inline(__always)
    fileprivate func addingAroundTheEnd(_ other: Self) -> Self {
        let (sum, carries) = addingReportingOverflow(other)
        return sum &+ (carries ? 1 : 0)
    }
}
