import Arguments
import Console
import RawText

/// `-h`: the usage, two examples and the options that are used most, on one screen. `--help` has all of it.
struct ShortHelp: ~Copyable {
    private var text = TextBuffer()

    /// By command, in the order in which they are shown.
    static let usualOptions: [String: [String]] = [
        "addrs": ["--up", "--stats", "--primary", "--to", "--watch", "--json"],
        "capture": ["-i", "-r", "-w", "-c", "--until-closed", "--connections", "--ladder", "--explain", "-v", "--json"],
        "connect": ["--udp", "--unix", "--quit", "--crlf", "--timeout"],
        "demo": ["--json"],
        "echo": ["--udp", "--unix", "--bind", "--reply", "--once", "--hex", "--json"],
        "explain": ["--list", "--lang", "--json"],
        "get": ["-o", "--resume", "--force", "--list", "--json"],
        "probe": ["-p", "-u", "-t", "-w", "-c", "--path", "--open", "--banner", "--json"],
        "serve": ["--bind", "--allow", "--max-clients", "--json"],
        "sockets": ["-t", "-u", "-p", "--connected", "--watch", "--json"],
        "trace": ["--send", "-c", "-t", "--path", "-w", "--json"],
    ]

    private static let columns = 80
    /// Where help of options begins.
    private static let indent = 26

    static func of(_ type: any Command.Type) -> String {
        let description = type.description
        let syntax = type.syntax
        var help = ShortHelp()
        help.write(description, usage: "sonde \(description.name) \(Help.usage(description, syntax))")
        for name in usualOptions[description.name] ?? [] {
            for option in syntax where option.names.contains(name) { help.write(option) }
        }
        help.write(lines: ["", "All options: sonde \(description.name) --help. Manual: man sonde-\(description.name)."])
        return help.text.string
    }

    static func ofProgram() -> String {
        var help = ShortHelp()
        help.write(Sonde.description, usage: "sonde <command>")
        for type in Sonde.commands {
            let abstract = type.description.abstract.prefix { $0 != "." }
            // The first half of a sentence says what a command does.
            let ends = [", and ", ", annotate ", ", capture ", ", each ", ", from ", ": "].compactMap {
                abstract.firstPlace(of: $0)?.lowerBound
            }
            help.write(entry: type.description.name, String(abstract[..<(ends.min() ?? abstract.endIndex)]))
        }
        help.write(lines: ["", "All options: sonde --help. Manual: man sonde."])
        return help.text.string
    }

    private mutating func write(_ description: CommandDescription, usage: String) {
        write(lines: wrapped(description.abstract, columns: Self.columns))
        write(lines: ["", "USAGE: \(usage)", ""])
        let lines = description.discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // The lines that show a command, and those before them, which say what for.
        for (line, next) in zip(lines, lines.dropFirst() + [""]) where line.hasPrefix("  ") || next.hasPrefix("  ") {
            write(lines: ["  \(line)"])
        }
        write(lines: [""])
    }

    private mutating func write(_ option: ArgumentSyntax) {
        let help = option.help ?? ""
        // What is behind the first sentence, and defaults, are for the whole help.
        let ends = [", e.g. ", ". ", "; ", " ("].compactMap { help.firstPlace(of: $0)?.lowerBound }
        let first = help[..<(ends.min() ?? help.endIndex)]
        write(entry: option.label, String(first.hasSuffix(".") ? first.dropLast() : first))
    }

    private mutating func write(entry label: String, _ help: String) {
        var lines = wrapped(help, columns: Self.columns - Self.indent)[...]
        text.append(trusted: "  \(label)")
        if label.utf8.count + 4 <= Self.indent, let first = lines.popFirst() {
            text.append(UInt8(ascii: " "), times: Self.indent - 2 - label.utf8.count)
            text.append(trusted: first)
        }
        text.append("\n")
        for line in lines {
            text.append(UInt8(ascii: " "), times: Self.indent)
            text.append(trusted: "\(line)\n")
        }
    }

    private mutating func write(lines: [String]) {
        for line in lines { text.append(trusted: "\(line)\n") }
    }
}
