/// Searching for a text, byte by byte.
///
/// The standard library's `firstRange(of:)`, `replacing(_:with:)` and `contains(_:)` for texts link its regular expressions, 0.9 MB that every start
/// would pay for. Over `StringProtocol` in place of the two types, each byte would cost calls through witness tables: 400 instructions.
extension Substring {
    /// Where a text occurs first; `nil` where it does not. An empty text is at the start.
    package func firstPlace(of piece: String) -> Range<Index>? {
        guard let offset = firstOffset(of: piece.utf8.span, in: utf8.span) else { return nil }
        let start = utf8.index(startIndex, offsetBy: offset)
        return start..<utf8.index(start, offsetBy: piece.utf8.count)
    }

    package func holds(_ piece: String) -> Bool { firstPlace(of: piece) != nil }

    /// The texts before, between and behind the occurrences of a separator, which is not empty.
    package func parts(between separator: String) -> [String] {
        var parts: [String] = []
        var rest = self
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

extension String {
    /// Where a text occurs first; `nil` where it does not. An empty text is at the start.
    package func firstPlace(of piece: String) -> Range<Index>? { self[...].firstPlace(of: piece) }

    package func holds(_ piece: String) -> Bool { self[...].holds(piece) }

    /// The texts before, between and behind the occurrences of a separator, which is not empty.
    package func parts(between separator: String) -> [String] { self[...].parts(between: separator) }

    /// With another text in place of each occurrence of one that is not empty.
    package func exchanging(_ piece: String, for other: String) -> String { self[...].exchanging(piece, for: other) }
}

private func firstOffset(of piece: Span<UInt8>, in text: Span<UInt8>) -> Int? {
    guard !piece.isEmpty else { return 0 }
    let first = piece[0]
    var offset = 0
    while offset + piece.count <= text.count {
        if text[offset] == first, text.holds(piece, at: offset) { return offset }
        offset += 1
    }
    return nil
}

extension Span<UInt8> {
    fileprivate func holds(_ piece: Span<UInt8>, at offset: Int) -> Bool {
        for index in piece.indices where self[offset + index] != piece[index] { return false }
        return true
    }
}
