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
    /// The objects on standard output. Those of sonde must be in its schema.
    func jsonLines() throws -> [JSONValue] {
        let lines = try JSONValue.lines(of: outputBytes)
        guard command.contains(Binary.sonde) else { return lines }
        for line in lines {
            let problems = JSONSchema.sonde.problems(of: line)
            if !problems.isEmpty { throw SchemaError(line: line, problems: problems) }
        }
        return lines
    }

    var description: String {
        "\(command.joined(separator: " ")) → \(status)\n--- standard output\n\(output)\n--- standard error\n\(error)"
    }
}
