import Console

/// The help of a command: what it is for, how it is called, and each option.
package struct Help: ~Copyable {
    private let columns: Int
    private(set) var text = TextBuffer()

    /// Where help of options begins.
    private static let indent = 26

    /// - Parameter columns: of the terminal; `nil`: 80.
    init(columns: Int?) {
        // The last column stays free: some terminals break the line there.
        self.columns = min(max(columns ?? 80, 40), 120) - 1
    }

    /// - Parameter program: `sonde`.
    package static func of(_ command: any Command.Type, program: String, columns: Int?) -> String {
        let syntax = command.syntax
        var help = Help(columns: columns)
        help.write(command.description, usage: "\(program) \(command.description.name) \(usage(command.description, syntax))")
        help.write(sections: syntax.filter { $0.help != nil })
        return help.text.string
    }

    /// The help of the program itself.
    package static func of(_ program: CommandDescription, _ commands: [CommandDescription], columns: Int?) -> String {
        var help = Help(columns: columns)
        help.write(program, usage: "\(program.name) <command>")
        help.write(heading: "OPTIONS", [ArgumentSyntax.version, .help].map { ($0.label, $0.help ?? "") })
        help.write(heading: "COMMANDS", commands.map { (([$0.name] + $0.aliases).joined(separator: ", "), $0.abstract) })
        help.write(lines: "\nMore on a command: \(program.name) help <command>")
        return help.text.string
    }

    /// `[<options>] <host> [<port>]`.
    static func usage(_ command: CommandDescription, _ syntax: [ArgumentSyntax]) -> String {
        if let usage = command.usage { return usage }
        let arguments = syntax.filter { $0.form == .argument }.map { argument in
            let label = argument.isRepeatable ? "\(argument.label) ..." : argument.label
            return argument.isRequired ? label : "[\(label)]"
        }
        return (["[<options>]"] + arguments).joined(separator: " ")
    }

    private mutating func write(_ command: CommandDescription, usage: String) {
        write(lines: command.abstract)
        if !command.discussion.isEmpty { write(lines: "\n" + command.discussion) }
        write(lines: "\nUSAGE: \(usage)")
    }

    /// Sections in the order of their first option; options without one are last.
    private mutating func write(sections syntax: [ArgumentSyntax]) {
        var order: [String] = []
        var entries: [String: [(String, String)]] = [:]
        for argument in syntax {
            let section = argument.section?.uppercased() ?? (argument.form == .argument ? "ARGUMENTS" : "OPTIONS")
            if entries[section] == nil { order.append(section) }
            entries[section, default: []].append((argument.label, argument.explained))
        }
        for heading in ["ARGUMENTS"] + order.filter({ $0 != "ARGUMENTS" && $0 != "OPTIONS" }) + ["OPTIONS"] {
            if let entries = entries[heading] { write(heading: heading, entries) }
        }
    }

    private mutating func write(heading: String, _ entries: [(label: String, help: String)]) {
        text.append(trusted: "\n\(heading):\n")
        for (label, help) in entries { write(entry: label, help) }
    }

    mutating func write(entry label: String, _ help: String) {
        let lines = wrapped(help, columns: columns - Help.indent, breaksWords: false)
        text.append(trusted: "  \(label)")
        // A label that leaves no blank before its help has a line of its own.
        var used = 2 + displayWidth(label)
        if used >= Help.indent {
            text.append("\n")
            used = 0
        }
        for line in lines {
            text.append(UInt8(ascii: " "), times: Help.indent - used)
            text.append(trusted: line)
            text.append("\n")
            used = 0
        }
        if lines.isEmpty { text.append("\n") }
    }

    /// Lines of text, each broken between words; blanks at their beginning stay.
    mutating func write(lines paragraphs: String) {
        for paragraph in paragraphs.split(separator: "\n", omittingEmptySubsequences: false) {
            let indent = paragraph.prefix { $0 == " " }
            for line in wrapped(String(paragraph), columns: columns - indent.count, breaksWords: false) {
                text.append(trusted: "\(indent)\(line)\n")
            }
            if paragraph.isEmpty { text.append("\n") }
        }
    }
}

extension ArgumentSyntax {
    /// Its help, with the values that it takes and the default value.
    fileprivate var explained: String {
        let notes = [
            choices.isEmpty ? nil : "values: \(choices.joined(separator: ", "))",
            defaultValue.map { "default: \($0)" },
        ].compactMap { $0 }
        return notes.isEmpty ? help ?? "" : "\(help ?? "") (\(notes.joined(separator: "; ")))"
    }
}
