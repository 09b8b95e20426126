import Testing

@testable import RawText

@Suite("Strings that keep bytes")
struct RawBytesTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let scalars: [UInt32]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing", bytes: [], scalars: []),
        Case(name: "ASCII", bytes: [0x61, 0x2F], scalars: [0x61, 0x2F]),
        Case(name: "composed é", bytes: [0xC3, 0xA9], scalars: [0xE9]),
        Case(name: "decomposed é", bytes: [0x65, 0xCC, 0x81], scalars: [0x65, 0x301]),
        Case(name: "Latin-1 é", bytes: [0x61, 0xE9, 0x62], scalars: [0x61, 0x10FEE9, 0x62]),
        Case(name: "Shift-JIS", bytes: [0x83, 0x65, 0x83, 0x58], scalars: [0x10FE83, 0x65, 0x10FE83, 0x58]),
        Case(name: "truncated sequence", bytes: [0xE2, 0x82], scalars: [0x10FEE2, 0x10FE82]),
        Case(name: "overlong form", bytes: [0xC0, 0xAF], scalars: [0x10FEC0, 0x10FEAF]),
        Case(name: "surrogate", bytes: [0xED, 0xA0, 0x80], scalars: [0x10FEED, 0x10FEA0, 0x10FE80]),
        Case(name: "above Unicode", bytes: [0xF4, 0x90, 0x80, 0x80], scalars: [0x10FEF4, 0x10FE90, 0x10FE80, 0x10FE80]),
        Case(
            name: "a scalar of the mapping itself",
            bytes: [0xF4, 0x8F, 0xBB, 0xBF],
            scalars: [0x10FEF4, 0x10FE8F, 0x10FEBB, 0x10FEBF]
        ),
        Case(name: "the private-use scalar before them", bytes: [0xF4, 0x8F, 0xB9, 0xBF], scalars: [0x10FE7F]),
        Case(name: "the private-use scalar behind them", bytes: [0xF4, 0x8F, 0xBC, 0x80], scalars: [0x10FF00]),
    ]

    @Test("bytes to scalars and back", arguments: cases)
    func mapping(_ example: Case) {
        let text = String(rawBytes: example.bytes)
        #expect(text.unicodeScalars.map(\.value) == example.scalars)
        #expect(text.rawBytes == example.bytes)
        #expect(text.containsRawBytes == example.scalars.contains { (0x10FE80...0x10FEFF).contains($0) })
    }

    @Test("every string of bytes comes back, and no two are one string")
    func roundTrip() {
        // A fixed sequence of pseudo-random bytes (xorshift), weighted toward those that occur in the mapping's own scalars.
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let likely: [UInt8] = [0xF4, 0x8F, 0xBA, 0xBB, 0x80, 0xBF, 0xC3, 0xA9, 0x61, 0xFF, 0x00, 0xE2]
        var seen: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let bytes = (0..<next(7)).map { _ in next(4) == 0 ? UInt8(next(256)) : likely[next(likely.count)] }
            let text = String(rawBytes: bytes)
            #expect(text.rawBytes == bytes)
            #expect(seen.updateValue(bytes, forKey: Array(text.utf8)) ?? bytes == bytes)
        }
    }
}
