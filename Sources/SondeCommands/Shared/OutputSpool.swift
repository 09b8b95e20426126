import Console
import Glibc
import SondeSystem
import Synchronization
import SystemPackage

/// What a server prints, written by a thread of its own: a terminal that stands still and a pipe that nobody reads hold up neither
/// the clients nor the signal that ends it.
///
/// What waits to be written is bounded. Where it has grown that far, whoever prints waits for room, but not long; after that lines
/// are left out, and counted, until the reader goes on.
final class OutputSpool: Sendable {
    enum Stream {
        case output
        case error
    }

    /// Lines that are written at once.
    private struct Piece {
        let stream: Stream
        var bytes: [UInt8]
    }

    private struct State {
        var pieces: [Piece] = []
        /// The bytes of the pieces, and of the one that is being written.
        var size = 0
        /// Nothing was written since somebody waited for room in vain.
        var isStuck = false
        /// Whether somebody waits for progress, or did.
        var isAwaited = false
        var linesLeftOut = 0
        /// Lines for standard output that are being written.
        var linesUnderWay = 0
        /// Why standard output could not be written.
        var failure: (any Error)?

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

    /// How many bytes may wait, and how many are gathered into a piece.
    private static let limit = 1 << 20
    private static let pieceSize = 4096
    /// How long lines are gathered, in microseconds: what a person does not see.
    private static let gathering: UInt32 = 1000
    /// How long whoever prints waits for room.
    private static let patience = Nanoseconds.milliseconds(200)
    /// How long the end waits for what is still to be written.
    private static let lastPatience = Nanoseconds.seconds(2)

    /// Starts the thread: have the signals blocked before.
    init() throws(SystemError) {
        work = try naming("eventfd") { () throws(Errno) in try Waker() }
        progress = try naming("eventfd") { () throws(Errno) in try Waker() }
        failed = try naming("eventfd") { () throws(Errno) in try Waker() }
        try WorkerThreads.detach { [self] in writePieces() }
    }

    /// Readable once standard output can't be written any more: what is watched to end the server.
    var failure: BorrowedDescriptor { failed.borrowed }

    var isIdle: Bool { state.withLock { $0.size == 0 } }

    /// Puts text behind what waits; from any thread.
    func print(_ stream: Stream = .output, _ write: (inout TextBuffer) -> Void) {
        var text = TextBuffer()
        write(&text)
        let bytes = text.withSpan { span in unsafe span.withUnsafeBytes { unsafe Array($0) } }
        guard !bytes.isEmpty else { return }
        if put(Piece(stream: stream, bytes: bytes)) || waitForRoom() && put(Piece(stream: stream, bytes: bytes)) { return }
        state.withLock { state in
            state.isStuck = true
            if stream == .output { state.linesLeftOut += Self.lines(bytes) }
        }
    }

    /// Waits for what is still to be written, but not for a reader that reads no more; throws why something could not be printed.
    func finish() throws {
        let deadline = MonotonicTime.now + Self.lastPatience
        state.withLock { $0.isAwaited = true }
        while !isIdle, (try? progress.borrowed.wait(for: .readable, until: deadline)) == true { progress.drain() }
        let (rest, lost) = try state.withLock { state in
            if let failure = state.failure { throw failure }
            let rest = state.pieces
            let unread = rest.reduce(0) { $0 + ($1.stream == .output ? Self.lines($1.bytes) : 0) }
            return (rest, state.linesLeftOut + state.linesUnderWay + unread)
        }
        guard !isIdle || lost > 0 else { return }
        // The terminal behind standard error may be the one that stands still.
        guard (try? BorrowedDescriptor.standardError.wait(for: .writable, until: .now + .milliseconds(100))) == true else {
            throw ExitStatus.cannotWrite
        }
        var errors = Output.error()
        for piece in rest where piece.stream == .error { errors.text.append(trusted: piece.bytes.span) }
        try errors.flush()
        throw Failure(
            .cannotWrite,
            "standard output: nobody read it, \(lost == 0 ? "the last lines" : lost == 1 ? "a line" : "\(lost) lines") went unprinted",
            next: "read it as it comes, or send it to a file"
        )
    }

    // MARK: -

    /// False where there is no room. A spool that failed takes everything, and forgets it.
    private func put(_ piece: Piece) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard state.failure == nil else { return (true, false) }
            // What belongs on standard error is little, and may have a reader where the other has none.
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
        let deadline = MonotonicTime.now + Self.patience
        state.withLock { $0.isAwaited = true }
        while state.withLock({ !$0.isStuck && $0.size >= Self.limit }) {
            guard (try? progress.borrowed.wait(for: .readable, until: deadline)) == true else { return false }
            progress.drain()
        }
        return state.withLock { !$0.isStuck }
    }

    private func writePieces() {
        var output = Output.standard()
        var errors = Output.error()
        while true {
            guard let piece = state.withLock({ $0.next() }) else {
                work.waitBlocking()
                // The lines of a burst are written together, and whoever prints the next ones need not wake anybody.
                usleep(Self.gathering)
                work.drain()
                continue
            }
            do {
                switch piece.stream {
                case .output:
                    output.text.append(trusted: piece.bytes.span)
                    try output.flush()
                case .error:
                    errors.text.append(trusted: piece.bytes.span)
                    // Nobody hears that it can't be written.
                    try? errors.flush()
                }
                noteWritten(piece.bytes.count)
            } catch {
                noteFailure(error)
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

    private func noteFailure(_ error: any Error) {
        state.withLock { state in
            state.failure = error
            state.pieces = []
            state.size = 0
        }
        progress.wake()
        failed.wake()
    }

    fileprivate static func lines(_ bytes: [UInt8]) -> Int { bytes.count { $0 == UInt8(ascii: "\n") } }
}
