import Foundation
import Testing

/// Recorded output of the program. A test runs commands and compares the transcript with a file in Golden/; `make golden` writes the
/// files again from the present binary. Read the diff before you commit it: it is what users will see.
struct Golden {
    static let folder = "\(Repository.root)/Tests/EndToEndTests/Golden"
    static let corpus = "\(Repository.root)/Tests/Corpus"

    /// Whether this run records instead of comparing.
    static let isRecording = environmentVariable("SONDE_GOLDEN") == "record"

    private var transcript = ""

    /// Appends one command with its output, errors and exit code.
    mutating func append(_ command: String, output: String, error: String, code: Int32) {
        if !transcript.isEmpty { transcript += "\n" }
        transcript += "$ \(command)\n"
        transcript += Self.lines(output)
        if !error.isEmpty { transcript += "--- standard error\n" + Self.lines(error) }
        transcript += "--- exit code \(code)\n"
    }

    /// Appends one command as the user would type it, with what changes from run to run replaced by `volatile`.
    mutating func append(_ arguments: [String], _ outcome: Outcome, volatile: Volatile = .none) {
        append(
            volatile.replaced((["sonde"] + arguments.map(Self.quoted)).joined(separator: " ")),
            output: volatile.replaced(outcome.output),
            error: volatile.replaced(outcome.error),
            code: outcome.code
        )
    }

    /// Compares with, or records, Golden/`name`.txt.
    func check(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let path = "\(Self.folder)/\(name).txt"
        if Self.isRecording {
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(transcript.utf8).write(to: URL(fileURLWithPath: path))
            return
        }
        let recorded = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        guard recorded != transcript else { return }
        let difference = try await Command.tool("diff", "-u", "-N", "--label", "Golden/\(name).txt", "--label", "now", path, "-")
            .input(transcript).run()
        Issue.record("\(name) changed; if that is meant, run `make golden`\n\(difference.output)", sourceLocation: sourceLocation)
    }

    private static func lines(_ text: String) -> String {
        text.isEmpty || text.hasSuffix("\n") ? text : text + "\n(no line feed at the end)\n"
    }

    private static func quoted(_ word: String) -> String {
        word.isEmpty || word.contains(where: { " '\"*;|".contains($0) }) ? "'\(word)'" : word
    }
}

/// The one filter between what the program printed and a golden file: it replaces what differs from run to run.
///
/// Always: texts that the test names (a path, a process id), and in Zeek's format the times of #open and #close and the random uids.
/// In live output also: values of the JSON members and metrics that measure time; durations and rates; times of day; ephemeral ports (32768 and
/// above); the window scale, which follows the machine's memory; and the width of columns, which follows the text.
struct Volatile {
    /// Output of files, which is the same in every run.
    static let none = Volatile(isLive: false)
    /// Output of real connections.
    static let live = Volatile(isLive: true)

    private var isLive: Bool
    private var hidesCounts = false
    private var names: [(text: String, name: String)] = []

    private init(isLive: Bool) { self.isLive = isLive }

    /// The same filter, with `text` shown as `name`.
    func naming(_ text: String, _ name: String) -> Volatile {
        var copy = self
        copy.names.append((text, name))
        return copy
    }

    /// The same filter, which also hides what interfaces have received and sent.
    func counting() -> Volatile {
        var copy = self
        copy.hidesCounts = true
        return copy
    }

    func replaced(_ text: String) -> String {
        var text = names.reduce(text) { $0.replacing($1.text, with: $1.name) }
        text = text.replacing(#/(?m)^#(open|close)\t.*$/#) { "#\($0.1)\tCLOCK" }
        text = text.replacing(#/\tC[0-9A-Za-z]{15,20}\t/#, with: "\tUID\t")
        if hidesCounts {
            text = text.replacing(#/"([rt]x_\w+)":[0-9]+/#) { "\"\($0.1)\":0" }
            text = text.replacing(#/(?m)\b([rt]x( +[0-9][^ ]*( [KMG]?i?B)?)+)$/#, with: "COUNTS")
        }
        guard isLive else { return text }
        text = text.replacing(#/"(\w+_ms|time|ts|duration)":-?[0-9][0-9.e+-]*/#) { "\"\($0.1)\":0" }
        text = text.replacing(#/"((?:local_|s|d)?port|orig_p|resp_p|seq|ack|pid)":([0-9]{5,})/#) { "\"\($0.1)\":0" }
        // How often is a matter of timers; whether at all is not.
        text = text.replacing(#/"syn_retransmits":[1-9][0-9]*/#, with: "\"syn_retransmits\":1")
        text = text.replacing(#/\b[0-9]+(\.[0-9]+)? ([KMG]i)?B\/s/#, with: "RATE")
        text = text.replacing(#/\bwscale [0-9]+/#, with: "wscale N")
        text = text.replacing(#/"wscale":[0-9]+/#, with: "\"wscale\":0")
        text = text.replacing(#/(_seconds(?:\{[^}]*\})?|_timestamp(?:\{[^}]*\})?) [0-9][0-9.e+-]*/#) { "\($0.1) 0" }
        text = text.replacing(#/\b[0-9]+(\.[0-9]+)? (ns|µs|us|ms|s|min|h)\b/#, with: "TIME")
        text = text.replacing(#/\b[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+/#, with: "CLOCK")
        text = text.replacing(#/(?<address>[0-9\]a-z]):(3[2-9]|[456][0-9])[0-9]{3}\b/#) { "\($0.address):PORT" }
        return text.replacing(#/(?<first>[^ \n]) {2,}/#) { "\($0.first)  " }
    }
}
