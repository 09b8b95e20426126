package import Console
package import SondeSystem
import SystemPackage

/// One of the standard streams behind a buffer.
package struct Output: ~Copyable, Sendable {
    package var text = TextBuffer()
    private let stream: OutputError.Stream
    private let writer: StreamWriter
    private let stop: StopToken?
    private let isASCII: Bool
    /// A buffer longer than this is written out, so that a long result neither waits nor costs a system call per line.
    private static let limit = 64 * 1024

    /// - Parameter stop: ends the wait for a reader that does not read (`OutputError.stopped`).
    package static func standard(stop: StopToken? = .ofProcess) -> Output {
        Output(.output, to: .standardOutput, stop: stop)
    }

    package static func error(stop: StopToken? = .ofProcess) -> Output {
        Output(.error, to: .standardError, stop: stop)
    }

    /// - Parameters:
    ///   - patience: see `StreamWriter`.
    ///   - isASCII: whether the stream takes nothing else; by default the terminal and the locale decide.
    init(
        _ stream: OutputError.Stream,
        to descriptor: BorrowedDescriptor,
        stop: StopToken?,
        patience: Nanoseconds = .seconds(2),
        isASCII: Bool? = nil
    ) {
        self.stream = stream
        self.stop = stop
        self.isASCII = isASCII ?? Terminal.needsASCII(descriptor)
        writer = StreamWriter(to: descriptor, stop: stop, patience: patience)
    }

    /// Writes the buffer out when it has grown large.
    package mutating func flushIfLarge() throws(OutputError) {
        if text.count >= Self.limit { try flush() }
    }

    /// Writes the buffer out and takes a live line away before that. The buffer is empty afterwards, also where that failed.
    package mutating func flush() throws(OutputError) {
        guard !text.isEmpty else { return }
        LiveLine.eraseShown()
        if isASCII { text.reduceToASCII() }
        defer { text.clear() }
        do throws(StreamError) {
            try text.withSpan { (text) throws(StreamError) in try writer.writeAll(text) }
        } catch {
            let error = OutputError(error, stream, stop)
            // The answer is on standard output; it is the same if nobody reads standard error.
            if stream == .error, case .closed = error { return }
            throw error
        }
    }
}
