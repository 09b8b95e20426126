extension IPAddress {
    /// Parses the text form: four decimal numbers without leading zeros, or any of the three forms of RFC 4291 section 2.2.
    ///
    /// `nil` for anything else, including an address with a zone (`%eth0`).
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count <= IPAddress.longestText else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            guard let address = IPAddress.parseV6(bytes[...]) else { return nil }
            self = address
        } else {
            guard let bits = IPAddress.parseV4(bytes[...]) else { return nil }
            self.init(v4: bits)
        }
    }

    /// The length of `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`.
    private static let longestText = 45

    private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private static func parseV6(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        let colon = UInt8(ascii: ":")
        var front: [UInt16] = []
        var back: [UInt16] = []
        var sawGap = false
        var rest = bytes

        // A leading colon is always the first half of a `::`.
        if rest.first == colon {
            guard rest.dropFirst().first == colon else { return nil }
            sawGap = true
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != colon }
            rest = rest[group.endIndex...]
            var words: [UInt16]
            if group.contains(UInt8(ascii: ".")) {
                guard rest.isEmpty, let bits = parseV4(group) else { return nil }
                words = [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard let word = parseHexGroup(group) else { return nil }
                words = [word]
            }
            if sawGap { back += words } else { front += words }
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard !sawGap else { return nil }
                sawGap = true
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }

        let given = front.count + back.count
        guard sawGap ? given <= 7 : given == 8 else { return nil }
        let all = front + Array(repeating: 0, count: 8 - given) + back
        let high = all[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = all[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return IPAddress(v6High: high, low: low)
    }

    private static func parseHexGroup(_ group: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(group.count) else { return nil }
        var value: UInt16 = 0
        for byte in group {
            guard let digit = hexDigit(byte) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}

/// The value of one hexadecimal digit, upper or lower case.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical IPv6 form of RFC 5952; IPv4-mapped addresses keep their dotted tail.
    @usableFromInline package var description: String {
        var text = ""
        forEachPiece { bytes, count in
            for index in 0..<count { text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: bytes >> (8 * index)))) }
        }
        return text
    }

    /// Calls `body` with the text form in pieces, without building a string: up to eight bytes of ASCII in one integer, the first
    /// byte lowest, and their number. Higher bytes are undefined.
    @inlinable @inline(__always)
    package func forEachPiece(_ body: (UInt64, Int) -> Void) {
        guard family == .v6 else { return IPAddress.forEachOctet(v4Bits, body) }
        forEachGroup(body)
    }

    /// Two octets per piece.
    @inlinable @inline(__always)
    static func forEachOctet(_ bits: UInt32, _ body: (UInt64, Int) -> Void) {
        let (first, second) = (octetTexts[Int(bits &>> 24)], octetTexts[Int(bits &>> 16 & 0xFF)])
        let (third, fourth) = (octetTexts[Int(bits &>> 8 & 0xFF)], octetTexts[Int(bits & 0xFF)])
        body(first.bytes | second.bytes &<< (8 &* first.count), Int(first.count &+ second.count))
        body(third.bytes | fourth.bytes &<< (8 &* third.count), Int(third.count &+ fourth.count &- 1))
    }

    /// Each octet in decimal, followed by a dot, the first byte lowest.
    @usableFromInline
    static let octetTexts = InlineArray<256, OctetText> { octet in
        let digits = "\(octet).".utf8
        let bytes = digits.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return OctetText(bytes: bytes, count: UInt64(digits.count))
    }

    @usableFromInline
    struct OctetText: Sendable {
        @usableFromInline let bytes: UInt64
        @usableFromInline let count: UInt64
    }

    @usableFromInline
    func forEachGroup(_ body: (UInt64, Int) -> Void) {
        guard !isV4Mapped else {
            body(0x3A66_6666_663A_3A, 7)  // ::ffff:
            return IPAddress.forEachOctet(v4Bits, body)
        }
        let gap = longestZeroRun
        var index = 0
        while index < 8 {
            if !gap.isEmpty, index == gap.lowerBound {
                body(0x3A3A, 2)
                index = gap.upperBound
                continue
            }
            let word = UInt64(word(index))
            let digits = word &>> 12 | (word &>> 8 & 0xF) &<< 8 | (word &>> 4 & 0xF) &<< 16 | (word & 0xF) &<< 24
            // Digits from ten on are letters, 39 code points above the successor of nine.
            let letters = (digits &+ 0x0606_0606) &>> 4 & 0x0101_0101
            let text = digits &+ 0x3030_3030 &+ letters &* 39
            let zeros = word < 0x10 ? 3 : word < 0x100 ? 2 : word < 0x1000 ? 1 : 0
            let needsColon = index > 0 && index != gap.upperBound
            let piece = text &>> UInt64(8 &* zeros)
            body(needsColon ? piece &<< 8 | 0x3A : piece, (needsColon ? 5 : 4) &- zeros)
            index += 1
        }
    }

    /// The sixteen-bit group at `index`, counted from the left.
    private func word(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index & 3)))
    }

    /// The first of the longest runs of two or more zero groups (RFC 5952 section 4.2); empty where there is none.
    private var longestZeroRun: Range<Int> {
        var longest = 0..<0
        var index = 0
        while index < 8 {
            guard word(index) == 0 else {
                index += 1
                continue
            }
            let start = index
            while index < 8, word(index) == 0 { index += 1 }
            if index - start > max(longest.count, 1) { longest = start..<index }
        }
        return longest
    }
}
