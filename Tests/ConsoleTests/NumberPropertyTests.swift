import Foundation
import Mutations
import Testing

@testable import Console

/// Numbers as text against Foundation's formatting.
@Suite("Numbers agree with printf")
struct NumberPropertyTests {
    private static func text(_ body: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        body(&buffer)
        return buffer.string
    }

    /// Each length of number as often as the others, and the borders.
    private static func numbers(_ seed: UInt64) -> [UInt64] {
        var random = SeededGenerator(seed: seed)
        let borders = (0..<20).flatMap { power -> [UInt64] in
            let value = (0..<power).reduce(UInt64(1)) { value, _ in value &* 10 }
            return [value &- 1, value, value &+ 1]
        }
        return borders + [.max, UInt64(Int64.max)]
            + (0..<1_000).map { _ in random.next() >> UInt64.random(in: 0..<64, using: &random) }
    }

    @Test func integers() {
        for number in Self.numbers(1) {
            #expect(Self.text { $0.append(number) } == String(number))
            let signed = Int64(bitPattern: number)
            #expect(Self.text { $0.append(signed) } == String(signed))
            let hex = String(number, radix: 16)
            #expect(Self.text { $0.append(hex: number, digits: 16) } == String(repeating: "0", count: 16 - hex.count) + hex)
        }
    }

    @Test(arguments: 0...20)
    func padded(width: Int) {
        for number in Self.numbers(UInt64(width)) {
            let digits = String(number)
            let zeros = String(repeating: "0", count: max(width - digits.count, 0))
            #expect(Self.text { $0.append(digitsOf: number, atLeast: width) } == zeros + digits)
        }
    }

    @Test(arguments: 0...18)
    func fixedPoint(fractionDigits: Int) {
        for number in Self.numbers(UInt64(fractionDigits + 40)) {
            let value = Int64(bitPattern: number)
            let digits = String(value.magnitude)
            let padded = String(repeating: "0", count: max(fractionDigits + 1 - digits.count, 0)) + digits
            let whole = padded.dropLast(fractionDigits)
            let expected = (value < 0 ? "-" : "") + whole + (fractionDigits > 0 ? "." + padded.suffix(fractionDigits) : "")
            #expect(Self.text { $0.append(value, fractionDigits: fractionDigits) } == expected)
        }
    }
}
