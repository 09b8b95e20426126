/// An IPv4 or IPv6 address as a plain value of 17 bytes, without zone, port or heap storage.
///
/// The bits are integers in host order, so that comparison follows the order of the addresses: an IPv4 address fills the
/// low 32 bits of `low`; an IPv6 address fills `high` with its first eight bytes and `low` with its last eight.
// Without the attribute a package type's `@inlinable` members are called, not inlined, from other modules (Swift 6.3).
@usableFromInline
package struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline
    package enum Family: UInt8, Hashable, Sendable, BitwiseCopyable {
        case v4 = 4
        case v6 = 6
    }

    @usableFromInline package let high: UInt64
    @usableFromInline package let low: UInt64
    @usableFromInline package let family: Family

    /// An IPv4 address from its 32 bits in host order: `0x7F00_0001` is 127.0.0.1.
    @inlinable
    package init(v4 bits: UInt32) {
        high = 0
        low = UInt64(bits)
        family = .v4
    }

    /// An IPv6 address from its two halves in host order.
    @inlinable
    package init(v6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        family = .v6
    }

    /// An address from its four or sixteen bytes in network order; `nil` for any other count.
    package init?(networkBytes bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4:
            self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            let high = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let low = bytes.dropFirst(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            self.init(v6High: high, low: low)
        default:
            return nil
        }
    }

    package static let loopbackV4 = IPAddress(v4: 0x7F00_0001)
    package static let loopbackV6 = IPAddress(v6High: 0, low: 1)
    package static let anyV4 = IPAddress(v4: 0)
    package static let anyV6 = IPAddress(v6High: 0, low: 0)

    /// The width of the address in bits: 32 or 128.
    package var bitWidth: Int { family == .v4 ? 32 : 128 }

    /// The low 32 bits in host order, which for an IPv4 address is all of it.
    @inlinable
    package var v4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// The four or sixteen bytes in network order.
    package var networkBytes: [UInt8] {
        let lowBytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: low >> UInt64($0)) }
        guard family == .v6 else { return Array(lowBytes.suffix(4)) }
        return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: high >> UInt64($0)) } + lowBytes
    }

    /// The next higher address of the family, or `nil` after the last.
    package var successor: IPAddress? {
        switch family {
        case .v4:
            return v4Bits == .max ? nil : IPAddress(v4: v4Bits + 1)
        case .v6:
            let (newLow, carry) = low.addingReportingOverflow(1)
            guard carry else { return IPAddress(v6High: high, low: newLow) }
            return high == .max ? nil : IPAddress(v6High: high + 1, low: 0)
        }
    }

    /// The IPv4 address inside an IPv4-mapped one (`::ffff:0:0/96`, RFC 4291 section 2.5.5.2); any other address as it is.
    package var unmapped: IPAddress {
        isV4Mapped ? IPAddress(v4: v4Bits) : self
    }

    package var isV4Mapped: Bool { family == .v6 && high == 0 && low >> 32 == 0xFFFF }

    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        family == .v4 ? low >> 24 == 127 : high == 0 && low == 1
    }

    /// 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291).
    package var isLinkLocal: Bool {
        family == .v4 ? low >> 16 == 0xA9FE : high >> 54 == 0xFE80 >> 6
    }

    /// 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291).
    package var isMulticast: Bool {
        family == .v4 ? low >> 28 == 0xE : high >> 56 == 0xFF
    }

    /// Whether it needs a zone (RFC 4007 section 6): IPv6 of interface-local or link-local scope, except loopback.
    package var needsZone: Bool {
        guard family == .v6 else { return false }
        return isLinkLocal || isMulticast && (high >> 48 & 0xF == 1 || high >> 48 & 0xF == 2)
    }

    /// 0.0.0.0 or ::, the wildcard that a listener binds to.
    package var isUnspecified: Bool { high == 0 && low == 0 }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by value.
    @inlinable
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family.rawValue, left.high, left.low) < (right.family.rawValue, right.high, right.low)
    }
}
