internal import SondeSystem
internal import SystemPackage

/// A file that is read from its beginning to its end; as `-`, standard input.
final class InputFile {
    /// What a read came to.
    enum Reading {
        /// That many bytes; 0 at the file's end.
        case bytes(Int)
        case interrupted
        /// A pipe holds nothing yet; the next call waits for it. Only where there is an interruption.
        case waiting
    }

    let path: String
    private let file: OpenFile
    private let interruption: BorrowedDescriptor?
    /// Whether the last call reported that the next one waits.
    private var mayWait = false

    /// - Parameter interruption: a descriptor that ends the wait for a pipe's next bytes by becoming readable, such as a stop token's.
    init(path: String, interruption: BorrowedDescriptor?) throws(CaptureError) {
        self.path = path
        self.interruption = interruption
        do {
            file = try OpenFile.reading(path)
        } catch {
            throw .input(operation: "open", path: path, error)
        }
    }

    /// Reads the available bytes; after `.waiting` at least one.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Reading {
        while true {
            if let interruption {
                let ready = try readiness(interruption, until: mayWait ? nil : .now)
                if ready.interruption { return .interrupted }
                mayWait = !ready.file
                if mayWait { return .waiting }
            }
            do {
                switch try unsafe file.borrowed.read(into: buffer) {
                case .bytes(let count): return .bytes(count)
                case .end: return .bytes(0)
                // Somebody else has set the pipe non-blocking.
                case .wouldBlock: _ = try file.borrowed.wait(for: .readable)
                }
            } catch {
                throw .input(operation: "read", path: path, error)
            }
        }
    }

    /// Waits for the first of: bytes, the end of the file, the interruption. `nil` waits without limit.
    private func readiness(
        _ interruption: BorrowedDescriptor,
        until deadline: MonotonicTime?
    ) throws(CaptureError) -> (file: Bool, interruption: Bool) {
        do throws(Errno) {
            let outcome = try waitForFirst(
                of: [(file.borrowed, .readable), (interruption, .readable)],
                until: deadline
            )
            guard case .ready(let ready) = outcome else { return (false, false) }
            return (!ready[0].isEmpty, !ready[1].isEmpty)
        } catch {
            throw .input(operation: "poll", path: path, error)
        }
    }
}
