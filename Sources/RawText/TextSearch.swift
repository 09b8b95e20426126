/// Searching for a text, byte by byte.
///
/// The standard library's `firstRange(of:)`, `replacing(_:with:)` and `contains(_:)` for texts link its regular expressions, 0.9 MB that every start
/// would pay for.
extension StringProtocol {
    /// Where a text occurs first; `nil` where it does not. An empty text is at the start.
    package func firstPlace(of piece: String) -> Range<Index>? {
        var start = utf8.startIndex
        while true {
            if utf8[start...].starts(with: piece.utf8) { return start..<utf8.index(start, offsetBy: piece.utf8.count) }
            guard start < utf8.endIndex else { return nil }
            utf8.formIndex(after: &start)
        }
    }

    package func holds(_ piece: String) -> Bool { firstPlace(of: piece) != nil }

    /// The texts before, between and behind the occurrences of a separator, which is not empty.
    package func parts(between separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[startIndex...]
        while let place = rest.firstPlace(of: separator) {
            parts.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        return parts + [String(rest)]
    }

    /// With another text in place of each occurrence of one that is not empty.
    package func exchanging(_ piece: String, for other: String) -> String {
        parts(between: piece).joined(separator: other)
    }
}
