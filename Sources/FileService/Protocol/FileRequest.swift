/// One line that a client of the file service sends (docs/file-protocol.md).
package enum FileRequest: Hashable, Sendable {
    /// `GET NAME`, or `FROM OFFSET NAME` for what follows the first OFFSET bytes.
    case get(name: [UInt8], from: UInt64)
    /// `SAME OFFSET HASH NAME`: as `FROM`, if the first OFFSET bytes of the file have this hash.
    case resume(name: [UInt8], from: UInt64, hash: UInt64)
    /// `CHECK`: whether the file that this connection got last is still as it was when it was opened; with `CHECK HASH`, whether its
    /// content has this hash.
    case check(hash: UInt64?)
    /// `LIST`, `LIST FOLDER`; `LIST%` asks for names with percent-encoding.
    case list(folder: [UInt8], isEncoded: Bool = false)

    /// The longest request line without its end: a verb, two numbers, and the longest path that the system takes.
    static let longestLine = 4096 + 48

    /// Reads a line without its end.
    package init(line: [UInt8]) throws(FileRefusal) {
        var (verb, rest) = Self.firstWord(line)
        let isEncoded = verb.count > 1 && verb.last == UInt8(ascii: "%")
        if isEncoded { verb.removeLast() }
        switch String(decoding: verb, as: UTF8.self) {
        case "GET":
            self = .get(name: try Self.name(rest, isEncoded), from: 0)
        case "FROM":
            let (digits, name) = Self.firstWord(rest)
            guard let offset = Self.number(digits) else { throw .badOffset }
            self = .get(name: try Self.name(name, isEncoded), from: offset)
        case "SAME":
            let (digits, hashAndName) = Self.firstWord(rest)
            let (hash, name) = Self.firstWord(hashAndName)
            guard let offset = Self.number(digits) else { throw .badOffset }
            guard let hash = ContentHash.value(hash) else { throw .badHash }
            self = .resume(name: try Self.name(name, isEncoded), from: offset, hash: hash)
        case "CHECK" where !isEncoded:
            guard rest.isEmpty || ContentHash.value(rest) != nil else { throw .badHash }
            self = .check(hash: ContentHash.value(rest))
        case "LIST":
            let folder = rest.isEmpty ? [UInt8(ascii: ".")] : try Self.name(rest, isEncoded)
            self = .list(folder: folder, isEncoded: isEncoded)
        default:
            throw .unknownRequest
        }
    }

    /// The bytes up to the first space, and those behind it.
    private static func firstWord(_ line: [UInt8]) -> (word: [UInt8], rest: [UInt8]) {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return (line, []) }
        return (Array(line[..<space]), Array(line[(space + 1)...]))
    }

    private static func name(_ bytes: [UInt8], _ isEncoded: Bool) throws(FileRefusal) -> [UInt8] {
        guard !bytes.isEmpty else { throw .missingName }
        guard let name = isEncoded ? EncodedName.decode(bytes) : bytes else { throw .badEncoding }
        // A NUL would end the name on its way to the system, which would open another file than was named.
        guard !name.contains(0) else { throw .badName }
        return name
    }

    /// Decimal digits alone; `nil` also beyond what a file can hold.
    static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        guard (1...19).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return value <= UInt64(Int64.max) ? value : nil
    }

    /// The line that makes this request, with its end. A name that a plain request can't carry is percent-encoded.
    package var line: [UInt8] {
        switch self {
        case .get(let name, from: 0): Self.line("GET", [], name)
        case .get(let name, let offset): Self.line("FROM", ["\(offset)"], name)
        case .resume(let name, let offset, let hash): Self.line("SAME", ["\(offset)", ContentHash.text(hash)], name)
        case .check(nil): Array("CHECK\n".utf8)
        case .check(let hash?): Array("CHECK \(ContentHash.text(hash))\n".utf8)
        case .list(let folder, let isEncoded): Self.line("LIST", [], folder, isEncoded: isEncoded)
        }
    }

    private static func line(_ verb: String, _ arguments: [String], _ name: [UInt8], isEncoded: Bool = false) -> [UInt8] {
        let isEncoded = isEncoded || !EncodedName.isPlain(name)
        let words = [verb + (isEncoded ? "%" : "")] + arguments
        return Array("\(words.joined(separator: " ")) ".utf8) + (isEncoded ? EncodedName.encode(name) : name) + [UInt8(ascii: "\n")]
    }
}

/// Percent-encoded names, for bytes that a line can't contain (RFC 3986 section 2.1).
enum EncodedName {
    /// Whether a line can contain the name unchanged.
    static func isPlain(_ name: [UInt8]) -> Bool { !name.contains(UInt8(ascii: "\n")) && name.last != UInt8(ascii: "\r") }

    /// Encodes control characters and `%`, nothing else.
    static func encode(_ name: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        for byte in name {
            if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") {
                encoded += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 15)]
            } else {
                encoded.append(byte)
            }
        }
        return encoded
    }

    /// `nil` where a `%` is not followed by two hexadecimal digits.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else { return nil }
            decoded.append(high << 4 | low)
        }
        return decoded
    }
}

func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10 }

func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
}
