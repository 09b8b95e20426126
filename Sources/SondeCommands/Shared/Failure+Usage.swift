import ArgumentParser
import Failures

/// Mistakes on the command line, in the voice of every other error.
///
/// ArgumentParser keeps its errors to itself and gives them out as text. These initializers read that text (of 1.8; the tests hold every
/// form of it) and say the same in sonde's form. A form that they do not know keeps its words.
extension Failure {
    /// - Parameters:
    ///   - message: what `message(for:)` of ArgumentParser says.
    ///   - help: the option or argument that is meant and its help, as in `--retries <n>  Maximum retransmissions.`; often empty.
    ///   - command: the command whose help to read: `sonde probe`.
    init(parserMessage message: String, help: String = "", command: String) {
        let seeHelp = "see \(command) --help"
        if let words = message.parts(between: "", "\n   or: Missing value for '", "' in '", "'") {
            self.init(group: words[2], lackingValueOf: NamedValue(words[1]), help: help, otherwise: seeHelp)
        } else if let words = message.parts(between: "Unknown option '", "'. Did you mean '", "'?") {
            self.init(.usage, "\(words[0]): unknown option", next: "did you mean \(words[1])?", seeHelp)
        } else if let words = message.parts(between: "Unknown option '", "'") {
            self.init(.usage, "\(words[0]): unknown option", next: words[0] == "-V" ? "use --version" : seeHelp)
        } else if let words = message.parts(between: "Missing value for '", "'") {
            let option = NamedValue(words[0])
            self.init(.usage, "\(option.name): missing value", next: option.kind?.explanation ?? Self.step(help) ?? seeHelp)
        } else if let words = message.parts(between: "The value '", "' is invalid for '", "'", "") {
            self.init(invalid: words[0], for: NamedValue(words[1]), choices: words[2], otherwise: Self.step(help) ?? seeHelp)
        } else if let words = message.parts(between: "The option '", "' does not take any value, but '", "' was specified.") {
            self.init(.usage, "\(words[0])=\(words[1]): the option takes no value", next: "write \(words[0]) alone")
        } else if let words = message.parts(between: "Unexpected argument '", "'") {
            self.init(.usage, "\"\(words[0])\": unexpected argument", next: seeHelp)
        } else if let words = message.parts(between: "", " unexpected arguments: '", "'") {
            let arguments = words[1].replacing("', '", with: "\", \"")
            self.init(.usage, "\"\(arguments)\": unexpected arguments", next: seeHelp)
        } else if let words = message.parts(between: "Value to be set with flag '", " had already been set with flag '", "") {
            self.init(.usage, "\(Self.flag(words[1])) and \(Self.flag(words[0])) are mutually exclusive", next: "choose one")
        } else if let words = message.parts(between: "Missing expected argument '", "'") {
            self.init(.usage, "\(words[0]): missing argument", nextSteps: [Self.step(help), seeHelp].compactMap { $0 })
        } else {
            self.init(validationMessage: message)
        }
    }

    /// Several short options in one word, and an option that needs a value among them: `-c10`, `-vc10`, `-vc`.
    private init(group: String, lackingValueOf option: NamedValue, help: String, otherwise: String) {
        guard let letter = option.name.last, let place = group.firstIndex(of: letter) else {
            self.init(.usage, "\(group): unknown option", next: otherwise)
            return
        }
        let value = group[group.index(after: place)...]
        guard !value.isEmpty else {
            self.init(.usage, "\(option.name): missing value", next: option.kind?.explanation ?? Self.step(help) ?? otherwise)
            return
        }
        let others = group[..<place]
        let apart = (others == "-" ? [] : [String(others)]) + [option.name, String(value)]
        self.init(.usage, "\(group): unknown option", next: "write the value apart: \(apart.joined(separator: " "))")
    }

    /// From a `ValidationError`: lines, the first of which is the message, or the form `WHAT: NEXT.`.
    private init(validationMessage message: String) {
        var lines = message.split(separator: "\n").map(String.init)
        guard lines.count < 2 else {
            let first = lines.removeFirst()
            self.init(.usage, first, nextSteps: lines)
            return
        }
        let text = message.hasSuffix(".") ? String(message.dropLast()) : message
        guard let colon = text.lastRange(of: ": ") else {
            self.init(.usage, text.uncapitalized)
            return
        }
        let head = String(text[..<colon.lowerBound])
        let isOptionAlone = head.hasPrefix("-") && head.split(separator: " ").count <= 2
        self.init(
            .usage,
            isOptionAlone ? "\(head): invalid value" : head.uncapitalized,
            next: String(text[colon.upperBound...])
        )
    }

