import Testing

@testable import Lines

@Suite("Lines of a stream that arrives in pieces")
struct LineBufferTests {
    static let streams: [(name: String, pieces: [String], lines: [String])] = [
        ("two in one piece", ["a\nb\n"], ["a", "b"]),
        ("one in many pieces", ["G", "E", "T a", "\n"], ["GET a"]),
        ("CR LF, also across pieces", ["a\r\nb\r", "\nc\r\n"], ["a", "b", "c"]),
        ("a CR within a line stays", ["a\rb\r\r\n"], ["a\rb\r"]),
        ("empty lines", ["\n\r\n\n"], ["", "", ""]),
        ("the rest at the end is a line", ["a\nb"], ["a", "b"]),
        ("an ended stream adds none", ["a\n"], ["a"]),
        ("nothing", [""], []),
        ("the longest line", ["12345678\nx\n"], ["12345678", "x"]),
        ("one byte more ends it", ["a\n123456789\nb\n"], ["a", "too long"]),
        ("too long before its end", ["1234", "56789"], ["too long"]),
    ]

    @Test("come out whole, whatever the pieces", arguments: streams)
    func lines(name: String, pieces: [String], expected: [String]) {
        var buffer = LineBuffer(longest: 8)
        var lines: [String] = []
        func take() {
            while let line = buffer.next() {
                switch line {
                case .whole(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
                case .tooLong:
                    if lines.last != "too long" { lines.append("too long") }
                    return
                }
            }
        }
        for piece in pieces {
            buffer.append(Array(piece.utf8).span)
            take()
        }
        buffer.finish()
        take()
        #expect(lines == expected, "\(name)")
    }

    @Test("hasLine says what next returns, and no line is left behind")
    func hasLine() {
        var buffer = LineBuffer(longest: 100)
        var taken = 0
        for turn in 0..<300 {
            buffer.append(Array("line \(turn)\n rest".utf8).span)
            while buffer.hasLine {
                #expect(buffer.next() != nil)
                taken += 1
            }
            #expect(buffer.next() == nil)
        }
        #expect(taken == 300 && buffer.count == 5)
        buffer.clear()
        #expect(buffer.count == 0 && !buffer.hasLine)
    }
}
