import Arguments
import Failures

/// Mistakes on the command line, in the voice of every other error.
extension Failure {
    /// - Parameter command: the command whose help to read: `sonde probe`.
    init(_ error: ArgumentError, command: String) {
        let seeHelp = "see \(command) --help"
        switch error {
        case .unknownOption(let name, let known):
            let near = nearestName(to: name, in: known.filter { $0.hasPrefix("--") == name.hasPrefix("--") && $0.count > 2 })
            let steps = name == "-V" ? ["use --version"] : [near.map { "did you mean \($0)?" }, seeHelp].compactMap { $0 }
            self.init(.usage, "\(name): unknown option", nextSteps: steps)
        case .missingValue(let option, let name):
            self.init(.usage, "\(name): missing value", next: option.valueKind?.explanation ?? option.step ?? seeHelp)
        case .invalidValue(let value, let option, let name):
            let subject = name.isEmpty ? "\"\(value)\"" : "\(name) \(value)"
            if !option.choices.isEmpty {
                self.init(noChoice: subject, value, of: option.choices)
            } else {
                let kind = option.valueKind
                let denial = kind?.denial ?? "invalid value"
                self.init(.usage, "\(subject): \(denial)", next: kind?.explanation ?? option.step ?? seeHelp)
            }
        case .unwantedValue(let value, let name):
            self.init(.usage, "\(name)=\(value): the option takes no value", next: "write \(name) alone")
        case .unexpectedArguments(let words):
            let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
            self.init(.usage, "\(list): unexpected argument\(words.count > 1 ? "s" : "")", next: seeHelp)
        case .exclusive(let first, let second):
            self.init(.usage, "\(first) and \(second) are mutually exclusive", next: "choose one")
        case .missingArgument(let argument):
            self.init(.usage, "\(argument.label): missing argument", nextSteps: [argument.step, seeHelp].compactMap { $0 })
        case .emptyRest:
            self.init(.usage, "--: no command follows", next: "write the command to run behind it, or leave -- out")
        }
    }

    /// What `Command.parse` throws; `nil` for an error of another kind.
    init?(commandLine error: any Error, command: String) {
        switch error {
        case let error as ArgumentError: self.init(error, command: command)
        case let error as ValidationError: self.init(.usage, error.message, nextSteps: error.nextSteps)
        default: return nil
        }
    }

    /// A value that is none of those that there are.
    init(noChoice subject: String, _ value: String, of choices: [String]) {
        let near = nearestName(to: value, in: choices).map { "did you mean \($0)?" }
        self.init(
            .usage,
            "\(subject): invalid value",
            nextSteps: [near, "choose \(Self.alternatives(choices))"].compactMap { $0 }
        )
    }

    /// `auto, always or never`.
    private static func alternatives(_ choices: [String]) -> String {
        guard choices.count > 1, let last = choices.last else { return choices.joined() }
        return "\(choices.dropLast().joined(separator: ", ")) or \(last)"
    }
}

extension ArgumentSyntax {
    /// Its help as a step: `--retries <n>: maximum retransmissions`.
    fileprivate var step: String? {
        guard let help, !help.isEmpty else { return nil }
        let text = help.hasSuffix(".") ? String(help.dropLast()) : help
        let name = names.last.map { "\($0) <\(valueName)>" } ?? "<\(valueName)>"
        return "\(name): \(text.uncapitalized)"
    }

    fileprivate struct ValueKind {
        /// What a value is that can't be read.
        let denial: String
        let explanation: String
    }

    fileprivate var valueKind: ValueKind? {
        // As an argument, the port may be one that the kernel chooses.
        valueName == "port" && form == .option ? Self.givenPort : Self.kinds[valueName]
    }

    private static let givenPort = ValueKind(denial: "not a port", explanation: "a port is a number from 1 to 65535")

    /// By the name of the value.
    private static let kinds: [String: ValueKind] = [
        "duration": ValueKind(denial: "not a duration", explanation: DurationArgument.explanation),
        "n": ValueKind(denial: "not a number", explanation: "give a number"),
        "files": ValueKind(denial: "not a number", explanation: "give a number of files"),
        "kib": ValueKind(denial: "not a number", explanation: "give a number of KiB"),
        "megabytes": ValueKind(denial: "not a number", explanation: "give a number of megabytes"),
        "seconds": ValueKind(denial: "not a number", explanation: "give a number of seconds"),
        "port": ValueKind(denial: "not a port", explanation: "a port is a number from 0 to 65535"),
        "address": ValueKind(denial: "not an address", explanation: "give an IP address of this machine: sonde addrs lists them"),
        "cidr": ValueKind(denial: "not a CIDR block", explanation: "give ADDRESS/LENGTH, e.g. 192.0.2.0/24"),
        "idle,interval,count": ValueKind(
            denial: "not three numbers",
            explanation: "give idle seconds, interval in seconds and probe count, e.g. 60,10,5"
        ),
    ]
}

extension String {
    /// With a small first letter, unless the word is an abbreviation.
    fileprivate var uncapitalized: String {
        guard let second = dropFirst().first, second.isLowercase || second == " " else { return self }
        return prefix(1).lowercased() + dropFirst()
    }
}