    private init(invalid value: String, for option: NamedValue, choices: String, otherwise: String) {
        let subject = option.name.hasPrefix("-") ? "\(option.name) \(value)" : "\"\(value)\""
        if let listed = choices.parts(between: ". Please provide one of ", ".") {
            let list = listed[0].replacing("'", with: "").replacing(" and ", with: " or ")
            self.init(.usage, "\(subject): invalid value", next: "choose \(list)")
            return
        }
        let reason = choices.hasPrefix(": ") ? String(choices.dropFirst(2)) : option.kind?.denial ?? "invalid value"
        self.init(.usage, "\(subject): \(reason)", next: option.kind?.explanation ?? otherwise)
    }

    /// `--retries <n>  Maximum retransmissions.` as a step: `--retries <n>: maximum retransmissions`.
    private static func step(_ help: String) -> String? {
        guard let words = help.parts(between: "", "  ", "") else { return nil }
        let text = words[1].hasSuffix(".") ? String(words[1].dropLast()) : words[1]
        return "\(words[0]): \(text.uncapitalized)"
    }

    /// `-4'`, or `4' in '-46'`, as `-4`.
    private static func flag(_ text: String) -> String {
        if let words = text.parts(between: "", "' in '", "'") { return "-\(words[0])" }
        return text.hasSuffix("'") ? String(text.dropLast()) : text
    }
}

extension ValidationError {
    /// The error and the next steps, joined as lines because the parser takes one text.
    init(_ message: String, next nextSteps: String...) {
        self.init(([message] + nextSteps).joined(separator: "\n"))
    }
}

/// An option or argument as the parser writes it, `--timeout <duration>` or `<port>`, and what its value must be.
private struct NamedValue {
    let name: String
    let kind: Kind?

    struct Kind {
        /// What a value is that can't be read.
        let denial: String
        let explanation: String
    }

    init(_ text: String) {
        guard let words = text.parts(between: "", "<", ">") else {
            name = text
            kind = nil
            return
        }
        name = words[0].isEmpty ? "<\(words[1])>" : String(words[0].dropLast())
        kind = Self.kinds[words[1]]
    }

    /// By the name of the value.
    private static let kinds: [String: Kind] = [
        "duration": Kind(denial: "not a duration", explanation: DurationArgument.explanation),
        "n": Kind(denial: "not a number", explanation: "give a number"),
        "files": Kind(denial: "not a number", explanation: "give a number of files"),
        "kib": Kind(denial: "not a number", explanation: "give a number of KiB"),
        "megabytes": Kind(denial: "not a number", explanation: "give a number of megabytes"),
        "seconds": Kind(denial: "not a number", explanation: "give a number of seconds"),
        "port": Kind(denial: "not a port", explanation: "a port is a number from 0 to 65535"),
        "address": Kind(denial: "not an address", explanation: "give an IP address of this machine: sonde addrs lists them"),
        "cidr": Kind(denial: "not a CIDR block", explanation: "give ADDRESS/LENGTH, e.g. 192.0.2.0/24"),
        "idle,interval,count": Kind(
            denial: "not three numbers",
            explanation: "give idle seconds, interval in seconds and probe count, e.g. 60,10,5"
        ),
    ]
}

extension String {
    /// Returns the texts between the given pieces, in order. The first piece must start the text; the last, unless empty, must end
    /// it. Returns `nil` if they do not occur.
    fileprivate func parts(between pieces: String...) -> [String]? {
        guard hasPrefix(pieces[0]) else { return nil }
        var rest = self[index(startIndex, offsetBy: pieces[0].count)...]
        var found: [String] = []
        for piece in pieces.dropFirst().dropLast() {
            guard let range = rest.firstRange(of: piece) else { return nil }
            found.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        guard let last = pieces.last, rest.hasSuffix(last) else { return nil }
        return found + [String(rest.dropLast(last.count))]
    }

    fileprivate func lastRange(of piece: String) -> Range<Index>? {
        ranges(of: piece).last
    }

    /// With a small first letter, unless the word is an abbreviation.
    fileprivate var uncapitalized: String {
        guard let second = dropFirst().first, second.isLowercase || second == " " else { return self }
        return prefix(1).lowercased() + dropFirst()
    }
}
