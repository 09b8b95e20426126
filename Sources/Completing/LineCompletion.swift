package import Arguments

/// Completes the last word of a command line. It knows values through `values`.
package struct LineCompletion {
    package struct Command: Sendable {
        package let name: String
        package let aliases: [String]
        package let abstract: String

        package init(name: String, aliases: [String], abstract: String) {
            self.name = name
            self.aliases = aliases
            self.abstract = abstract
        }
    }

    private let commands: [Command]
    private let syntax: (String) -> [ArgumentSyntax]
    private let values: (ValueKind, String, _ previous: String) -> [Candidate]

    /// - Parameters:
    ///   - syntax: of a command by its name; the root's for the empty name.
    ///   - values: of a kind, beginning with a text; and the word before.
    package init(
        commands: [Command],
        syntax: @escaping (String) -> [ArgumentSyntax],
        values: @escaping (ValueKind, String, String) -> [Candidate]
    ) {
        self.commands = commands
        self.syntax = syntax
        self.values = values
    }

    /// - Parameter text: the command line as far as the cursor.
    /// - Returns: what its last word may be, and that word.
    package func answer(toText text: String) -> (CompletionAnswer, word: String) {
        let line = ShellLine(text)
        return (line.isRedirected ? .files(prefix: "", endings: []) : answer(to: line.words), line.words.last ?? "")
    }

    /// - Parameter words: the program's name first, the word at the cursor last.
    package func answer(to words: [String]) -> CompletionAnswer {
        guard words.count >= 2 else { return .nothing }
        let current = words[words.count - 1]
        guard words.count > 2 else {
            return current.hasPrefix("-") ? options(of: syntax(""), given: [], current) : named(current, withHelp: true)
        }
        if words[1] == "help" { return words.count == 3 ? named(current, withHelp: false) : .nothing }
        guard let command = commands.first(where: { $0.name == words[1] || $0.aliases.contains(words[1]) }) else { return .nothing }
        return answer(within: command.name, words, current)
    }

    private func named(_ current: String, withHelp: Bool) -> CompletionAnswer {
        var all = commands.map { Candidate($0.name, $0.abstract) }
        all += commands.flatMap { command in command.aliases.map { Candidate($0, command.abstract) } }
        if withHelp { all.append(Candidate("help", "Show the help of a command.")) }
        return .values(all.filter { $0.value.hasPrefix(current) }.sorted { $0.value < $1.value }, prefix: "")
    }

    // MARK: - Behind a command's name

    private func answer(within command: String, _ words: [String], _ current: String) -> CompletionAnswer {
        let syntax = syntax(command)
        var line = ParsedLine(syntax)
        for word in words[2..<(words.count - 1)] { line.read(word) }
        if let separator = line.separator {
            let takesCommand = syntax.contains { $0.form == .rest }
            return takesCommand ? .command(at: 2 + separator + 1) : argument(of: command, syntax, line, current)
        }
        if let option = line.pending { return value(of: option, command, prefix: "", current) }
        if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
            guard let option = syntax.option(named: String(current[..<equals])), option.form == .option else { return .nothing }
            let start = current.index(after: equals)
            return value(of: option, command, prefix: String(current[..<start]), String(current[start...]))
        }
        if let (option, prefix) = syntax.shortOption(gluedIn: current) {
            return value(of: option, command, prefix: prefix, String(current.dropFirst(prefix.count)))
        }
        if current.hasPrefix("-") { return options(of: syntax, given: line.given, current) }
        return argument(of: command, syntax, line, current)
    }

    private func options(of syntax: [ArgumentSyntax], given: Set<String>, _ current: String) -> CompletionAnswer {
        let candidates = syntax.flatMap { option -> [Candidate] in
            guard option.help != nil, option.isRepeatable || given.isDisjoint(with: option.names) else { return [] }
            // The long name says what it is; the short one only where it was begun with.
            let long = option.names.filter { $0.hasPrefix("--") }
            let shown = long.isEmpty || !long.contains { $0.hasPrefix(current) } ? option.names : long
            return shown.map { Candidate($0, option.help ?? "") }
        }
        return .values(candidates.filter { $0.value.hasPrefix(current) }, prefix: "")
    }

    private func value(of option: ArgumentSyntax, _ command: String, prefix: String, _ text: String) -> CompletionAnswer {
        if !option.choices.isEmpty { return option.choices(from: text, prefix: prefix) }
        guard let kind = ValueKind(of: option, command) else { return .values([], prefix: prefix) }
        return answer(kind, prefix: prefix, text, previous: "")
    }

    private func argument(
        of command: String,
        _ syntax: [ArgumentSyntax],
        _ line: ParsedLine,
        _ current: String
    ) -> CompletionAnswer {
        let declared = syntax.filter { $0.form == .argument }
        let place = line.arguments.count
        if place < declared.count, !declared[place].choices.isEmpty { return declared[place].choices(from: current, prefix: "") }
        guard let kind = ValueKind(argument: place, of: command) else { return .nothing }
        if command == "capture", line.isFileGiven, current.isEmpty || !current.hasPrefix("-") {
            return answer(.filter, prefix: "", current, previous: line.arguments.last ?? "")
        }
        return answer(kind, prefix: "", current, previous: line.arguments.last ?? "")
    }

    private func answer(_ kind: ValueKind, prefix: String, _ text: String, previous: String) -> CompletionAnswer {
        let part = PartialValue(kind, keeping: prefix, text, after: previous)
        switch part.kind {
        case .file: return .files(prefix: prefix, endings: [])
        case .folder: return .folders(prefix: prefix)
        case .captureFile: return .files(prefix: prefix, endings: Self.captureEndings)
        case .target, .targets, .targetOrPorts:
            if part.rest.hasPrefix("@") { return .files(prefix: part.kept + "@", endings: []) }
            if part.rest.isPath { return .files(prefix: part.kept, endings: []) }
        default: break
        }
        if let (first, last) = part.range {
            let ends = values(last.kind, last.rest, previous).filter { UInt16($0.value).map { $0 > first } ?? false }
            return .values(ends + (last.rest.isEmpty ? [Candidate("65535", "the last port")] : []), prefix: last.kept)
        }
        if kind.isHost, let addresses = addresses(beginningWith: text) { return .values(addresses, prefix: prefix) }
        return .values(values(part.kind, part.rest, part.previous), prefix: part.kept)
    }

    /// The IPv6 addresses among the hosts, in brackets where one is open; `nil` where the text begins none.
    private func addresses(beginningWith text: String) -> [Candidate]? {
        let isBracketed = text.hasPrefix("[")
        let bare = text.dropFirst(isBracketed ? 1 : 0)
        let group = bare.prefix { $0 != ":" }
        guard isBracketed || group.count < bare.count, group.count <= 4, group.allSatisfy(\.isHexDigit), !text.contains("]")
        else { return nil }
        let known = values(.host, String(bare), "").filter { $0.value.contains(":") }
        guard !known.isEmpty else { return nil }
        return isBracketed ? known.map { Candidate("[\($0.value)]", $0.description) } : known
    }

    private static let captureEndings = ["pcap", "pcapng", "cap", "pcap.gz", "pcapng.gz", "pcap.zst", "pcapng.zst"]
}

