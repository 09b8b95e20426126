package import Arguments
import RawText

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
        if current.hasPrefix("-"), !current.hasPrefix("--"), current.count > 2,
            let option = syntax.option(named: String(current.prefix(2))), option.form == .option
        {
            return value(of: option, command, prefix: String(current.prefix(2)), String(current.dropFirst(2)))
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
        switch kind {
        case .file: return .files(prefix: prefix, endings: [])
        case .folder: return .folders(prefix: prefix)
        case .captureFile: return .files(prefix: prefix, endings: Self.captureEndings)
        case .target where text.hasPrefix("@"), .targetOrPorts where text.hasPrefix("@"):
            return .files(prefix: prefix + "@", endings: [])
        case .target where text.isPath, .targetOrPorts where text.isPath: return .files(prefix: prefix, endings: [])
        default: break
        }
        // HOST:PORTS, and lists: what is before the last separator stays.
        var (kept, rest, kind) = (prefix, text, kind)
        if kind == .target || kind == .targetOrPorts, let colon = rest.firstIndex(of: ":"), rest.isHostWithPorts {
            let start = rest.index(after: colon)
            (kept, rest, kind) = (kept + rest[..<start], String(rest[start...]), .ports)
        }
        if kind == .ports || kind == .targetOrPorts, let comma = rest.lastIndex(of: ",") {
            let start = rest.index(after: comma)
            (kept, rest, kind) = (kept + rest[..<start], String(rest[start...]), .ports)
        }
        if kind == .ports || kind == .targetOrPorts, let dash = rest.firstIndex(of: "-"), let first = UInt16(rest[..<dash]) {
            let start = rest.index(after: dash)
            let ends = values(.port, String(rest[start...]), previous).filter { UInt16($0.value).map { $0 > first } ?? false }
            return .values(
                ends + (rest[start...].isEmpty ? [Candidate("65535", "the last port")] : []),
                prefix: kept + rest[..<start]
            )
        }
        return .values(values(kind, rest, previous), prefix: kept)
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
}

extension String {
    fileprivate var isPath: Bool { hasPrefix("/") || hasPrefix("./") || hasPrefix("../") || hasPrefix("~") }

    /// `host:`, `192.0.2.1:80`, not an IPv6 address or a URL.
    fileprivate var isHostWithPorts: Bool { count(where: { $0 == ":" }) == 1 && !holds("://") && !hasPrefix("[") }
}

extension ValueKind {
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
        case "--exclude": self = .target
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
        case ("connect", 0), ("get", 0), ("trace", 0): self = .host
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
