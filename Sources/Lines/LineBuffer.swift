/// Cuts a stream that arrives in pieces into lines, each ended by LF or CR LF.
///
/// A caller that appends only while there is no line bounds the buffer to one piece and one line. An empty buffer holds no memory.
package struct LineBuffer: Sendable {
    package enum Line: Hashable, Sendable {
        /// A line without its end.
        case whole([UInt8])
        /// More bytes than a line may have. Nobody knows where it ends, so nothing behind it can be read.
        case tooLong
    }

    /// The most bytes of a line, its LF not counted.
    package let longest: Int
    private var bytes: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// The LF that ends it, where it has arrived.
    private var end: Int?

    package init(longest: Int) {
        self.longest = longest
    }

    /// Whether `next()` returns a line.
    package var hasLine: Bool { end != nil || count > longest }

    /// The bytes that it holds.
    package var count: Int { bytes.count - start }

    /// Adds the next piece of the stream.
    package mutating func append(_ piece: Span<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            end = end.map { $0 - start }
            start = 0
        }
        bytes.reserveCapacity(bytes.count + piece.count)
        for index in piece.indices {
            if end == nil, piece[index] == UInt8(ascii: "\n") { end = bytes.count }
            bytes.append(piece[index])
        }
    }

    /// Marks the end of the stream. The bytes that remain are a line, too.
    package mutating func finish() {
        guard end == nil, count > 0 else { return }
        end = bytes.count
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Takes the next line; `nil` where none has arrived whole.
    package mutating func next() -> Line? {
        guard let end, end - start <= longest else { return hasLine ? .tooLong : nil }
        var line = Array(bytes[start..<end])
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        start = end + 1
        self.end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
        if start == bytes.count { clear() }
        return .whole(line)
    }

    /// Forgets everything.
    package mutating func clear() {
        bytes = []
        start = 0
        end = nil
    }
}
