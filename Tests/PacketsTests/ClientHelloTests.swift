import Testing

@testable import Packets

@Suite("ClientHello")
struct ClientHelloTests {
    private static func vector(_ width: Int, _ bytes: [UInt8]) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) } + bytes
    }

    private static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    private static func nameExtension(_ name: [UInt8], type: UInt8 = 0) -> [UInt8] {
        number(0) + vector(2, vector(2, [type] + vector(2, name)))
    }

    /// A message with another extension, `padding` bytes long, before the name's.
    private static func message(_ nameExtension: [UInt8], padding: Int = 8) -> [UInt8] {
        let other = number(21) + vector(2, [UInt8](repeating: 0, count: padding))
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + vector(1, [1, 2, 3]) + vector(2, [0x13, 0x01]) + vector(1, [0])
            + vector(2, other + nameExtension)
        return [1] + vector(3, body)
    }

    /// Records of at most `size` bytes.
    private static func records(_ message: [UInt8], size: Int = 16_384) -> [UInt8] {
        stride(from: 0, to: message.count, by: size).flatMap { start in
            [22, 3, 1] + vector(2, Array(message[start..<min(start + size, message.count)]))
        }
    }

    private static func read(_ bytes: [UInt8]) -> ClientHello.Reading { ClientHello.read(bytes.span) }

    private static let name = Array("www.example.org".utf8)

    @Test("names its server, in one record or several", arguments: [16_384, 1, 7, 100])
    func named(size: Int) {
        #expect(Self.read(Self.records(Self.message(Self.nameExtension(Self.name)), size: size)) == .serverName("www.example.org"))
    }

    @Test("every beginning of it is incomplete until the name is there; none crashes", arguments: [16_384, 10])
    func prefixes(size: Int) {
        let whole = Self.records(Self.message(Self.nameExtension(Self.name)), size: size)
        for count in 0..<whole.count { #expect(Self.read(Array(whole.prefix(count))) == .incomplete, "\(count)") }
    }

    @Test("one that takes several segments is read once they are there")
    func long() {
        let whole = Self.records(Self.message(Self.nameExtension(Self.name), padding: 3000))
        #expect(Self.read(Array(whole.prefix(1460))) == .incomplete)
        #expect(Self.read(whole) == .serverName("www.example.org"))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
    }

    static let refused = [
        Case(testDescription: "text", bytes: Array("GET / HTTP/1.1\r\n".utf8)),
        Case(testDescription: "another record", bytes: [23, 3, 3, 0, 5, 1, 2, 3, 4, 5]),
        Case(testDescription: "another message", bytes: [22, 3, 3, 0, 5, 2, 0, 0, 1, 0]),
        Case(testDescription: "an empty record", bytes: [22, 3, 1, 0, 0]),
        Case(testDescription: "a record beyond the limit", bytes: [22, 3, 1, 0xFF, 0xFF, 1]),
        Case(testDescription: "no name", bytes: records(message([]))),
        Case(testDescription: "an empty name", bytes: records(message(nameExtension([])))),
        Case(testDescription: "a name of another type alone", bytes: records(message(nameExtension(name, type: 1)))),
        Case(testDescription: "control bytes", bytes: records(message(nameExtension(Array("a\u{1B}[2J".utf8))))),
        Case(testDescription: "bytes beyond ASCII", bytes: records(message(nameExtension([0x61, 0xFF])))),
        Case(testDescription: "a name of 256 bytes", bytes: records(message(nameExtension([UInt8](repeating: 0x61, count: 256))))),
        Case(
            testDescription: "a list that lies about its name",
            bytes: records(message(number(0) + vector(2, [0, 9, 0, 0xFF, 0xFF, 0x61])))
        ),
        Case(
            testDescription: "a session that lies",
            bytes: records([1] + vector(3, [3, 3] + [UInt8](repeating: 7, count: 32) + [255, 1]))
        ),
    ]

    @Test("others name none", arguments: refused)
    func refuses(_ example: Case) { #expect(Self.read(example.bytes) == .none) }

    @Test("no single byte changed makes it crash or read beyond")
    func mutations() {
        let whole = Self.records(Self.message(Self.nameExtension(Self.name)))
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var bytes = whole
                bytes[index] = value
                if case .serverName(let name) = Self.read(bytes) { #expect(name.utf8.count <= 255) }
            }
        }
    }

    @Test("an endless one is given up")
    func endless() {
        let bytes = [22, 3, 1, 0x40, 0, 1, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: ClientHello.longest)
        #expect(Self.read(bytes) == .none)
    }
}
