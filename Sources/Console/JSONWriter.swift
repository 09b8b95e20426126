internal import RawText

/// Writes JSON (RFC 8259), one object per line (NDJSON), into a reused buffer.
///
/// Fields keep the order of the calls; a value that does not apply is `null` and never omitted. Strings are always valid UTF-8: an
/// invalid byte becomes U+FFFD, and one that a string keeps (RawText) the text `\xff`. Characters that a terminal would interpret are written as `\u` escapes, so a line is harmless on a
/// screen too.
///
/// Fields are inlined where they are written, so that a name becomes a few stores of constants.
@usableFromInline
package struct JSONWriter: ~Copyable, Sendable {
    @usableFromInline package var text: TextBuffer
    @usableFromInline var needsComma = false

    package init() { text = TextBuffer() }

    /// Writes behind a text, which `finish` gives back.
    @inlinable @inline(__always)
    init(behind text: consuming TextBuffer) { self.text = text }

    @inlinable @inline(__always)
    consuming func finish() -> TextBuffer { text }

    @inlinable @inline(__always)
    package mutating func beginObject(_ name: StaticString? = nil) { open(name, UInt8(ascii: "{")) }
    @inlinable @inline(__always)
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    @inlinable @inline(__always)
    package mutating func beginArray(_ name: StaticString? = nil) { open(name, UInt8(ascii: "[")) }
    @inlinable @inline(__always)
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Ends the line behind an outermost object.
    @inlinable @inline(__always)
    package mutating func endLine() {
        text.append(byte: UInt8(ascii: "\n"))
        needsComma = false
    }

    /// A word of sonde's own, written verbatim: it contains no quote, backslash or control character.
    @inlinable @inline(__always)
    package mutating func field(_ name: StaticString, literal value: StaticString) {
        key(name)
        quoted(literal: value)
    }

    package mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        guard let value else { return text.append("null") }
        quoted(value)
    }

    @inlinable @inline(__always)
    package mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { text.append(value) } else { text.append("null") }
    }

    @inlinable @inline(__always)
    package mutating func field(_ name: StaticString, _ value: UInt64?) {
        key(name)
        if let value { text.append(value) } else { text.append("null") }
    }

    package mutating func field(_ name: StaticString, _ value: Bool?) {
        key(name)
        guard let value else { return text.append("null") }
        text.append(value ? "true" : "false")
    }

    /// A number with `decimals` decimal places; `null` if not finite.
    package mutating func field(_ name: StaticString, _ value: Double?, decimals: Int) {
        key(name)
        guard let value, value.isFinite, value.magnitude < 9e9 else { return text.append("null") }
        text.append(value, decimals: decimals)
    }

    /// A number in fixed point: the value 1234567 with six fraction digits is 1.234567.
    @inlinable @inline(__always)
    package mutating func field(_ name: StaticString, fixed value: Int64?, fractionDigits: Int) {
        key(name)
        guard let value else { return text.append("null") }
        text.append(value, fractionDigits: fractionDigits)
    }

    package mutating func field(_ name: StaticString, _ values: [String]) {
        beginArray(name)
        for value in values { element(value) }
        endArray()
    }

    @inlinable @inline(__always)
    package mutating func null(_ name: StaticString) {
        key(name)
        text.append("null")
    }

    /// A field whose number the body writes itself.
    @inlinable @inline(__always)
    package mutating func field(_ name: StaticString, number body: (inout TextBuffer) -> Void) {
        key(name)
        body(&text)
    }

    /// A field whose string the body writes itself: plain ASCII without quotes or backslashes, such as an address.
    @inlinable @inline(__always)
    package mutating func field(_ name: StaticString, ascii body: (inout TextBuffer) -> Void) {
        key(name)
        text.append(byte: UInt8(ascii: "\""))
        body(&text)
        text.append(byte: UInt8(ascii: "\""))
    }

    package mutating func element(_ value: String) {
        separate()
        quoted(value)
    }

    @inlinable @inline(__always)
    package mutating func element(literal value: StaticString) {
        separate()
        quoted(literal: value)
    }

    package mutating func element(_ value: Int) {
        separate()
        text.append(value)
    }

    // MARK: - The parts of a line

    @inlinable @inline(__always)
    mutating func open(_ name: StaticString?, _ bracket: UInt8) {
        if let name { key(name) } else { separate() }
        text.append(byte: bracket)
        needsComma = false
    }

    @inlinable @inline(__always)
    mutating func close(_ bracket: UInt8) {
        text.append(byte: bracket)
        needsComma = true
    }

    @inlinable @inline(__always)
    mutating func separate() {
        if needsComma { text.append(byte: UInt8(ascii: ",")) }
        needsComma = true
    }

    @inlinable @inline(__always)
    mutating func key(_ name: StaticString) {
        text.append(needsComma ? ",\"" : "\"", name, "\":")
        needsComma = true
    }

    @inlinable @inline(__always)
    mutating func quoted(literal value: StaticString) {
        text.append("\"", value, "\"")
    }

    private mutating func quoted(_ value: String) {
        text.append(byte: UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in unsafe append(escaping: utf8.span) }
        text.append(byte: UInt8(ascii: "\""))
    }

    private mutating func append(escaping source: Span<UInt8>) {
        var index = 0
        while index < source.count {
            let (scalar, length) = decodeUTF8(source, at: index)
            switch scalar {
            case nil: text.append("\\ufffd")
            case 0x22: text.append("\\\"")
            case 0x5C: text.append("\\\\")
            case 0x0A: text.append("\\n")
            case 0x0D: text.append("\\r")
            case 0x09: text.append("\\t")
            case let scalar? where isHarmless(scalar):
                text.append(trusted: source.extracting(index..<(index + length)))
            case let scalar?:
                if let byte = rawByte(ofScalar: scalar) {
                    text.append("\\\\x")
                    text.append(hex: UInt64(byte), digits: 2)
                    break
                }
                for unit in String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf16 {
                    text.append("\\u")
                    text.append(hex: UInt64(unit), digits: 4)
                }
            }
            index += length
        }
    }
}

extension TextBuffer {
    /// Writes JSON behind the text.
    @inlinable @inline(__always)
    package mutating func append(json body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(behind: self)
        body(&writer)
        self = writer.finish()
    }
}
