import Addresses
import Console

/// Community ID, version 1 (github.com/corelight/community-id-spec): a short name of a connection that other tools make the same way.
///
/// SHA-1 of the seed, both addresses, the protocol, a zero and both ports, the lesser end first; in base 64 behind `1:`.
struct CommunityID {
    /// The protocol's number: 6 for TCP, 17 for UDP.
    let protocolNumber: UInt8
    let first: Endpoint
    let second: Endpoint
    var seed: UInt16 = 0

    init(protocolNumber: UInt8 = 6, _ one: Endpoint, _ other: Endpoint, seed: UInt16 = 0) {
        self.protocolNumber = protocolNumber
        self.seed = seed
        (first, second) = one < other ? (one, other) : (other, one)
    }

    /// `1:` and 28 characters.
    func append(to text: inout TextBuffer) {
        var block = SHA1Block()
        block.append(seed)
        block.append(first.address)
        block.append(second.address)
        block.append(UInt16(protocolNumber) << 8)
        block.append(first.port)
        block.append(second.port)
        text.append("1:")
        text.append(base64: block.digest())
    }
}

/// SHA-1 (RFC 3174) of a message that fits one block: at most 55 bytes. Nothing is allocated, since a capture has a digest per connection.
struct SHA1Block {
    private var words = InlineArray<16, UInt32>(repeating: 0)
    private var count = 0

    mutating func append(_ byte: UInt8) {
        precondition(count < 55, "more than a block of SHA-1")
        place(byte)
    }

    /// Most significant byte first.
    mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    mutating func append(_ address: IPAddress) {
        switch address.family {
        case .v4: append(UInt32(truncatingIfNeeded: address.low))
        case .v6:
            append(address.high)
            append(address.low)
        }
    }

    /// Its five words, most significant byte first.
    consuming func digest() -> InlineArray<5, UInt32> {
        let length = UInt32(count) * 8
        place(0x80)
        words[15] = length
        let start: InlineArray<5, UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var state = State(a: start[0], b: start[1], c: start[2], d: start[3], e: start[4])
        for round in 0..<16 { state.turn(words[round], 0x5A82_7999) { $0 & $1 | ~$0 & $2 } }
        for round in 16..<20 { state.turn(nextWord(round), 0x5A82_7999) { $0 & $1 | ~$0 & $2 } }
        for round in 20..<40 { state.turn(nextWord(round), 0x6ED9_EBA1) { $0 ^ $1 ^ $2 } }
        for round in 40..<60 { state.turn(nextWord(round), 0x8F1B_BCDC) { $0 & $1 | $0 & $2 | $1 & $2 } }
        for round in 60..<80 { state.turn(nextWord(round), 0xCA62_C1D6) { $0 ^ $1 ^ $2 } }
        return [
            start[0] &+ state.a, start[1] &+ state.b, start[2] &+ state.c, start[3] &+ state.d, start[4] &+ state.e,
        ]
    }

    private struct State {
        var a, b, c, d, e: UInt32

        @inline(__always)
        mutating func turn(_ word: UInt32, _ constant: UInt32, _ mix: (UInt32, UInt32, UInt32) -> UInt32) {
            let next = SHA1Block.rotated(a, by: 5) &+ mix(b, c, d) &+ e &+ word &+ constant
            (a, b, c, d, e) = (next, a, SHA1Block.rotated(b, by: 30), c, d)
        }
    }

    private mutating func place(_ byte: UInt8) {
        words[count >> 2] |= UInt32(byte) << UInt32(24 - 8 * (count & 3))
        count += 1
    }

    /// The word of a round from the 17th on: made of four before it, in a ring.
    @inline(__always)
    private mutating func nextWord(_ round: Int) -> UInt32 {
        let word = words[(round &- 3) & 15] ^ words[(round &- 8) & 15] ^ words[(round &- 14) & 15] ^ words[round & 15]
        words[round & 15] = Self.rotated(word, by: 1)
        return words[round & 15]
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
}

extension TextBuffer {
    /// Twenty bytes in base 64 (RFC 4648 section 4): 28 characters, the last one padding.
    fileprivate mutating func append(base64 words: InlineArray<5, UInt32>) {
        let digits = StaticString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var (rest, count, next) = (UInt64(0), 0, 0)
        for _ in 0..<27 {
            // The last digit has four bits of the digest, and two zeros.
            if count < 6 {
                rest |= UInt64(next < 5 ? words[next] : 0) << UInt64(32 - count)
                (count, next) = (count + 32, next + 1)
            }
            // Safe: six bits are below 64.
            append(byte: unsafe digits.utf8Start[Int(rest >> 58)])
            (rest, count) = (rest << 6, count - 6)
        }
        append("=")
    }
}
