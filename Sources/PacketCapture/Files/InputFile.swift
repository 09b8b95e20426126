internal import Glibc
internal import SondeSystem
internal import SystemPackage

/// A file that is read from its beginning to its end; as `-`, standard input.
final class InputFile {
    /// What a read came to.
    enum Reading {
        /// That many bytes; 0 at the file's end.
        case bytes(Int)
        case interrupted
        /// Nothing is there yet: the next call waits for it. Told only where there is an interruption.
        case waiting
    }

    let path: String
    private let descriptor: FileDescriptor
    private let ownsDescriptor: Bool
    private let interruption: BorrowedDescriptor?
    /// Whether the reader knows that the next call waits.
    private var hasToldToWait = false

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

    /// Reads what is there, waiting for at least one byte after it has told so.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Reading {
        if let interruption {
            let ready = try readiness(interruption, timeout: hasToldToWait ? -1 : 0)
            if ready.interruption { return .interrupted }
            hasToldToWait = !ready.file
            if hasToldToWait { return .waiting }
        }
        do {
            return .bytes(try unsafe descriptor.read(into: buffer))
        } catch {
            throw .input(operation: "read", path: path, error as? Errno ?? .ioError)
        }
    }

    /// Waits for bytes, the file's end or the interruption, whichever comes first, for so many milliseconds; -1 without end.
    private func readiness(
        _ interruption: BorrowedDescriptor,
        timeout: CInt
    ) throws(CaptureError) -> (file: Bool, interruption: Bool) {
        var watched: [2 of pollfd] = [
            pollfd(fd: interruption.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        do throws(Errno) {
            // Safe: the kernel writes within the two entries that it is lent.
            var span = watched.mutableSpan
            _ = try systemCall { unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, timeout) } }
        } catch {
            throw .input(operation: "poll", path: path, error)
        }
        return (watched[1].revents != 0, watched[0].revents != 0)
    }
}
