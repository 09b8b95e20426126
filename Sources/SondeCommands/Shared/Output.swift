import Console
import Glibc
import Sockets
import SystemPackage

/// One of the standard streams: a buffer before it, and what it is connected to.
///
/// A reader that has gone away (EPIPE) is no failure: `ClosedPipe` ends the program quietly. Any other error of writing is.
struct Output: ~Copyable {
    var text = TextBuffer()
    private let descriptor: BorrowedDescriptor
    /// Written out when it holds more than this, so that a long result neither waits nor costs a call a line.
    private let limit = 64 * 1024

    static func standard() -> Output { Output(descriptor: .standardOutput) }
    static func error() -> Output { Output(descriptor: .standardError) }

    init(descriptor: BorrowedDescriptor) {
        self.descriptor = descriptor
    }

    var isTerminal: Bool { descriptor.isTerminal }

    /// Writes the buffer out when it has grown large.
    mutating func flushIfLarge() throws {
        if text.count >= limit { try flush() }
    }

    /// Writes the buffer out. On a descriptor that others have set non-blocking it waits until there is room.
    mutating func flush() throws {
        var written = 0
        defer { text.clear() }
        while written < text.count {
            let transfer = try write(from: written)
            switch transfer {
            case .bytes(let count): written += count
            case .wouldBlock, .end: waitForRoom()
            }
        }
    }

    private func write(from start: Int) throws -> Transfer {
        do throws(Errno) {
            return try text.withSpan { (text) throws(Errno) -> Transfer in
                // Safe: `start` is below the count, and the call keeps nothing of the bytes.
                try unsafe text.bytes.withUnsafeBytes { bytes throws(Errno) -> Transfer in
                    try unsafe descriptor.write(UnsafeRawBufferPointer(rebasing: bytes[start...]))
                }
            }
        } catch .brokenPipe {
            throw ClosedPipe()
        } catch {
            let name = descriptor == .standardError ? "standard error" : "standard output"
            throw Failure(.cannotWrite, "\(name): \(error.explained)", next: "check the space and the file behind it")
        }
    }

    private func waitForRoom() {
        var request = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, 1000)
    }
}

/// The reader of standard output has gone away: nothing more to say, and nothing wrong.
struct ClosedPipe: Error {}
