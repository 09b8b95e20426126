import Addresses
import Packets
import Testing
import Time

/// Which addresses an answer of a name server has, and where it is in a frame.
@Suite("Answers of name servers")
struct NameAnswerTests {
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func record(_ name: [UInt8], type: UInt16, class number: UInt16 = 1, _ content: [UInt8]) -> [UInt8] {
        name + bytes(type) + bytes(number) + [0, 0, 0, 60] + bytes(UInt16(content.count)) + content
    }

    static func message(
        flags: UInt16 = 0x8180,
        questions: UInt16 = 1,
        of question: String = "www.example.com",
        _ records: [[UInt8]]
    ) -> [UInt8] {
        bytes(UInt16(0x6001)) + bytes(flags) + bytes(questions) + bytes(UInt16(records.count)) + [0, 0, 0, 0]
            + name(question) + [0, 1, 0, 1] + records.flatMap(\.self)
    }

    /// Points to the name of the question.
    static let pointer: [UInt8] = [0xC0, 12]
    static let v4 = record(pointer, type: 1, [192, 0, 2, 7])

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let message: [UInt8]
        let expected: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "an address", message: message([v4]), expected: ["192.0.2.7 www.example.com"]),
        Case(
            name: "an alias leads to addresses of both families",
            message: message([
                record(pointer, type: 5, name("cdn.example.net")), record(name("cdn.example.net"), type: 1, [192, 0, 2, 8]),
                record([0xC0, 45], type: 28, [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [9]),
            ]),
            expected: ["192.0.2.8 www.example.com", "2001:db8::9 www.example.com"]
        ),
        Case(name: "a query", message: message(flags: 0x0100, [v4]), expected: []),
        Case(name: "an error", message: message(flags: 0x8183, [v4]), expected: []),
        Case(name: "two questions", message: message(questions: 2, [v4]), expected: []),
        Case(name: "another class", message: message([record(pointer, type: 1, class: 3, [192, 0, 2, 7])]), expected: []),
        Case(name: "an address of five bytes", message: message([record(pointer, type: 1, [192, 0, 2, 7, 9])]), expected: []),
        Case(name: "the root", message: message(of: "", [v4]), expected: []),
        Case(name: "cut behind the first", message: Array(message([v4, v4]).dropLast(3)), expected: ["192.0.2.7 www.example.com"]),
    ]

    static func found(_ message: [UInt8]) -> [String] {
        var found: [String] = []
        NameAnswer.forEachAddress(in: message.span) { found.append("\($0) \($1)") }
        return found
    }

    @Test("give addresses to the name that was asked for", arguments: cases)
    func answer(_ example: Case) { #expect(Self.found(example.message) == example.expected) }

    @Test("End, wherever they are cut and whatever byte is changed")
    func hostile() {
        let message = Self.cases[1].message
        for count in message.indices { _ = Self.found(Array(message.prefix(count))) }
        for index in message.indices {
            for value in [UInt8(0), 0x3F, 0x40, 0xC0, 0xFF] {
                var changed = message
                changed[index] = value
                #expect(Self.found(changed).count <= 2)
            }
        }
    }

    @Test("A decoder says where the datagram of a name server is, once")
    func place() throws {
        let message = Self.message([Self.v4])
        func frame(from port: UInt16) -> [UInt8] {
            Frame.ethernet(
                0x0800,
                Frame.ipv4(17, bytes(port) + bytes(UInt16(40_000)) + bytes(UInt16(8 + message.count)) + [0, 0] + message)
            )
        }
        var decoder = Decoder()
        for (port, isAnswer) in [(UInt16(53), true), (54, false)] {
            let frame = frame(from: port)
            let time = Timestamp(nanoseconds: 0)
            #expect(decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: time) == .notTCP)
            let place = decoder.takeNameAnswer()
            #expect(place.map { Array(frame[$0]) } == (isAnswer ? message : nil))
            #expect(decoder.takeNameAnswer() == nil)
        }
    }
}
