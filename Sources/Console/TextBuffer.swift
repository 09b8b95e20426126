/// Text in the making: UTF-8 bytes that grow at the end and are reused line after line.
///
/// Everything that sonde prints is made in one, so that a line costs no string. What comes from outside goes through the `escaped`
/// doors of `Escaping.swift`; the plain ones are for words of our own.
package struct TextBuffer: Sendable {
    package var bytes: [UInt8] = []

    package init() {}

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    package var count: Int { bytes.count }
    package var isEmpty: Bool { bytes.isEmpty }
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets the text and keeps the room.
    package mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    package mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Text of our own: trusted, printed as it is.
    package mutating func append(_ text: StaticString) {
        // Safe: the buffer is the literal's own storage, which lives as long as the program.
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Text that was made here from trusted parts or escaped before.
    package mutating func append(trusted text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func append(_ other: TextBuffer) {
        bytes.append(contentsOf: other.bytes)
    }

    package mutating func append(_ byte: UInt8, times: Int) {
        guard times > 0 else { return }
        bytes.append(contentsOf: repeatElement(byte, count: times))
    }
}

extension TextBuffer {
    package mutating func append(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(value.magnitude)
    }

    package mutating func append(_ value: Int) {
        append(Int64(value))
    }

    package mutating func append(_ value: UInt64) {
        append(digitsOf: value, atLeast: 1)
    }

    /// A number in fixed point: `append(1_234_567, fractionDigits: 6)` is `1.234567`. At most 18 digits of fraction.
    package mutating func append(_ value: Int64, fractionDigits: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let scale = TextBuffer.powersOfTen[fractionDigits]
        append(digitsOf: value.magnitude / scale, atLeast: 1)
        guard fractionDigits > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        append(digitsOf: value.magnitude % scale, atLeast: fractionDigits)
    }

    /// A number rounded half up to so many decimals; `-` where it is not finite or too large for fixed point.
    package mutating func append(_ value: Double, decimals: Int) {
        let scaled = (value * Double(TextBuffer.powersOfTen[decimals])).rounded()
        guard let fixed = Int64(exactly: scaled) else { return bytes.append(UInt8(ascii: "-")) }
        append(fixed, fractionDigits: decimals)
    }

    /// Decimal digits, padded with zeros on the left.
    package mutating func append(digitsOf value: UInt64, atLeast width: Int) {
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var rest = value
        var start = 20
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        start = min(start, 20 - min(width, 20))
        while start < 20 {
            bytes.append(digits[start])
            start += 1
        }
    }

    /// Lower-case hexadecimal digits, padded with zeros on the left.
    package mutating func append(hex value: UInt64, digits: Int) {
        for index in stride(from: digits - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * index) & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static let powersOfTen: [UInt64] = (0...18).map { power in (0..<power).reduce(UInt64(1)) { scale, _ in scale * 10 } }
}
