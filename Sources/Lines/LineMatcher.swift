/// Finds a line that consists of one word in a stream which comes in pieces. A line ends with LF or CR LF.
package struct LineMatcher {
    private let word: [UInt8]
    /// How much of the line so far is the word's beginning; `nil` where the line is another one.
    private var matched: Int? = 0
    private var sawCarriageReturn = false

    package init(_ word: String) {
        self.word = Array(word.utf8)
    }

    /// Goes on with the next piece; returns the index behind the line feed that ends the first line which is the word.
    package mutating func firstMatch(in bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices where step(bytes[index]) { return index + 1 }
        return nil
    }

    private mutating func step(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: "\n") {
            let isMatch = matched == word.count
            matched = 0
            sawCarriageReturn = false
            return isMatch
        }
        guard let count = matched else { return false }
        if count < word.count, !sawCarriageReturn, byte == word[count] {
            matched = count + 1
        } else if count == word.count, !sawCarriageReturn, byte == UInt8(ascii: "\r") {
            sawCarriageReturn = true
        } else {
            matched = nil
            sawCarriageReturn = false
        }
        return false
    }
}
