package import Console
package import SondeSystem
import Synchronization
import SystemPackage

/// What a server prints, written by a thread of its own: a terminal or a pipe that nobody reads delays neither the clients nor the
/// signal that ends the server.
///
/// At most `limit` bytes wait to be written. A caller that finds no room waits up to `patience` for it; after that its lines are left out and
/// counted, until the reader reads again.
package final class OutputSpool: Sendable {
    package enum Stream: Sendable {
        case output
        case error
    }

    /// Lines that are written together.
    private struct Piece {
        let stream: Stream
        var bytes: [UInt8]
    }

    private struct State {
        var pieces: [Piece] = []
        /// The bytes of the pieces and of the one that is being written.
        var size = 0
        /// Nothing has been written since a caller waited for room in vain.
        var isStuck = false
        /// Whether a caller has ever waited for progress.
        var isAwaited = false
        var linesLeftOut = 0
        /// Lines for standard output that are being written.
        var linesUnderWay = 0
        /// Why standard output could not be written.
        var failure: OutputError?
        var isFinished = false

        mutating func next() -> Piece? {
            guard !pieces.isEmpty else { return nil }
            let piece = pieces.removeFirst()
            if piece.stream == .output { linesUnderWay = OutputSpool.lines(piece.bytes) }
            return piece
        }

        mutating func add(_ piece: Piece) {
            size += piece.bytes.count
            if let last = pieces.last, last.stream == piece.stream, last.bytes.count < OutputSpool.pieceSize {
                pieces[pieces.count - 1].bytes += piece.bytes
            } else {
                pieces.append(piece)
            }
        }
    }

    private let state = Mutex(State())
    private let work: Waker
    private let progress: Waker
    private let failed: Waker

    private let output: BorrowedDescriptor
    private let errors: BorrowedDescriptor
    private let stop: StopToken?
    private let patience: Patience
    /// Of each stream, whether it takes ASCII alone.
    private let outputIsASCII: Bool
    private let errorsAreASCII: Bool

    /// How many bytes may wait, and how many are gathered into a piece.
    private static let limit = 1 << 20
    private static let pieceSize = 4096
    /// How long lines are gathered: too short for a person to notice.
    private static let gathering = Nanoseconds.milliseconds(1)

    /// How long callers wait for a reader.
    package struct Patience: Sendable {
        /// For room, in `print`.
        package var room = Nanoseconds.milliseconds(200)
        /// For the rest to be written, in `finish`.
        package var end = Nanoseconds.seconds(2)

        package init() {}
    }

    /// Starts the thread that writes.
    ///
    /// - Parameters:
    ///   - output: takes `.output`; both stay open as long as the process.
    ///   - errors: takes `.error`.
    ///   - stop: is aborted once standard output can't be written: nobody would learn of what the server does.
    package init(
        output: BorrowedDescriptor = .standardOutput,
        errors: BorrowedDescriptor = .standardError,
        stop: StopToken? = nil,
        patience: Patience = Patience()
    ) throws(SystemError) {
        self.output = output
        self.errors = errors
        self.stop = stop
        self.patience = patience
        outputIsASCII = Terminal.needsASCII(output)
        errorsAreASCII = Terminal.needsASCII(errors)
        work = try naming("eventfd") { () throws(Errno) in try Waker() }
        progress = try naming("eventfd") { () throws(Errno) in try Waker() }
        failed = try naming("eventfd") { () throws(Errno) in try Waker() }
        try WorkerThreads.detach { [self] in writePieces() }
    }

    /// Readable once standard output can't be written any more, which ends the server.
    package var failure: BorrowedDescriptor { failed.borrowed }

    /// Whether everything was written.
    package var isIdle: Bool { state.withLock { $0.size == 0 } }

    /// Appends text to what waits to be written; from any thread. It blocks for up to `Patience.room` where there is no room, and
    /// leaves the text out where there is none then.
    package func print(_ stream: Stream = .output, _ write: (inout TextBuffer) -> Void) {
        var text = TextBuffer()
        write(&text)
        if stream == .output ? outputIsASCII : errorsAreASCII { text.reduceToASCII() }
        let bytes = text.withSpan { span in unsafe span.withUnsafeBytes { unsafe Array($0) } }
        guard !bytes.isEmpty else { return }
        if put(Piece(stream: stream, bytes: bytes)) || waitForRoom() && put(Piece(stream: stream, bytes: bytes)) { return }
        state.withLock { state in
            state.isStuck = true
            if stream == .output { state.linesLeftOut += Self.lines(bytes) }
        }
    }

    /// Waits until everything is written, for up to `Patience.end`, and ends the thread.
    ///
    /// - Throws: `.unread` with the number of lines that were not printed; what could not be written to standard error is lost, and not
    ///   counted.
    package func finish() throws(OutputError) {
        defer {
            state.withLock { $0.isFinished = true }
            work.wake()
        }
        let deadline = MonotonicTime.now + patience.end
        state.withLock { $0.isAwaited = true }
        while !isIdle, (try? progress.borrowed.wait(for: .readable, until: deadline)) == true { progress.drain() }
        let (rest, lost, failure) = state.withLock { state in
            let unread = state.pieces.reduce(0) { $0 + ($1.stream == .output ? Self.lines($1.bytes) : 0) }
            return (state.pieces, state.linesLeftOut + state.linesUnderWay + unread, state.failure)
        }
        if let failure { throw failure }
        guard !isIdle || lost > 0 else { return }
        // The terminal behind standard error may be the one that nobody reads.
        guard (try? errors.wait(for: .writable, until: .now + .milliseconds(100))) == true else { throw .unreadAndUnreported }
        let writer = StreamWriter(to: errors)
        for piece in rest where piece.stream == .error { try? writer.writeAll(piece.bytes.span) }
        throw .unread(lines: lost == 0 ? nil : lost)
    }

    // MARK: -

    /// False where there is no room. A spool that failed takes everything, and forgets it.
    private func put(_ piece: Piece) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard state.failure == nil else { return (true, false) }
            // Standard error gets little text, and may have a reader where standard output has none.
            guard state.size < Self.limit || piece.stream == .error && state.size < 2 * Self.limit else { return (false, false) }
            let isFirst = state.pieces.isEmpty
            state.add(piece)
            return (true, isFirst)
        }
        // The thread sleeps only after it has found nothing.
        if isFirst { work.wake() }
        return isTaken
    }

    private func waitForRoom() -> Bool {
        let deadline = MonotonicTime.now + patience.room
        state.withLock { $0.isAwaited = true }
        while state.withLock({ !$0.isStuck && $0.size >= Self.limit }) {
            guard (try? progress.borrowed.wait(for: .readable, until: deadline)) == true else { return false }
            progress.drain()
        }
        return state.withLock { !$0.isStuck }
    }

    /// The thread's work. It writes without a stop: it may wait for a reader for ever, since nobody waits for the thread.
    private func writePieces() {
        let output = StreamWriter(to: output, stop: nil)
        let errors = StreamWriter(to: errors, stop: nil)
        while true {
            guard let piece = state.withLock({ $0.next() }) else {
                if state.withLock({ $0.isFinished }) { return }
                work.waitBlocking()
                // The lines of a burst are written together; printing the next ones needs no wakeup.
                Process.sleep(Self.gathering)
                work.drain()
                continue
            }
            do throws(StreamError) {
                switch piece.stream {
                case .output: try output.writeAll(piece.bytes.span)
                // An error on standard error has no place to be reported.
                case .error: try? errors.writeAll(piece.bytes.span)
                }
                noteWritten(piece.bytes.count)
            } catch {
                noteFailure(OutputError(error, .output, stop))
            }
        }
    }

    private func noteWritten(_ count: Int) {
        let isAwaited = state.withLock { state in
            state.size -= count
            state.linesUnderWay = 0
            state.isStuck = false
            return state.isAwaited
        }
        if isAwaited { progress.wake() }
    }

    private func noteFailure(_ error: OutputError) {
        state.withLock { state in
            state.failure = error
            state.pieces = []
            state.size = 0
        }
        progress.wake()
        failed.wake()
        stop?.abort()
    }

    fileprivate static func lines(_ bytes: [UInt8]) -> Int { bytes.count { $0 == UInt8(ascii: "\n") } }
}
