import Subprocess

/// How a program ended and what it wrote.
struct Outcome: Sendable, CustomStringConvertible {
    let command: [String]
    let status: TerminationStatus
    let outputBytes: [UInt8]
    let errorBytes: [UInt8]
    let elapsed: Duration

    /// The exit code; the negated signal number where a signal ended the program.
    var code: Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): -signal
        }
    }

    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    var error: String { String(decoding: errorBytes, as: UTF8.self) }
    var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    var errorLines: [String] { error.split(separator: "\n").map(String.init) }

    /// Standard output as one JSON object a line. Throws at the first line that is none.
    func jsonLines() throws -> [JSONValue] { try JSONValue.lines(of: outputBytes) }

    var description: String {
        "\(command.joined(separator: " ")) → \(status)\n--- standard output\n\(output)\n--- standard error\n\(error)"
    }
}
