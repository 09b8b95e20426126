package import Addresses

/// The Internet checksum (RFC 1071): the one's complement sum of 16-bit words.
///
/// A header or segment with its checksum in it sums to 0xFFFF where it is right.
package enum Checksum {
    /// The folded sum of `count` bytes, an odd last one padded with zero. Traps where they do not lie in the span.
    package static func ofBytes(_ bytes: Span<UInt8>, from offset: Int, count: Int) -> UInt16 {
        // The sum is the same in either byte order, but for the order of its own two bytes (RFC 1071 section 2 B): so words are
        // added as they lie in memory, eight bytes at a time, in two sums of 32-bit halves that cannot overflow under 2^32 steps.
        let end = offset + count
        var at = offset
        var sum: UInt64 = 0
        while at + 8 <= end {
            let word = bytes.load(at: at, as: UInt64.self)
            sum &+= (word & 0xFFFF_FFFF) &+ (word >> 32)
            at += 8
        }
        if at + 4 <= end {
            sum &+= UInt64(bytes.load(at: at, as: UInt32.self))
            at += 4
        }
        if at + 2 <= end {
            sum &+= UInt64(bytes.load(at: at, as: UInt16.self))
            at += 2
        }
        if at < end {
            sum &+= UInt64(UInt16(bytes[at]).littleEndian)
        }
        return folded(sum).bigEndian
    }

    /// The sum of the pseudo-header of IPv4 (RFC 9293 section 3.1) or IPv6 (RFC 8200 section 8.1), not folded yet.
    package static func ofPseudoHeader(source: IPAddress, destination: IPAddress, protocol number: UInt8, length: Int) -> UInt64 {
        halves(source.high) + halves(source.low) + halves(destination.high) + halves(destination.low)
            + UInt64(number) + UInt64(length)
    }

    /// Whether a TCP segment or UDP datagram sums to what it should together with its pseudo-header.
    package static func isRight(
        _ bytes: Span<UInt8>,
        from offset: Int,
        count: Int,
        source: IPAddress,
        destination: IPAddress,
        protocol number: UInt8
    ) -> Bool {
        let pseudoHeader = ofPseudoHeader(source: source, destination: destination, protocol: number, length: count)
        return folded(pseudoHeader + UInt64(ofBytes(bytes, from: offset, count: count))) == 0xFFFF
    }

    /// A sum brought to 16 bits, carries added back in.
    package static func folded(_ sum: UInt64) -> UInt16 {
        var sum = (sum >> 32) + (sum & 0xFFFF_FFFF)
        while sum > 0xFFFF {
            sum = (sum >> 16) + (sum & 0xFFFF)
        }
        return UInt16(truncatingIfNeeded: sum)
    }

    private static func halves(_ number: UInt64) -> UInt64 {
        (number >> 32) + (number & 0xFFFF_FFFF)
    }
}
