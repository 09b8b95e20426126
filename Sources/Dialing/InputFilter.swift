/// What stands between standard input and the socket: line ends made CR LF, and the line that ends the input.
///
/// A line that may yet become the quit word is held back until it is known; it is never sent.
package struct InputFilter: Sendable {
    private let quitWord: [UInt8]?
    private let makesCRLF: Bool
    /// The beginning of the present line, while it is one of the quit word's too; `nil` where the line is another one.
    private var held: [UInt8]? = []
    private var previous: UInt8 = 0

    package init(quitWord: String?, makesCRLF: Bool) {
        self.quitWord = quitWord.map { Array($0.utf8) }
        self.makesCRLF = makesCRLF
    }

    /// Whether bytes go through unchanged.
    package var isTransparent: Bool { quitWord == nil && !makesCRLF }

    /// Appends what may be sent of the next piece to `output`. True where the quit line came: what follows it is not looked at.
    package mutating func transform(_ input: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        for index in input.indices {
            let byte = input[index]
            if let line = held, let quitWord {
                if byte == UInt8(ascii: "\n"), line == quitWord || line == quitWord + [UInt8(ascii: "\r")] { return true }
                let longer = line + [byte]
                if (quitWord + [UInt8(ascii: "\r")]).starts(with: longer) {
                    held = longer
                    continue
                }
                held = nil
                for early in line { emit(early, &output) }
            }
            emit(byte, &output)
            if byte == UInt8(ascii: "\n") { held = [] }
        }
        return false
    }

    /// Appends what was held back when the input ended in the middle of a line. True where that line is the quit word.
    package mutating func finish(into output: inout [UInt8]) -> Bool {
        guard let quitWord, let line = held, !line.isEmpty else { return false }
        held = nil
        if line == quitWord { return true }
        for byte in line { emit(byte, &output) }
        return false
    }

    private mutating func emit(_ byte: UInt8, _ output: inout [UInt8]) {
        if makesCRLF, byte == UInt8(ascii: "\n"), previous != UInt8(ascii: "\r") { output.append(UInt8(ascii: "\r")) }
        output.append(byte)
        previous = byte
    }
}
