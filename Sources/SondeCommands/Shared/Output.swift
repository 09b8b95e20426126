import Console
import Glibc
import SondeSystem
import SystemPackage

/// One of the standard streams: a buffer before it, and what it is connected to.
///
/// A reader that has gone away (EPIPE) is no failure: `ClosedPipe` ends the program quietly. Any other error of writing is.
struct Output: ~Copyable {
    var text = TextBuffer()
    private let descriptor: BorrowedDescriptor
    /// Written out when it holds more than this, so that a long result neither waits nor costs a call a line.
    private let limit = 64 * 1024

    /// Where a signal shows, if a reader may stand still and one is to end the wait for it.
    private let signals: BorrowedDescriptor?
    /// The signal that somebody else has taken.
    private let taken: (@Sendable () -> Int32?)?
    /// How long a reader may stand still after that, in milliseconds.
    private static let patience: Int32 = 2000
    /// What one write takes: where a reader may stand still, no more than is sure not to block once there is room (pipe(7)).
    private let pieceSize: Int

    /// - Parameter signals: a `SignalSource`, whose next signal ends the wait for a reader that stands still, with
    ///   `InterruptedOutput`.
    static func standard(signals: BorrowedDescriptor? = nil) -> Output {
        Output(descriptor: .standardOutput, signals: signals)
    }

    static func error() -> Output { Output(descriptor: .standardError) }

    /// - Parameters:
    ///   - signals: as above.
    ///   - taken: the signal that somebody else has taken from there: it ends the wait once the reader has stood still for `patience`.
    init(descriptor: BorrowedDescriptor, signals: BorrowedDescriptor? = nil, taken: (@Sendable () -> Int32?)? = nil) {
        self.descriptor = descriptor
        self.taken = taken
        let canStandStill = signals != nil && descriptor.hasReader
        self.signals = canStandStill ? signals : nil
        pieceSize = canStandStill ? Int(PIPE_BUF) : .max / 2
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
            if let signals { try waitForReader(or: signals) }
            let transfer = try write(written..<min(text.count, written + pieceSize))
            switch transfer {
            case .bytes(let count): written += count
            case .wouldBlock, .end: waitForRoom()
            }
        }
    }

    /// Waits until a piece finds room, or until a signal comes while none does.
    private func waitForReader(or signals: BorrowedDescriptor) throws {
        var watched: [2 of pollfd] = [
            pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: signals.number, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            // Safe: the kernel writes within the two entries that it is lent.
            var span = watched.mutableSpan
            let patience = taken == nil ? -1 : Self.patience
            let ready = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, patience) }
            if watched[0].revents != 0 { return }
            if ready == 0, let signal = taken?() { throw InterruptedOutput(signal: signal) }
            if ready > 0, let signal = SignalSource.next(from: signals) { throw InterruptedOutput(signal: signal) }
        }
    }

    private func write(_ range: Range<Int>) throws -> Transfer {
        do throws(Errno) {
            return try text.withSpan { (text) throws(Errno) -> Transfer in
                // Safe: the range lies within the text, and the call keeps nothing of the bytes.
                try unsafe text.bytes.withUnsafeBytes { bytes throws(Errno) -> Transfer in
                    try unsafe descriptor.write(UnsafeRawBufferPointer(rebasing: bytes[range]))
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

extension BorrowedDescriptor {
    /// Whether what is written waits for somebody to read it, and room shows: a pipe or a socket. A terminal does not tell how much
    /// it takes.
    fileprivate var hasReader: Bool {
        var status = stat()
        // Safe: the call fills the structure that it is lent.
        guard unsafe fstat(number, &status) == 0 else { return false }
        return [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }
}

/// The reader of standard output has gone away: nothing more to say, and nothing wrong.
struct ClosedPipe: Error {}

/// A signal came while the reader of standard output stood still.
struct InterruptedOutput: Error {
    let signal: Int32
}
