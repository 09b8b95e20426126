internal import SondeSystem

/// The compressed bytes of a file on their way through a decompressor.
final class CompressedInput {
    private let path: String
    private let decompressor: any Decompressor
    private var bytes: [UInt8]
    /// What of `bytes` was not decompressed yet.
    private var waiting: Range<Int>
    /// Whether the file may end here.
    private var isAtEnd = false

    private static let pieceSize = 128 * 1024

    /// - Parameter begunWith: the file's first bytes, which were read already.
    init(_ compression: Compression, begunWith first: [UInt8], path: String) throws(CaptureError) {
        self.path = path
        do throws(SharedLibrary.Missing) {
            switch compression {
            case .gzip: decompressor = try GzipStream()
            case .zstd: decompressor = try ZstdStream()
            }
        } catch {
            throw .cannotDecompress(path: path, compression: "\(compression)", reason: error.reason)
        }
        waiting = 0..<first.count
        bytes = first + [UInt8](repeating: 0, count: max(0, Self.pieceSize - first.count))
    }

    /// Gives plain bytes, at least one of them but at the file's end.
    ///
    /// - Parameter offset: how many plain bytes came before.
    func read(
        into target: UnsafeMutableRawBufferPointer,
        from file: InputFile,
        at offset: Int
    ) throws(CaptureError) -> InputFile.Reading {
        while true {
            if waiting.isEmpty {
                // Safe: the pointer covers the array, and is used within the call alone.
                let reading = try unsafe bytes.withMutableBytes(in: bytes.indices) { buffer throws(CaptureError) in
                    try unsafe file.read(into: buffer)
                }
                guard case .bytes(let count) = reading else { return reading }
                if count == 0 {
                    guard isAtEnd else { throw damage("it ends in the middle", at: offset) }
                    return .bytes(0)
                }
                waiting = 0..<count
            }
            let step: DecompressionStep
            do throws(DecompressionFailure) {
                step = try unsafe bytes.span.extracting(waiting).withUnsafeBytes { buffer throws(DecompressionFailure) in
                    try unsafe decompressor.step(buffer, into: target)
                }
            } catch {
                throw damage(error.reason, at: offset)
            }
            waiting = waiting.lowerBound + step.consumed..<waiting.upperBound
            isAtEnd = step.isAtEnd
            if step.produced > 0 { return .bytes(step.produced) }
            guard step.consumed > 0 || waiting.isEmpty else { throw damage("it does not go on", at: offset) }
        }
    }

    private func damage(_ reason: String, at offset: Int) -> CaptureError {
        .damaged(path: path, CaptureDamage(.compressed(reason: reason), at: offset))
    }
}
