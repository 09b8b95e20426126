import Testing

@testable import Dialing

@Suite("What is done to input")
struct InputFilterTests {
    struct FilterCase: Sendable {
        var quit: String? = nil
        var crlf = false
        let pieces: [String]
        let output: String
        var quits = false
    }

    static let filterCases = [
        FilterCase(quit: "q", pieces: ["a\nq\nb"], output: "a\n", quits: true),
        FilterCase(quit: "quit", pieces: ["qu", "it", "\r", "\nx"], output: "", quits: true),
        FilterCase(quit: "quit", pieces: ["qu", "iet\n"], output: "quiet\n"),
        FilterCase(quit: "quit", pieces: ["quitter\nquit"], output: "quitter\n", quits: true),
        FilterCase(quit: "quit", pieces: ["qui"], output: "qui"),
        FilterCase(quit: "quit", pieces: ["quit\rx"], output: "quit\rx"),
        FilterCase(quit: "q", pieces: ["q q\n\nqq\n"], output: "q q\n\nqq\n"),
        FilterCase(crlf: true, pieces: ["a\nb\r\n", "\n\r", "\n"], output: "a\r\nb\r\n\r\n\r\n"),
        FilterCase(quit: "q", crlf: true, pieces: ["a\nq\n"], output: "a\r\n", quits: true),
        FilterCase(pieces: ["any\0thing\r"], output: "any\0thing\r"),
    ]

    @Test("filters input", arguments: filterCases)
    func filters(given: FilterCase) {
        var filter = InputFilter(quitWord: given.quit, makesCRLF: given.crlf)
        #expect(filter.isTransparent == (given.quit == nil && !given.crlf))
        var output: [UInt8] = []
        var quits = false
        for piece in given.pieces where !quits { quits = filter.transform(Array(piece.utf8).span, into: &output) }
        if !quits { quits = filter.finish(into: &output) }
        #expect(String(decoding: output, as: UTF8.self) == given.output)
        #expect(quits == given.quits)
    }
}
