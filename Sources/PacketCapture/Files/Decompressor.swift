internal import CCompression
internal import SondeSystem

/// The compressions of capture files, detected from the first bytes.
package enum Compression: Sendable {
    case gzip
    case zstd

    init?(firstBytes bytes: ArraySlice<UInt8>) {
        switch Array(bytes.prefix(4)) {
        case let magic where magic.starts(with: [0x1F, 0x8B]): self = .gzip
        // RFC 8878: a frame, or one to skip.
        case [0x28, 0xB5, 0x2F, 0xFD]: self = .zstd
        case let magic where magic.count == 4 && magic[0] & 0xF0 == 0x50 && magic[1...] == [0x2A, 0x4D, 0x18]: self = .zstd
        default: return nil
        }
    }
}

extension Compression {
    /// Loads the libraries that reading the file will need, while they can still be opened.
    ///
    /// - Parameter path: `-` or a pipe, whose bytes can't be looked at, has both loaded.
    package static func prepare(for path: String) {
        var needed: [Compression] = [.gzip, .zstd]
        if path != "-", FileStatus.isRegular(path) {
            let first = (try? FileSystem.read(path, limit: 4)) ?? []
            needed = Compression(firstBytes: first[...]).map { [$0] } ?? []
        }
        // One that is missing is reported where it is used.
        for compression in needed { _ = try? SharedLibrary(compression.libraryNames) }
    }

    fileprivate var libraryNames: [String] {
        switch self {
        case .gzip: ["libz.so.1"]
        case .zstd: ["libzstd.so.1"]
        }
    }
}

/// Why compressed bytes could not be read, in the library's words.
struct DecompressionFailure: Error {
    let reason: String
}

/// How far a step of decompression came.
struct DecompressionStep {
    var consumed: Int
    var produced: Int
    /// Whether the input may end here.
    var isAtEnd: Bool
}

/// A stream of compressed bytes that becomes plain bytes piece by piece, through a library that is loaded for it.
protocol Decompressor: AnyObject {
    /// Reads from `input` and writes to `output`, as much as either allows.
    func step(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep
}

/// gzip (RFC 1952), through zlib. Members may follow each other; what else follows the last is ignored, as gzip(1) does.
@safe final class GzipStream: Decompressor {
    private typealias Stream = UnsafeMutablePointer<ccompression_zlib>

    private let stream: Stream
    private let inflate: @convention(c) (UnsafeMutablePointer<ccompression_zlib>, CInt) -> CInt
    private let reset: @convention(c) (UnsafeMutablePointer<ccompression_zlib>) -> CInt
    private let end: @convention(c) (UnsafeMutablePointer<ccompression_zlib>) -> CInt
    private var isBetweenMembers = false

    init() throws(SharedLibrary.Missing) {
        typealias Begin =
            @convention(c) (
                UnsafeMutablePointer<ccompression_zlib>, CInt, UnsafePointer<CChar>, CInt
            ) -> CInt
        let library = try SharedLibrary(Compression.gzip.libraryNames)
        unsafe inflate = try library.function("inflate")
        unsafe reset = try library.function("inflateReset")
        unsafe end = try library.function("inflateEnd")
        let begin: Begin = unsafe try library.function("inflateInit2_")
        // Safe: the stream stays where it is, as zlib wants it, until deinit frees it.
        unsafe stream = Stream.allocate(capacity: 1)
        unsafe stream.initialize(to: unsafe ccompression_zlib())
        let size = unsafe CInt(MemoryLayout<ccompression_zlib>.size)
        guard unsafe begin(stream, CInt(CCOMPRESSION_Z_GZIP_WINDOW), "1", size) == CInt(CCOMPRESSION_Z_OK) else {
            throw SharedLibrary.Missing(reason: "zlib refuses to begin")
        }
    }

    deinit {
        unsafe _ = end(stream)
        unsafe stream.deallocate()
    }

    func step(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        if isBetweenMembers {
            guard unsafe input.first == 0x1F else { return DecompressionStep(consumed: input.count, produced: 0, isAtEnd: true) }
            unsafe _ = reset(stream)
            isBetweenMembers = false
        }
        // Safe: both buffers outlive the call, which reads and writes within the counts given.
        unsafe stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.available_in = CUnsignedInt(clamping: input.count)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.available_out = CUnsignedInt(clamping: output.count)
        let status = unsafe inflate(stream, 0)
        switch Int(status) {
        case Int(CCOMPRESSION_Z_OK), Int(CCOMPRESSION_Z_BUF_ERROR): break
        case Int(CCOMPRESSION_Z_STREAM_END): isBetweenMembers = true
        default:
            throw DecompressionFailure(
                reason: unsafe stream.pointee.message.map { unsafe String(cString: $0) } ?? "zlib error \(status)"
            )
        }
        return DecompressionStep(
            consumed: input.count - Int(unsafe stream.pointee.available_in),
            produced: output.count - Int(unsafe stream.pointee.available_out),
            isAtEnd: isBetweenMembers
        )
    }
}

/// Zstandard (RFC 8878), through libzstd, which advances from frame to frame by itself.
@safe final class ZstdStream: Decompressor {
    private let stream: OpaquePointer
    private let decompress:
        @convention(c) (
            OpaquePointer, UnsafeMutablePointer<ccompression_zstd_output>, UnsafeMutablePointer<ccompression_zstd_input>
        ) -> Int
    private let free: @convention(c) (OpaquePointer) -> Int
    private let isError: @convention(c) (Int) -> CUnsignedInt
    private let errorName: @convention(c) (Int) -> UnsafePointer<CChar>?

    init() throws(SharedLibrary.Missing) {
        typealias Create = @convention(c) () -> OpaquePointer?
        let library = try SharedLibrary(Compression.zstd.libraryNames)
        unsafe decompress = try library.function("ZSTD_decompressStream")
        unsafe free = try library.function("ZSTD_freeDStream")
        unsafe isError = try library.function("ZSTD_isError")
        unsafe errorName = try library.function("ZSTD_getErrorName")
        let create: Create = unsafe try library.function("ZSTD_createDStream")
        guard let stream = unsafe create() else { throw SharedLibrary.Missing(reason: "libzstd refuses to begin") }
        unsafe self.stream = stream
    }

    deinit { unsafe _ = free(stream) }

    func step(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        // Safe: both buffers outlive the call, which reads and writes within the sizes given.
        var source = unsafe ccompression_zstd_input(bytes: input.baseAddress, size: input.count, position: 0)
        var target = unsafe ccompression_zstd_output(bytes: output.baseAddress, size: output.count, position: 0)
        let hint = unsafe decompress(stream, &target, &source)
        guard isError(hint) == 0 else {
            throw DecompressionFailure(reason: unsafe errorName(hint).map { unsafe String(cString: $0) } ?? "zstd error")
        }
        return unsafe DecompressionStep(consumed: source.position, produced: target.position, isAtEnd: hint == 0)
    }
}
