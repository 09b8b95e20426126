import Glibc
import Subprocess
import Synchronization

/// A program of this test while it runs.
struct RunningProcess: Sendable {
    typealias Running = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    private let execution: Running
    let output: Transcript
    let error: Transcript

    init(_ execution: Running, output: Transcript, error: Transcript) {
        self.execution = execution
        self.output = output
        self.error = error
    }

    var id: Int32 { execution.processIdentifier.value }

    /// Signals this process, which is our own child; nothing where it has ended.
    func send(signal number: Int32) {
        try? execution.send(signal: Signal(rawValue: number))
    }

    func interrupt() { send(signal: SIGINT) }
    func terminate() { send(signal: SIGTERM) }
    func kill() { send(signal: SIGKILL) }

    func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Writes to standard input. That the program closed it first is for the test to see in what the program did, so no error here.
    func write(_ bytes: [UInt8]) async throws {
        _ = try? await execution.standardInputWriter.write(bytes)
    }

    func closeInput() async throws {
        try? await execution.standardInputWriter.finish()
    }

    /// The first whole line of standard output that fits, waited for.
    func line(within limit: Duration, where fits: (String) -> Bool) async throws -> String {
        do {
            return try await output.line(within: limit, where: fits)
        } catch var failure as NoSuchLine {
            failure.error = error.text
            throw failure
        }
    }

    /// The first whole line of standard error that fits, waited for.
    func errorLine(within limit: Duration, where fits: (String) -> Bool) async throws -> String {
        try await error.line(within: limit, where: fits)
    }
}

/// What a stream has brought so far.
final class Transcript: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isComplete = false
    }

    private let state = Mutex(State())

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The whole lines that came so far, each an object.
    func objects() throws -> [JSONValue] {
        let bytes = bytes
        return try JSONValue.lines(of: Array(bytes[..<((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)]))
    }

    func collect(_ sequence: SubprocessOutputSequence) async throws {
        for try await buffer in sequence {
            let piece = buffer.withUnsafeBytes { Array($0) }
            state.withLock { $0.bytes += piece }
        }
        state.withLock { $0.isComplete = true }
    }

    /// Waits for a whole line that fits; throws `NoSuchLine` with all that came when the stream ends or the time is up.
    func line(within limit: Duration, where fits: (String) -> Bool) async throws -> String {
        let deadline = ContinuousClock.now + limit * Command.patience
        while true {
            let (bytes, isComplete) = state.withLock { ($0.bytes, $0.isComplete) }
            let end = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
            let lines = bytes[..<end].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
            if let line = lines.first(where: fits) { return line }
            guard !isComplete, ContinuousClock.now < deadline else {
                throw NoSuchLine(waited: limit, ended: isComplete, text: String(decoding: bytes, as: UTF8.self))
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// The line that a test waited for did not come.
struct NoSuchLine: Error, CustomStringConvertible {
    let waited: Duration
    let ended: Bool
    let text: String
    /// What came on standard error, where that is another stream.
    var error = ""

    var description: String {
        let what = "no such line \(ended ? "before the stream ended" : "within \(waited)"); it held:\n\(text)"
        return error.isEmpty ? what : "\(what)\n--- standard error\n\(error)"
    }
}
