import Testing

@testable import Lines

@Suite("Lines in a stream")
struct LineMatcherTests {
    static let quitLines: [(pieces: [String], end: [Int?])] = [
        (["bye\n"], [4]), (["bye\r\nmore"], [5]), (["b", "y", "e", "\n"], [nil, nil, nil, 1]),
        (["goodbye\n"], [nil]), (["byebye\nbye\n"], [11]), (["bye \n"], [nil]), (["by\ne\n"], [nil]), (["\nbye\n"], [5]),
        (["bye\rx\nbye\n"], [10]), (["bye\r", "\n"], [nil, 1]), (["bye\r\r\n"], [nil]), (["bye"], [nil]),
    ]

    @Test("finds the line that is the quit word", arguments: quitLines)
    func quitLine(pieces: [String], ends: [Int?]) {
        var matcher = LineMatcher("bye")
        for (piece, end) in zip(pieces, ends) {
            let found = matcher.firstMatch(in: Array(piece.utf8).span)
            #expect(found == end, "\(pieces)")
        }
    }
}
