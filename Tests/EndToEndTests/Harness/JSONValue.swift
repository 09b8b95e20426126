/// A JSON value as RFC 8259 writes it, read strictly: nothing after the value, no duplicate names, no control characters in
/// strings, no lone surrogates, no numbers such as `01` or `NaN`.
indirect enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double, text: String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Each line as an object. The last line must end with a line feed, and no line is empty.
    static func lines(of bytes: [UInt8]) throws -> [JSONValue] {
        guard let last = bytes.last else { return [] }
        guard last == UInt8(ascii: "\n") else { throw JSONError(offset: bytes.count, expected: "a line feed at the end") }
        return try bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            let value = try JSONValue(Array(line))
            guard case .object = value else { throw JSONError(offset: 0, expected: "an object") }
            return value
        }
    }

    init(_ text: String) throws { try self.init(Array(text.utf8)) }

    init(_ bytes: [UInt8]) throws {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw JSONError(offset: 0, expected: "UTF-8") }
        var reader = JSONReader(bytes: bytes)
        self = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw JSONError(offset: reader.offset, expected: "the end") }
    }

    /// The member of an object; `nil` where it is absent, which is not the same as `.null`.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var double: Double? {
        guard case .number(let value, _) = self else { return nil }
        return value
    }

    /// A number that was written without fraction and exponent.
    var int: Int? {
        guard case .number(_, let text) = self else { return nil }
        return Int(text)
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    var object: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    var isNull: Bool { self == .null }
}

struct JSONError: Error, CustomStringConvertible {
    let offset: Int
    let expected: String

    var description: String { "not JSON: expected \(expected) at byte \(offset)" }
}

private struct JSONReader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { offset += 1 }
    }

    private func fail(_ expected: String) -> JSONError { JSONError(offset: offset, expected: expected) }

    private mutating func take(_ literal: String) -> Bool {
        guard bytes[offset...].starts(with: literal.utf8) else { return false }
        offset += literal.utf8.count
        return true
    }

    mutating func value(depth: Int) throws -> JSONValue {
        guard depth < 64 else { throw fail("less nesting") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        default:
            if take("null") { return .null }
            if take("true") { return .bool(true) }
            if take("false") { return .bool(false) }
            throw fail("a value")
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        offset += 1
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            let name = try string()
            guard members[name] == nil else { throw fail("no second \(name)") }
            skipSpace()
            guard take(":") else { throw fail("a colon") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
        } while take(",")
        guard take("}") else { throw fail("a closing brace") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        var elements: [JSONValue] = []
        offset += 1
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw fail("a closing bracket") }
        return .array(elements)
    }

    private mutating func number() throws -> JSONValue {
        let start = offset
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw fail("a number in range") }
        return .number(value, text: text)
    }

    private mutating func digits() throws {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        guard offset > start else { throw fail("a digit") }
    }

    private mutating func string() throws -> String {
        guard take("\"") else { throw fail("a string") }
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw fail("no control character") }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                text += try escaped().utf8
            } else {
                text.append(byte)
            }
        }
        guard take("\"") else { throw fail("a closing quote") }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escaped() throws -> String {
        guard let byte = next else { throw fail("an escape") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            guard (0xD800...0xDBFF).contains(unit) else {
                guard let scalar = UnicodeScalar(unit) else { throw fail("no lone surrogate") }
                return String(scalar)
            }
            guard take("\\u") else { throw fail("the second surrogate") }
            let low = try hexadecimal()
            guard (0xDC00...0xDFFF).contains(low), let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            else { throw fail("the second surrogate") }
            return String(scalar)
        default: throw fail("an escape")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard offset + 4 <= bytes.count, let text = String(validating: bytes[offset..<offset + 4], as: UTF8.self),
            text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16)
        else { throw fail("four hexadecimal digits") }
        offset += 4
        return value
    }
}
