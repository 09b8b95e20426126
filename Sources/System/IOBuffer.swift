import Glibc
package import SystemPackage

/// A fixed block of memory for reading and writing bytes, so that callers need no pointers.
///
/// The same block serves call after call; what it holds beyond the last transfer means nothing. A range beyond the block traps, in
/// release builds as well.
@safe package struct IOBuffer: ~Copyable, @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    /// Page-aligned memory of `capacity` bytes, zeroed.
    package init(capacity: Int) {
        unsafe memory = .allocate(byteCount: capacity, alignment: 4096)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        unsafe memory.deallocate()
    }

    package var capacity: Int { unsafe memory.count }

    /// The memory of a range. A slice of a raw buffer and its rebasing check bounds in debug builds only.
    @inline(__always)
    private func part(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "a range beyond the buffer")
        return unsafe UnsafeMutableRawBufferPointer(rebasing: memory[range])
    }

    /// recv(2) into the first `limit` bytes, without waiting.
    @inline(__always)
    package mutating func receive(from socket: BorrowedDescriptor, limit: Int) throws(Errno) -> Transfer {
        try unsafe socket.receive(into: part(0..<limit))
    }

    /// send(2) of the bytes in `range`, without waiting and without SIGPIPE.
    @inline(__always)
    package func send(_ range: Range<Int>, to socket: BorrowedDescriptor) throws(Errno) -> Transfer {
        try unsafe socket.send(UnsafeRawBufferPointer(part(range)))
    }

    /// read(2) into the first `limit` bytes.
    package mutating func read(from file: BorrowedDescriptor, limit: Int) throws(Errno) -> Transfer {
        try unsafe file.read(into: part(0..<limit))
    }

    /// pread(2) into the first `limit` bytes, from `offset` on.
    package mutating func read(from file: BorrowedDescriptor, at offset: UInt64, limit: Int) throws(Errno) -> Transfer {
        let part = unsafe part(0..<limit)
        let count = try systemCall { unsafe pread(file.number, part.baseAddress, part.count, off_t(offset)) }
        return count == 0 && limit > 0 ? .end : .bytes(count)
    }

    /// write(2) of as many of the bytes in `range` as go.
    package func write(_ range: Range<Int>, to file: BorrowedDescriptor) throws(Errno) -> Transfer {
        try unsafe file.write(UnsafeRawBufferPointer(part(range)))
    }

    /// Writes all bytes in `range` to a stream; `written` says how many of them went, also where that was not all.
    package func writeAll(_ range: Range<Int>, to writer: borrowing StreamWriter, written: inout Int) throws(StreamError) {
        // Safe: the range is checked, and the span cannot outlive the call.
        let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(part(range)))
        try unsafe writer.writeAll(bytes.bytes, written: &written)
    }

    /// Lends the bytes in `range`.
    @inline(__always)
    package func withBytes<Result: ~Copyable>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
        // Safe: the range is checked, and the span cannot leave the closure.
        unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(part(range))))
    }

    /// A copy of the bytes in `range`.
    package func bytes(_ range: Range<Int>) -> [UInt8] { unsafe Array(part(range)) }

    /// Appends the bytes in `range` to an array.
    package func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: part(range))
    }

    /// Puts `bytes` at the front, as many times as asked, one behind the other.
    package mutating func fill(with bytes: [UInt8], times: Int = 1) {
        precondition(bytes.count * times <= capacity)
        for index in 0..<times {
            let target = unsafe part(index * bytes.count..<(index + 1) * bytes.count)
            unsafe target.copyBytes(from: bytes)
        }
    }
}

extension BorrowedDescriptor {
    /// send(2) of as much of `bytes` as the kernel accepts, without waiting and without SIGPIPE.
    package func send(_ bytes: Span<UInt8>) throws(Errno) -> Transfer {
        // Safe: the pointer does not outlive the span it is taken from.
        try unsafe bytes.withUnsafeBytes { buffer throws(Errno) in try unsafe send(buffer) }
    }

    /// sendto(2) of one datagram, without waiting.
    package func send(_ bytes: Span<UInt8>, to address: RawSocketAddress) throws(Errno) -> Transfer {
        do {
            return .bytes(
                try systemCall {
                    // Safe: both pointers live as long as the call.
                    unsafe bytes.withUnsafeBytes { buffer in
                        unsafe withRaw(address) { pointer, length in
                            unsafe sendto(number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT), pointer, length)
                        }
                    }
                }
            )
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// Whether something waits to be read: bytes, the peer's end, or an error.
    package var hasUnread: Bool {
        var byte: UInt8 = 0
        let transfer = try? unsafe withUnsafeMutableBytes(of: &byte) { buffer throws(Errno) in
            try unsafe receive(into: buffer, flags: Int32(MSG_PEEK))
        }
        return transfer != .wouldBlock
    }
}
