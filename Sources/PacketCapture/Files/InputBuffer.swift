internal import Packets
internal import SondeSystem

/// A file's bytes, decompressed where they are compressed, piece by piece in one buffer that a parser looks at.
///
/// Memory stays bounded by the longest record that a parser asks for, whatever a file decompresses to.
struct InputBuffer: ~Copyable {
    /// What asking for more came to.
    enum Filling {
        case filled
        /// The file ends before.
        case ended
        case interrupted
        /// Nothing is there yet: the next call waits for it.
        case waiting
    }

    private let file: InputFile
    private(set) var bytes: [UInt8]
    /// What of `bytes` was read and not parsed yet.
    private(set) var unparsed = 0..<0
    /// The offset, in the plain bytes, of the first of `bytes`.
    private(set) var fileOffset = 0
    private var hasBegun = false
    private var compressed: CompressedInput?

    /// One read's size: large enough that system calls do not count, small enough to stay in the second-level cache.
    private static let pieceSize = 256 * 1024

    init(path: String, interruption: BorrowedDescriptor?) throws(CaptureError) {
        file = try InputFile(path: path, interruption: interruption)
        bytes = [UInt8](repeating: 0, count: 2 * Self.pieceSize)
    }

    /// Counts everything before `offset` as parsed.
    mutating func consume(upTo offset: Int) {
        unparsed = offset..<unparsed.upperBound
    }

    /// Reads until `needed` bytes are there that are not parsed.
    mutating func fill(toHold needed: Int) throws(CaptureError) -> Filling {
        makeRoom(for: needed)
        while unparsed.count < needed {
            switch try readPiece() {
            case .interrupted: return .interrupted
            case .waiting: return .waiting
            case .bytes(0): return .ended
            case .bytes(let count): unparsed = unparsed.lowerBound..<unparsed.upperBound + count
            }
            if !hasBegun, unparsed.count >= CaptureParser.magicSize { try begin() }
        }
        return .filled
    }

    /// Looks at the file's first bytes: compressed ones are put aside, to be read anew through a decompressor.
    private mutating func begin() throws(CaptureError) {
        hasBegun = true
        guard let compression = Compression(firstBytes: bytes[unparsed]) else { return }
        compressed = try CompressedInput(compression, begunWith: Array(bytes[unparsed]), path: file.path)
        unparsed = 0..<0
    }

    /// Moves the unparsed bytes to the start of the buffer, and grows the buffer if a record needs more.
    private mutating func makeRoom(for needed: Int) {
        let kept = unparsed.count
        if unparsed.lowerBound > 0 {
            for index in 0..<kept { bytes[index] = bytes[unparsed.lowerBound + index] }
            fileOffset += unparsed.lowerBound
            unparsed = 0..<kept
        }
        let missing = needed - bytes.count
        if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
    }

    private mutating func readPiece() throws(CaptureError) -> InputFile.Reading {
        let free = unparsed.upperBound..<min(bytes.count, unparsed.upperBound + Self.pieceSize)
        let offset = fileOffset + unparsed.upperBound
        let (file, compressed) = (file, compressed)
        // Safe: the pointer covers the free part of the buffer, and is used within the call alone to write at most its count.
        return try unsafe bytes.withMutableBytes(in: free) { target throws(CaptureError) in
            guard let compressed else { return try unsafe file.read(into: target) }
            return try unsafe compressed.read(into: target, from: file, at: offset)
        }
    }
}

extension [UInt8] {
    /// Lends the bytes of a range to `body`, whose errors keep their type.
    mutating func withMutableBytes<Value, Failure: Error>(
        in range: Range<Int>,
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        // Safe: the buffer covers the range, and is lent for the call alone.
        let result = unsafe withUnsafeMutableBytes { buffer in
            Result { () throws(Failure) in try unsafe body(UnsafeMutableRawBufferPointer(rebasing: buffer[range])) }
        }
        return try result.get()
    }
}
