internal import Glibc
internal import Packets
internal import Sockets
internal import SystemPackage

/// A file's bytes, read piece by piece into one buffer that a parser looks at.
struct InputBuffer: ~Copyable {
    private let path: String
    private let descriptor: FileDescriptor
    private let ownsDescriptor: Bool
    private(set) var bytes: [UInt8]
    /// What of `bytes` was read and not parsed yet.
    private(set) var unparsed = 0..<0
    /// The file's offset of the first byte of `bytes`.
    private(set) var fileOffset = 0

    /// What ends the reading before the file does, once it is readable.
    private let interruption: BorrowedDescriptor?
    private(set) var wasInterrupted = false

    /// One read's size: large enough that system calls do not count, small enough to stay in the second-level cache.
    private static let pieceSize = 256 * 1024

    /// Opens a path; `-` is standard input.
    init(path: String, interruption: BorrowedDescriptor?) throws(CaptureError) {
        self.path = path
        self.interruption = interruption
        bytes = [UInt8](repeating: 0, count: 2 * Self.pieceSize)
        ownsDescriptor = path != "-"
        guard ownsDescriptor else {
            descriptor = .standardInput
            return
        }
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        } catch {
            throw .input(operation: "open", path: path, error as? Errno ?? .ioError)
        }
    }

    deinit {
        if ownsDescriptor { try? descriptor.close() }
    }

    /// Counts everything before `offset` as parsed.
    mutating func consume(upTo offset: Int) {
        unparsed = offset..<unparsed.upperBound
    }

    /// Reads until `needed` bytes are there that are not parsed.
    ///
    /// - Returns: whether they are; `false` at the file's end.
    mutating func fill(toHold needed: Int) throws(CaptureError) -> Bool {
        makeRoom(for: needed)
        while unparsed.count < needed {
            guard waitForPiece() else {
                wasInterrupted = true
                return false
            }
            let count = try readPiece()
            guard count > 0 else { return false }
            unparsed = unparsed.lowerBound..<unparsed.upperBound + count
        }
        return true
    }

    /// Moves what is not parsed to the buffer's beginning, and lets the buffer grow where a record needs more.
    private mutating func makeRoom(for needed: Int) {
        let kept = unparsed.count
        if unparsed.lowerBound > 0 {
            bytes.moveToFront(unparsed)
            fileOffset += unparsed.lowerBound
            unparsed = 0..<kept
        }
        let missing = needed - bytes.count
        if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
    }

    /// Waits until the next read would not, or until the interruption.
    ///
    /// - Returns: whether to read.
    private func waitForPiece() -> Bool {
        guard let interruption else { return true }
        var requests: InlineArray<2, pollfd> = [
            pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interruption.number, events: Int16(POLLIN), revents: 0),
        ]
        var span = requests.mutableSpan
        // Safe: the kernel writes into the two records alone.
        _ = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, nfds_t($0.count), -1) }
        return requests[1].revents & Int16(POLLIN) == 0
    }

    private mutating func readPiece() throws(CaptureError) -> Int {
        let free = unparsed.upperBound..<min(bytes.count, unparsed.upperBound + Self.pieceSize)
        do {
            // Safe: the pointer covers the buffer and is used within the call alone; the kernel writes at most its count.
            return try unsafe bytes.withUnsafeMutableBytes { buffer in
                try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[free]))
            }
        } catch {
            throw .input(operation: "read", path: path, error as? Errno ?? .ioError)
        }
    }
}

extension [UInt8] {
    /// Moves the bytes of a range to the beginning.
    fileprivate mutating func moveToFront(_ range: Range<Int>) {
        for index in 0..<range.count { self[index] = self[range.lowerBound + index] }
    }
}
