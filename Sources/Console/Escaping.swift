internal import RawText

/// Text from outside made harmless: off the wire, from a file, from an argument.
///
/// What moves a cursor, changes a colour, turns the writing direction or breaks a line is shown by its number instead of being
/// obeyed: C0, DEL and C1 as `\x1b` (tab, newline and carriage return as `\t`, `\n`, `\r`), direction marks, separators and tags as
/// `\u{202e}`, and a byte that is no UTF-8 as `\xff`, also where a string keeps it (RawText).
extension TextBuffer {
    package mutating func append(escaped text: some StringProtocol) {
        var text = String(text)
        text.withUTF8 { utf8 in unsafe append(escaped: utf8.span) }
    }

    package mutating func append(escaped source: Span<UInt8>) {
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte >= 0x20 && byte < 0x7F {
                append(byte: byte)
                index += 1
                continue
            }
            let (scalar, length) = decodeUTF8(source, at: index)
            if let scalar {
                if isHarmless(scalar) {
                    append(trusted: source.extracting(index..<(index + length)))
                } else {
                    append(escape: scalar)
                }
            } else {
                append("\\x")
                append(hex: UInt64(byte), digits: 2)
            }
            index += length
        }
    }

    private mutating func append(escape scalar: UInt32) {
        switch scalar {
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0...0xFF:
            append("\\x")
            append(hex: UInt64(scalar), digits: 2)
        default:
            if let byte = rawByte(ofScalar: scalar) {
                append("\\x")
                append(hex: UInt64(byte), digits: 2)
                return
            }
            append("\\u{")
            append(hex: UInt64(scalar), digits: scalar > 0xFFFF ? 5 : 4)
            append("}")
        }
    }
}

/// The text made harmless, as a string.
package func escaped(_ text: some StringProtocol) -> String {
    var buffer = TextBuffer()
    buffer.append(escaped: text)
    return buffer.string
}

/// Whether a terminal only draws it.
func isHarmless(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0..<0x20, 0x7F..<0xA0: false  // C0, DEL, C1
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false  // UAX #9 direction marks, embeddings, isolates
    case 0x2028, 0x2029, 0xFEFF, 0xE0000...0xE007F: false  // line and paragraph separator, byte-order mark, tags
    default: rawByte(ofScalar: scalar) == nil
    }
}

/// One scalar of UTF-8 and how many bytes it took; no scalar and one byte where the bytes are not well-formed
/// (Unicode 15, table 3-7: no overlong form, no surrogate, nothing above U+10FFFF).
func decodeUTF8(_ source: Span<UInt8>, at index: Int) -> (scalar: UInt32?, length: Int) {
    let lead = source[index]
    let length: Int
    switch lead {
    case 0..<0x80: return (UInt32(lead), 1)
    case 0xC2..<0xE0: length = 2
    case 0xE0..<0xF0: length = 3
    case 0xF0..<0xF5: length = 4
    default: return (nil, 1)
    }
    guard index + length <= source.count else { return (nil, 1) }
    var scalar = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
        let next = source[index + offset]
        guard next & 0xC0 == 0x80 else { return (nil, 1) }
        scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return (nil, 1) }
    return (scalar, length)
}
