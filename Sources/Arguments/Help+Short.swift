import Console
import RawText

/// `-h`: the usage, examples and the options that are used most, on a screen of 80 columns and 24 lines, in fewer columns on a narrow
/// terminal. `--help` has all of it.
extension Help {
    package static func short(of command: any Command.Type, program: String, columns: Int?) -> String {
        let description = command.description
        let name = "\(program) \(description.name)"
        let syntax = command.syntax
        var help = Help(columns: min(columns ?? 80, 80))
        help.write(abridged: description, usage: "\(name) \(usage(description, syntax))")
        for option in description.usualOptions {
            for syntax in syntax where syntax.names.contains(option) { help.write(entry: syntax.label, syntax.abridged) }
        }
        help.write(lines: "\nAll options: \(name) --help. Manual: man \(program)-\(description.name).")
        return help.text.string
    }

    package static func short(of program: CommandDescription, _ commands: [CommandDescription], columns: Int?) -> String {
        var help = Help(columns: min(columns ?? 80, 80))
        help.write(abridged: program, usage: "\(program.name) <command>")
        for command in commands { help.write(entry: command.name, command.summary) }
        help.write(lines: "\nAll options: \(program.name) --help. Manual: man \(program.name).")
        return help.text.string
    }

    private mutating func write(abridged description: CommandDescription, usage: String) {
        write(lines: "\(description.abstract)\n\nUSAGE: \(usage)\n")
        let lines = description.discussion.split(separator: "\n", omittingEmptySubsequences: false)
        // The lines that show a command, and those before them, which say what for.
        for (line, next) in zip(lines, lines.dropFirst() + [""]) where line.hasPrefix("  ") || next.hasPrefix("  ") {
            write(lines: "  \(line)")
        }
        write(lines: "")
    }
}

extension ArgumentSyntax {
    /// Its help without what follows the first sentence, defaults and examples.
    fileprivate var abridged: String {
        let help = help ?? ""
        let ends = [", e.g. ", ". ", "; ", " ("].compactMap { help.firstPlace(of: $0)?.lowerBound }
        let first = help[..<(ends.min() ?? help.endIndex)]
        return String(first.hasSuffix(".") ? first.dropLast() : first)
    }
}
