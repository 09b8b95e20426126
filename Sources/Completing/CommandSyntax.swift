/// The options and arguments of a command, as its help lists them.
///
/// The help is the one description of the command line that the parser gives out without JSON, and it changes with the options: so
/// nothing else must be kept in step with them.
package struct CommandSyntax: Sendable {
    package struct Option: Sendable {
        /// With their dashes, as listed: `-w`, `--wait`.
        package let names: [String]
        /// `duration`, or `nil` for a flag.
        package let valueName: String?
        package fileprivate(set) var help: String

        /// What the value may be, where the help says so.
        package var values: [String] {
            guard let start = help.firstRange(of: "(values: ") else { return [] }
            let list = help[start.upperBound...].prefix { $0 != ";" && $0 != ")" }
            return list.split(separator: ", ").map(String.init)
        }

        package var isRepeatable: Bool { help.contains("epeatable") }
    }

    package private(set) var options: [Option] = []
    package private(set) var argumentNames: [String] = []

    /// - Parameter help: as ArgumentParser writes it, one line per entry or with continuation lines.
    package init(help: String) {
        var isEntry = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("  ") else {
                isEntry = false
                continue
            }
            let text = line.drop { $0 == " " }
            let indent = line.count - text.count
            if indent == 2, text.hasPrefix("-") || text.hasPrefix("<") {
                add(entry: text)
                isEntry = text.hasPrefix("-")
            } else if isEntry, indent > 2, let last = options.indices.last {
                options[last].help += (options[last].help.isEmpty ? "" : " ") + text
            }
        }
    }

    /// `-w, --wait <duration>  Repeat until…`: names, perhaps a value, and help behind one blank or more.
    private mutating func add(entry text: Substring) {
        if text.hasPrefix("<") {
            argumentNames.append(String(text.dropFirst().prefix { $0 != ">" }))
            return
        }
        var rest = text
        func takeWord() -> Substring {
            let word = rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count).drop { $0 == " " }
            return word
        }
        var names: [String] = []
        var word = takeWord()
        while word.hasSuffix(",") {
            names.append(String(word.dropLast()))
            word = takeWord()
        }
        names.append(String(word))
        let value = rest.hasPrefix("<") ? takeWord() : nil
        options.append(Option(names: names, valueName: value.map { String($0.dropFirst().dropLast()) }, help: String(rest)))
    }

    package func option(named name: String) -> Option? { options.first { $0.names.contains(name) } }
}
