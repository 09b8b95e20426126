import Arguments
import Completing
import Console
import Failures
import Reference
import SondeSystem
import Terminal

/// `sonde complete KIND WORD`, which the completion scripts call. Help does not mention it.
enum CompletionQuery {
    /// - Parameter arguments: those behind `complete`: a kind, the text to begin with and the word before; or `text LINE`, or
    ///   `words WORD...`, which complete the last word of a command line.
    static func run(_ arguments: [String]) throws {
        var output = Output.standard()
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "text":
            let (answer, word) = line.answer(toText: rest.first ?? "")
            write(answer, to: word, &output)
        case "words": write(line.answer(to: rest), to: rest.last ?? "", &output)
        default:
            guard let kind = arguments.first.flatMap(ValueKind.init(rawValue:)) else {
                throw Failure(
                    .usage,
                    "\"\(arguments.first ?? "")\": no kind of value",
                    next: "kinds: \(ValueKind.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            write(values(kind, rest.first ?? "", rest.dropFirst().first ?? ""), prefix: "", &output)
        }
        try output.flush()
    }

    private static let scriptOption = "--generate-completion-script"

    static func asksForScript(_ word: String) -> Bool { word == scriptOption || word.hasPrefix(scriptOption + "=") }

    /// The script of a shell, which is named in the same word, behind `=`, or in the next.
    static func writeScript(_ word: String, _ words: [String]) throws {
        let name = word == scriptOption ? words.first ?? "" : String(word.dropFirst(scriptOption.count + 1))
        guard let script = CompletionScript(rawValue: name) else {
            let shells = CompletionScript.allCases.map(\.rawValue)
            throw Failure(noChoice: name.isEmpty ? scriptOption : "\(scriptOption) \(name)", name, of: shells)
        }
        var output = Output.standard()
        output.text.append(trusted: script.text)
        try output.flush()
    }

    private static var line: LineCompletion {
        LineCompletion(
            commands: Sonde.commands.map { type in
                let command = type.description
                return LineCompletion.Command(name: command.name, aliases: command.aliases, abstract: command.abstract)
            },
            syntax: { name in Sonde.command(named: name)?.syntax ?? [.version, .help] },
            values: { kind, prefix, previous in values(kind, prefix, previous) }
        )
    }

    private static func values(_ kind: ValueKind, _ prefix: String, _ previous: String) -> [Candidate] {
        LivingValues.candidates(of: kind, beginningWith: prefix, after: previous) {
            let language = Language(environment: Process.environment)
            return ReferenceBook.standard.shortWords(in: language).map { Candidate($0.word, $0.summary) }
        }
    }

    // MARK: - What the scripts read

    /// One line with the kind of answer, the part of the word before the value, endings or a number, and the whole word; then one line per value.
    private static func write(_ answer: CompletionAnswer, to word: String, _ output: inout Output) {
        func head(_ kind: String, _ prefix: String, _ detail: String) {
            for (index, field) in [kind, prefix, detail, word].enumerated() {
                if index > 0 { output.text.append("\t") }
                output.text.append(escaped: field)
            }
            output.text.append("\n")
        }
        switch answer {
        case .values(let candidates, let prefix):
            head("values", prefix, "")
            write(candidates, prefix: prefix, &output)
        case .files(let prefix, let endings): head("files", prefix, endings.joined(separator: ","))
        case .folders(let prefix): head("folders", prefix, "")
        case .command(let index): head("command", "", "\(index)")
        }
    }

    private static func write(_ candidates: [Candidate], prefix: String, _ output: inout Output) {
        for candidate in candidates {
            output.text.append(escaped: prefix + candidate.value)
            output.text.append("\t")
            output.text.append(escaped: candidate.description)
            output.text.append("\n")
        }
    }
}
