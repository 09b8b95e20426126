import Testing

@testable import Console

@Suite struct TextBufferTests {
    private func text(_ write: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        write(&buffer)
        return buffer.string
    }

    @Test("every piece keeps its place where the storage grows", arguments: 0...140)
    func growsAtTheBorder(length: Int) {
        let before = String(repeating: "x", count: length)
        let pieces: [(String, (inout TextBuffer) -> Void)] = [
            ("é", { $0.append("é") }),
            ("-", { $0.append(byte: UInt8(ascii: "-")) }),
            ("42", { $0.append(42) }),
            ("18446744073709551615", { $0.append(UInt64.max) }),
            ("abc", { $0.append(packed: 0x7A_6362_61, count: 3) }),
            ("12345678", { $0.append(packed: 0x3837_3635_3433_3231, count: 8) }),
            ("     ", { $0.append(UInt8(ascii: " "), times: 5) }),
            ("trusted →", { $0.append(trusted: "trusted →") }),
            ("\\x1b", { $0.append(escaped: "\u{1B}") }),
            ("", { $0.append("") }),
        ]
        for (shown, piece) in pieces {
            var buffer = TextBuffer(before)
            piece(&buffer)
            buffer.append("|")
            let (written, count) = (buffer.string, buffer.count)
            #expect(written == before + shown + "|")
            #expect(count == written.utf8.count)
        }
    }

    @Test func growsByMoreThanItsDouble() {
        let long = String(repeating: "0123456789", count: 10_000)
        #expect(text { $0.append(trusted: long) } == long)
        #expect(text { $0.append(UInt8(ascii: "a"), times: 100_000) } == String(repeating: "a", count: 100_000))
    }

    @Test func keepsNothingOfWhatWasCleared() {
        let shown = text { text in
            text.append("before")
            text.clear()
            text.append("after")
        }
        #expect(shown == "after")
    }

    @Test(arguments: [(0, "after"), (2, "aft"), (5, "")])
    func takesTheLastBytesAway(number: Int, shown: String) {
        var buffer = TextBuffer("after")
        buffer.removeLast(number)
        let (written, isEmpty) = (buffer.string, buffer.isEmpty)
        #expect(written == shown)
        #expect(isEmpty == shown.isEmpty)
    }

    @Test func appendsAnother() {
        let other = TextBuffer(String(repeating: "other ", count: 30))
        let (written, lent) = (text { $0.append(other) }, other.withSpan { $0.count })
        #expect(written == String(repeating: "other ", count: 30))
        #expect(lent == 180)
        #expect(text { $0.append(TextBuffer()) }.isEmpty)
    }

    @Test("less than one time is none", arguments: [0, -1, Int.min])
    func repeatsNothing(times: Int) {
        #expect(text { $0.append(UInt8(ascii: "x"), times: times) }.isEmpty)
    }

    /// Both sides of every power of ten, and what a lane of the register could get wrong.
    private static let numbers: [UInt64] = {
        var numbers: [UInt64] = [.max, .max - 1, UInt64(Int64.max), 99_990_000, 10_009, 90_099, 12_345_678, 1_700_000_000]
        var power: UInt64 = 1
        for _ in 0..<20 {
            numbers += [power - 1, power, power + 1, power &* 9]
            power &*= 10
        }
        return numbers + (0..<20_000).map { $0 &* 4999 }
    }()

    @Test func writesDigits() {
        for number in Self.numbers { #expect(text { $0.append(number) } == String(number)) }
    }

    @Test func writesSigns() {
        for number in [Int64.min, .min + 1, -100_000_000, -1, 0, 1, .max] {
            #expect(text { $0.append(number) } == String(number))
            #expect(text { $0.append(Int(number)) } == String(number))
        }
    }

    @Test("digits are padded with zeros, to twenty at most", arguments: [-1, 0, 1, 2, 7, 8, 9, 15, 16, 17, 19, 20, 21, Int.max])
    func padsDigits(width: Int) {
        for number in [0, 9, 99_999_999, 100_000_000, 9_999_999_999_999_999, 10_000_000_000_000_000, UInt64.max] {
            let digits = String(number)
            let zeros = String(repeating: "0", count: max(0, min(width, 20) - digits.count))
            #expect(text { $0.append(digitsOf: number, atLeast: width) } == zeros + digits)
        }
    }

    @Test(
        arguments: [
            (0, 18, "0.000000000000000000"), (1, 18, "0.000000000000000001"), (-1, 9, "-0.000000001"),
            (.min, 18, "-9.223372036854775808"), (.min, 1, "-922337203685477580.8"), (99_999_999, 8, "0.99999999"),
            (100_000_000, 8, "1.00000000"), (-5, 0, "-5"), (0, 0, "0"),
        ] as [(Int64, Int, String)]
    )
    func writesFixedPoint(value: Int64, digits: Int, shown: String) {
        #expect(text { $0.append(value, fractionDigits: digits) } == shown)
    }

    @Test(
        arguments: [(0, 4, "0000"), (0xABC, 3, "abc"), (0xABC, 2, "bc"), (.max, 16, "ffffffffffffffff"), (1, 0, "")]
            as [(UInt64, Int, String)]
    )
    func writesHexadecimal(value: UInt64, digits: Int, shown: String) {
        #expect(text { $0.append(hex: value, digits: digits) } == shown)
    }

    @Test(arguments: [(Int.min, "-9,223,372,036,854,775,808"), (.max, "9,223,372,036,854,775,807"), (1_000_000, "1,000,000")])
    func groupsTheLargest(value: Int, shown: String) {
        #expect(text { $0.append(grouped: value) } == shown)
    }
}
