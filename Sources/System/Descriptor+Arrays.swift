import Glibc
package import SystemPackage

/// Reading and writing with arrays, for callers that are in no hurry.
extension BorrowedDescriptor {
    /// read(2) into the part of an array behind its first `offset` bytes.
    package func read(into bytes: inout [UInt8], from offset: Int = 0) throws(Errno) -> Transfer {
        precondition(offset >= 0 && offset <= bytes.count, "an offset beyond the array")
        // Safe: the span is the whole array, which lives through the call, and the offset is checked.
        var span = bytes.mutableSpan
        return try unsafe span.withUnsafeMutableBytes { raw throws(Errno) in
            try unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: raw[offset...]))
        }
    }

    /// write(2) of as much of an array as the kernel accepts. Not for sockets.
    package func write(_ bytes: [UInt8]) throws(Errno) -> Transfer {
        // Safe: the span is the whole array, which lives through the call.
        try unsafe bytes.span.withUnsafeBytes { raw throws(Errno) in try unsafe write(raw) }
    }

    /// recv(2) into a whole array, without waiting.
    package func receive(into bytes: inout [UInt8]) throws(Errno) -> Transfer {
        var span = bytes.mutableSpan
        // Safe: the span is the whole array, which lives through the call.
        return try unsafe span.withUnsafeMutableBytes { raw throws(Errno) in try unsafe receive(into: raw) }
    }

    /// send(2) of a whole array, without waiting and without SIGPIPE.
    package func send(_ bytes: [UInt8]) throws(Errno) -> Transfer {
        // Safe: the span is the whole array, which lives through the call.
        try unsafe bytes.span.withUnsafeBytes { raw throws(Errno) in try unsafe send(raw) }
    }

    /// recvfrom(2) into a whole array, without waiting, and who sent it.
    package func receiveWithSender(into bytes: inout [UInt8]) throws(Errno) -> (Transfer, SocketAddress?) {
        var sender = RawSocketAddress()
        var span = bytes.mutableSpan
        do {
            let count = try systemCall {
                // Safe: the kernel writes no more into the array and the address than the lengths that it is given.
                unsafe span.withUnsafeMutableBytes { raw in
                    unsafe withMutableRaw(&sender) { pointer, length in
                        unsafe recvfrom(number, raw.baseAddress, raw.count, Int32(MSG_DONTWAIT), pointer, length)
                    }
                }
            }
            return (.bytes(count), sender.address)
        } catch .wouldBlock {
            return (.wouldBlock, nil)
        }
    }
}
