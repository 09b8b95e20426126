internal import Glibc
internal import Sockets
internal import SystemPackage

/// A file that is read from its beginning to its end; as `-`, standard input.
final class InputFile {
    /// What a read came to.
    enum Reading {
        /// That many bytes; 0 at the file's end.
        case bytes(Int)
        case interrupted
    }

    let path: String
    private let descriptor: FileDescriptor
    private let ownsDescriptor: Bool
    private let interruption: BorrowedDescriptor?

    /// - Parameter interruption: what ends the wait for a pipe's next bytes by becoming readable, such as a source of signals.
    init(path: String, interruption: BorrowedDescriptor?) throws(CaptureError) {
        self.path = path
        self.interruption = interruption
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

    /// Reads what is there, waiting for at least one byte.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Reading {
        if try isInterrupted() { return .interrupted }
        do {
            return .bytes(try unsafe descriptor.read(into: buffer))
        } catch {
            throw .input(operation: "read", path: path, error as? Errno ?? .ioError)
        }
    }

    /// Waits for bytes, the file's end or the interruption, whichever comes first.
    private func isInterrupted() throws(CaptureError) -> Bool {
        guard let interruption else { return false }
        var watched: [2 of pollfd] = [
            pollfd(fd: interruption.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        do throws(Errno) {
            // Safe: the kernel writes within the two entries that it is lent.
            var span = watched.mutableSpan
            _ = try systemCall { unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, -1) } }
        } catch {
            throw .input(operation: "poll", path: path, error)
        }
        return watched[0].revents != 0
    }
}
