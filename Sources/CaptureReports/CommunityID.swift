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
        text.append("1:")
        var message = [UInt8(seed >> 8), UInt8(seed & 0xFF)]
        message += first.address.networkBytes + second.address.networkBytes + [protocolNumber, 0]
        for port in [first.port, second.port] { message += [UInt8(port >> 8), UInt8(port & 0xFF)] }
        append(base64: Self.sha1(ofBlock: message), to: &text)
    }

    private func append(base64 bytes: [UInt8], to text: inout TextBuffer) {
        let digits = StaticString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(UInt32(0)) { $0 << 8 | UInt32(start + $1 < bytes.count ? bytes[start + $1] : 0) }
            for place in 0..<4 {
                let digit = Int(group >> UInt32(18 - 6 * place) & 63)
                // Safe: a digit is below 64.
                if start + place <= bytes.count { text.append(byte: unsafe digits.utf8Start[digit]) } else { text.append("=") }
            }
        }
    }

    /// SHA-1 (RFC 3174) of a message that fits one block: at most 55 bytes.
    static func sha1(ofBlock message: [UInt8]) -> [UInt8] {
        precondition(message.count <= 55, "more than a block of SHA-1")
        let length = UInt64(message.count) * 8
        let block =
            message + [0x80] + [UInt8](repeating: 0, count: 55 - message.count)
            + stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> $0) }
        var words = (0..<16).map { index in block[(index * 4)..<(index * 4 + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        for index in 16..<80 {
            words.append(rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], by: 1))
        }
        let start: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var (a, b, c, d, e) = (start[0], start[1], start[2], start[3], start[4])
        for index in 0..<80 {
            let (mixed, constant): (UInt32, UInt32) =
                switch index {
                case ..<20: (b & c | ~b & d, 0x5A82_7999)
                case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotated(a, by: 5) &+ mixed &+ e &+ words[index] &+ constant
            (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
        }
        return zip(start, [a, b, c, d, e]).flatMap { before, after in
            let sum = before &+ after
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> UInt32($0)) }
        }
    }

    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
}