/// The words before the cursor, as far as they decide what may follow.
private struct ParsedLine {
    private let syntax: [ArgumentSyntax]
    private(set) var given: Set<String> = []
    private(set) var arguments: [String] = []
    /// An option whose value is the next word.
    private(set) var pending: ArgumentSyntax?
    /// The number of the word `--`.
    private(set) var separator: Int?
    private var count = 0

    init(_ syntax: [ArgumentSyntax]) { self.syntax = syntax }

    var isFileGiven: Bool { given.contains("--read") || given.contains("-r") }

    mutating func read(_ word: String) {
        defer { count += 1 }
        guard separator == nil else { return arguments.append(word) }
        guard pending == nil else {
            pending = nil
            return
        }
        if word == "--" {
            separator = count
        } else if word.hasPrefix("--") {
            let name = String(word.prefix { $0 != "=" })
            note(name, hasValue: name.count < word.count)
        } else if word.hasPrefix("-"), word.count > 1 {
            readShort(word)
        } else {
            arguments.append(word)
        }
    }

    /// `-w`, `-tu`, `-c10`.
    private mutating func readShort(_ word: String) {
        let letters = Array(word.dropFirst())
        for (index, letter) in letters.enumerated() {
            let name = "-\(letter)"
            note(name, hasValue: index + 1 < letters.count)
            if syntax.option(named: name)?.form == .option { return }
        }
    }

