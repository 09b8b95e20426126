/// A block of addresses: an address with its host bits cleared and a prefix length (RFC 4632, RFC 4291 section 2.3).
package struct IPPrefix: Hashable, Sendable {
    package let network: IPAddress
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    package let length: Int

    /// The block that contains `address`; `nil` if the length exceeds the family's.
    package init?(_ address: IPAddress, length: Int) {
        guard (0...address.bitWidth).contains(length) else { return nil }
        network = address.masked(to: length)
        self.length = length
    }

    /// Parses `ADDRESS/LENGTH`, or a single address as a block of one.
    package init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/") else {
            guard let address = IPAddress(text) else { return nil }
            self.init(address, length: address.bitWidth)
            return
        }
        let digits = text[text.index(after: slash)...]
        guard let address = IPAddress(text[..<slash]),
            (1...3).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(digits)
        else { return nil }
        self.init(address, length: length)
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == network.family && address.masked(to: length) == network
    }

    /// The highest address of the block.
    package var last: IPAddress {
        let hostBits = network.bitWidth - length
        switch network.family {
        case .v4:
            return IPAddress(v4: network.v4Bits | UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(hostBits)) - 1))
        case .v6:
            let lowMask: UInt64 = hostBits >= 64 ? .max : (1 << UInt64(hostBits)) - 1
            let highMask: UInt64 = hostBits >= 128 ? .max : hostBits > 64 ? (1 << UInt64(hostBits - 64)) - 1 : 0
            return IPAddress(v6High: network.high | highMask, low: network.low | lowMask)
        }
    }

    /// The netmask as an address of the family: 255.255.255.0, ffff:ffff::.
    package var netmask: IPAddress {
        switch network.family {
        case .v4: IPAddress(v4: .max).masked(to: length)
        case .v6: IPAddress(v6High: .max, low: .max).masked(to: length)
        }
    }
}

extension IPPrefix: CustomStringConvertible {
    package var description: String { "\(network)/\(length)" }
}

extension IPAddress {
    /// The address with all but its first `length` bits cleared. `length` is within 0 and `bitWidth`.
    package func masked(to length: Int) -> IPAddress {
        switch family {
        case .v4:
            return IPAddress(v4: length == 0 ? 0 : v4Bits & (UInt32.max << UInt32(32 - length)))
        case .v6:
            let highMask: UInt64 = length == 0 ? 0 : length >= 64 ? .max : .max << UInt64(64 - length)
            let lowMask: UInt64 = length <= 64 ? 0 : .max << UInt64(128 - length)
            return IPAddress(v6High: high & highMask, low: low & lowMask)
        }
    }
}
