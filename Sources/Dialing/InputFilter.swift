internal import Lines

/// What happens to standard input on its way to the socket: line ends become CR LF, and the quit word ends it.
///
/// A line that may yet become the quit word is held back until that is known; the quit word is never sent.
package struct InputFilter: Sendable {
    private var quit: LineMatcher?
    private let makesCRLF: Bool
    /// The present line so far, while it may become the quit word.
    private var held: [UInt8] = []
    private var previous: UInt8 = 0

    package init(quitWord: String?, makesCRLF: Bool) {
        quit = quitWord.map { LineMatcher($0) }
        self.makesCRLF = makesCRLF
    }

    /// Whether bytes pass unchanged.
    package var isTransparent: Bool { quit == nil && !makesCRLF }

    /// Appends what may be sent of the next piece to `output`. True where the quit word came: what follows it is not looked at.
    package mutating func transform(_ input: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        for index in input.indices {
            let byte = input[index]
            switch quit?.take(byte) {
            case .matched:
                return true
            case .candidate:
                held.append(byte)
            case .other, nil:
                releaseHeld(into: &output)
                emit(byte, &output)
            }
        }
        return false
    }

    /// Appends what was held back when the input ended in the middle of a line. True where that line is the quit word.
    package mutating func finish(into output: inout [UInt8]) -> Bool {
        if !held.isEmpty, quit?.isWord ?? false { return true }
        releaseHeld(into: &output)
        return false
    }

    private mutating func releaseHeld(into output: inout [UInt8]) {
        guard !held.isEmpty else { return }
        for byte in held { emit(byte, &output) }
        held.removeAll(keepingCapacity: true)
    }

    private mutating func emit(_ byte: UInt8, _ output: inout [UInt8]) {
        if makesCRLF, byte == UInt8(ascii: "\n"), previous != UInt8(ascii: "\r") { output.append(UInt8(ascii: "\r")) }
        output.append(byte)
        previous = byte
    }
}