    private mutating func note(_ name: String, hasValue: Bool) {
        guard let option = syntax.option(named: name) else { return }
        given.formUnion(option.names)
        if option.form == .option, !hasValue { pending = option }
    }
}

extension ArgumentSyntax {
    fileprivate func choices(from text: String, prefix: String) -> CompletionAnswer {
        .values(choices.filter { $0.hasPrefix(text) }.map { Candidate($0) }, prefix: prefix)
    }
}

extension [ArgumentSyntax] {
    fileprivate func option(named name: String) -> ArgumentSyntax? { first { $0.names.contains(name) } }

    /// `-p22`, `-p=22`, `-up22`: the option, and what is before its value.
    fileprivate func shortOption(gluedIn word: String) -> (option: ArgumentSyntax, prefix: String)? {
        guard word.hasPrefix("-"), !word.hasPrefix("--") else { return nil }
        let letters = word.dropFirst()
        for index in letters.indices {
            guard let option = option(named: "-\(letters[index])") else { return nil }
            guard option.form == .option else { continue }
            let value = letters[letters.index(after: index)...]
            return value.isEmpty ? nil : (option, String(word[..<value.startIndex]) + (value.hasPrefix("=") ? "=" : ""))
        }
        return nil
    }
}

extension String {
    fileprivate var isPath: Bool { hasPrefix("/") || hasPrefix("./") || hasPrefix("../") || hasPrefix("~") }
}

extension ValueKind {
    fileprivate var isHost: Bool { [.endpoint, .target, .targetOrPorts].contains(self) }

    /// The kind of an option's value, by the option and the name of its value; `nil` where nothing is known to offer.
    init?(of option: ArgumentSyntax, _ command: String) {
        let name = option.names.last ?? ""
        switch name {
        case "--interface": self = command == "capture" ? .captureInterface : .interface
        case "--read": self = .captureFile
        case "--write", "--output", "--unix", "--unix-datagram": self = .file
        case "--ports", "--exclude-ports", "--server-ports": self = .ports
        case "--control", "--source-port": self = .port
        case "--source": self = .address
        case "--bind": self = .bind
        case "--user": self = .user
        case "--netns": self = .namespace
        case "--process": self = .process
        case "--to": self = .host
        case "--exclude": self = .targets
        case "--top": self = .top
        default:
            switch option.valueName {
            case "duration": self = .duration
            case "file", "path": self = .file
            case "port": self = .port
            case "ports": self = .ports
            case "host": self = .host
            case "address": self = .address
            case "interface": self = .interface
            default: return nil
            }
        }
    }

    /// The kind of an argument by its place; `nil` where nothing is known to offer.
    init?(argument place: Int, of command: String) {
        switch (command, place) {
        case ("addrs", _): self = .interface
        case ("capture", _): self = .filter
        case ("connect", 0), ("get", 0), ("trace", 0): self = .endpoint
        case ("connect", 1), ("trace", 1), ("echo", 0), ("serve", 1): self = .port
        case ("probe", 0): self = .target
        case ("probe", _): self = .targetOrPorts
        case ("serve", 0): self = .folder
        case ("sockets", _): self = .ports
        case ("explain", _): self = .word
        default: return nil
        }
    }
}
