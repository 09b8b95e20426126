/// One line that a client of the file service says (docs/file-protocol.md).
package enum FileRequest: Hashable, Sendable {
    /// `GET NAME`, or `FROM OFFSET NAME` for what lies behind the first OFFSET bytes.
    case get(name: [UInt8], from: UInt64)
    /// `LIST`, `LIST FOLDER`.
    case list(folder: [UInt8])

    /// The longest request line without its end: a verb, a number, and the longest path that the system takes.
    static let longestLine = 4096 + 32

    /// Reads a line without its end.
    package init(line: [UInt8]) throws(FileRefusal) {
        let (verb, rest) = Self.firstWord(line)
        switch String(decoding: verb, as: UTF8.self) {
        case "GET":
            self = .get(name: try Self.name(rest), from: 0)
        case "FROM":
            let (digits, name) = Self.firstWord(rest)
            guard let offset = Self.number(digits) else { throw .badOffset }
            self = .get(name: try Self.name(name), from: offset)
        case "LIST":
            self = .list(folder: rest.isEmpty ? [UInt8(ascii: ".")] : try Self.name(rest))
        default:
            throw .unknownRequest
        }
    }

    /// The bytes up to the first space, and those behind it.
    private static func firstWord(_ line: [UInt8]) -> (word: [UInt8], rest: [UInt8]) {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return (line, []) }
        return (Array(line[..<space]), Array(line[(space + 1)...]))
    }

    private static func name(_ bytes: [UInt8]) throws(FileRefusal) -> [UInt8] {
        guard !bytes.isEmpty else { throw .missingName }
        // A NUL would end the name on its way to the system, which would open another file than was named.
        guard !bytes.contains(0) else { throw .badName }
        return bytes
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

    /// The line that makes this request, with its end.
    package var line: [UInt8] {
        let head =
            switch self {
            case .get(_, from: 0): "GET "
            case .get(_, let offset): "FROM \(offset) "
            case .list: "LIST "
            }
        switch self {
        case .get(let name, _), .list(folder: let name): return Array(head.utf8) + name + [UInt8(ascii: "\n")]
        }
    }
}
