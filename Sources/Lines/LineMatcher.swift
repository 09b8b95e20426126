/// Finds a line that consists of one word in a stream that arrives in pieces. A line ends with LF or CR LF.
package struct LineMatcher: Sendable {
    /// What the line so far is.
    package enum Standing: Hashable, Sendable {
        /// Another line than the word.
        case other
        /// The beginning of the word, or all of it without a line end.
        case candidate
        /// The word with the line end that was just taken.
        case matched
    }

    private let word: [UInt8]
    /// How many bytes of the word the line so far consists of; `nil` where it is another line.
    private var matched: Int? = 0
    private var sawCarriageReturn = false

    package init(_ word: String) {
        self.word = Array(word.utf8)
    }

    /// Whether the line so far is the word, complete but for the line end.
    package var isWord: Bool { matched == word.count && !sawCarriageReturn }

    /// Takes the next byte. A line feed begins a new line.
    @inline(__always)
    package mutating func take(_ byte: UInt8) -> Standing {
        if byte == UInt8(ascii: "\n") {
            let isMatch = matched == word.count
            matched = 0
            sawCarriageReturn = false
            return isMatch ? .matched : .other
        }
        guard let count = matched else { return .other }
        if count < word.count, !sawCarriageReturn, byte == word[count] {
            matched = count + 1
            return .candidate
        }
        if count == word.count, !sawCarriageReturn, byte == UInt8(ascii: "\r") {
            sawCarriageReturn = true
            return .candidate
        }
        matched = nil
        sawCarriageReturn = false
        return .other
    }

    /// Takes the next piece; returns the index behind the line feed that ends the first line which is the word.
    package mutating func firstMatch(in bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices where take(bytes[index]) == .matched { return index + 1 }
        return nil
    }
}
