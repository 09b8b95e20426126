import Testing

@testable import RawText

@Suite("Searching for a text")
struct TextSearchTests {
    @Test(
        "parts between separators",
        arguments: [
            ("a, b, c", ", ", ["a", "b", "c"]), ("", ", ", [""]), (", ", ", ", ["", ""]), ("a,b", ", ", ["a,b"]),
            ("aaa", "aa", ["", "a"]),
            ("a, ", ", ", ["a", ""]), ("é|è", "|", ["é", "è"]),
        ] as [(String, String, [String])]
    )
    func parts(_ text: String, _ separator: String, _ parts: [String]) {
        #expect(text.parts(between: separator) == parts)
        #expect(text.exchanging(separator, for: "#") == parts.joined(separator: "#"))
        #expect(text.holds(separator) == (parts.count > 1))
    }

    @Test("the first place, in a part of a text too")
    func place() throws {
        let text = "x://y://z"
        let place = try #require(text.dropFirst(3).firstPlace(of: "://"))
        #expect(text[..<place.lowerBound] == "x://y" && text[place.upperBound...] == "z")
        #expect(text.firstPlace(of: "") == text.startIndex..<text.startIndex)
        #expect(text.firstPlace(of: "///") == nil && "".firstPlace(of: "a") == nil)
    }
}
