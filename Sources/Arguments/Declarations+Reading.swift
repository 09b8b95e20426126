extension Declarations {
    /// Reads the words of a command line into the properties.
    func read(_ words: [String]) throws {
        if let request = ArgumentRequest(in: words) { throw request }
        var reading = Reading(list)
        var index = words.startIndex
        while index < words.endIndex {
            let word = words[index]
            index += 1
            guard word != "--" else {
                try reading.take(behindTerminator: words[index...])
                break
            }
            guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else {
                try reading.take(argument: word)
                continue
            }
            let next = index < words.endIndex ? words[index] : nil
            if try reading.take(option: word, next) { index += 1 }
        }
        try reading.finish()
    }
}

extension ArgumentRequest {
    /// Help is wanted whatever else is wrong with the words.
    fileprivate init?(in words: [String]) {
        let options = words.prefix { $0 != "--" }
        if options.contains("--help") {
            self = .help
        } else if options.contains("-h") {
            self = .shortHelp
        } else if options.contains("--version") {
            self = .version
        } else {
            return nil
        }
    }
}

/// The state of a command line that is half read.
private struct Reading {
    private let declarations: [Declarations.Declaration]
    private let options: [String: Int]
    /// The declarations of arguments, in order; a repeatable one stays first.
    private var places: ArraySlice<Int>
    private let rest: Int?
    private var given: Set<Int> = []
    /// The flag that was given, of those that exclude each other.
    private var chosen: [Int: (name: String, declaration: Int)] = [:]
    private var unexpected: [String] = []

    init(_ declarations: [Declarations.Declaration]) {
        self.declarations = declarations
        let named = declarations.enumerated().flatMap { number, declaration in declaration.syntax.names.map { ($0, number) } }
        options = Dictionary(named) { first, _ in
            preconditionFailure("an option is declared twice: \(declarations[first].syntax.label)")
        }
        places = declarations.indices.filter { declarations[$0].syntax.form == .argument }[...]
        rest = declarations.firstIndex { $0.syntax.form == .rest }
    }

    // MARK: - Arguments

    mutating func take(argument word: String) throws(ArgumentError) {
        guard let place = places.first else { return unexpected.append(word) }
        if !declarations[place].syntax.isRepeatable { places.removeFirst() }
        given.insert(place)
        try store(word, place, "")
    }

    mutating func take(behindTerminator words: ArraySlice<String>) throws(ArgumentError) {
        if let rest, words.isEmpty { throw .emptyRest(declarations[rest].syntax) }
        for word in words {
            if let rest { try store(word, rest, "") } else { try take(argument: word) }
        }
    }

    func finish() throws(ArgumentError) {
        guard unexpected.isEmpty else { throw .unexpectedArguments(unexpected) }
        for place in places where declarations[place].syntax.isRequired && !given.contains(place) {
            throw .missingArgument(declarations[place].syntax)
        }
    }

    // MARK: - Options

    /// - Parameter next: the word behind it, which may be its value.
    /// - Returns: whether `next` was its value.
    mutating func take(option word: String, _ next: String?) throws -> Bool {
        word.hasPrefix("--") ? try take(long: word, next) : try take(short: word, next)
    }

    /// `--wait`, `--wait=5s`.
    private mutating func take(long word: String, _ next: String?) throws(ArgumentError) -> Bool {
        let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
        let name = String(word[..<(equals ?? word.endIndex)])
        guard let option = options[name] else {
            if let equals, ArgumentSyntax.requests.contains(name) {
                throw .unwantedValue(String(word[word.utf8.index(after: equals)...]), name: name)
            }
            throw .unknownOption(name, known: Array(options.keys) + ArgumentSyntax.requests)
        }
        guard declarations[option].syntax.form == .flag else {
            return try take(option, name, joined: equals.map { word[word.utf8.index(after: $0)...] }, next)
        }
        if let equals { throw .unwantedValue(String(word[word.utf8.index(after: equals)...]), name: name) }
        try set(option, name)
        return false
    }

    /// `-u`, `-c 5`, `-c5`, `-c=5`, `-tu`, `-uc5`: flags, then perhaps an option with its value.
    private mutating func take(short word: String, _ next: String?) throws -> Bool {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-\(letter)"
            if name == "-h" {
                guard letters.first != "=" else { throw ArgumentError.unwantedValue(String(letters.dropFirst()), name: name) }
                throw ArgumentRequest.shortHelp
            }
            guard let option = options[name] else {
                // The whole word, unless flags that exist are before the letter.
                let isFirst = letters.count + 2 == word.count
                throw ArgumentError.unknownOption(isFirst ? word : "\(name) in \(word)", known: Array(options.keys))
            }
            guard declarations[option].syntax.form == .flag else {
                let hasEquals = letters.first == "="
                return try take(option, name, joined: letters.isEmpty ? nil : letters.dropFirst(hasEquals ? 1 : 0), next)
            }
            try set(option, name)
        }
        return false
    }

    private mutating func set(_ option: Int, _ name: String) throws(ArgumentError) {
        if let group = declarations[option].group {
            if let earlier = chosen[group], earlier.declaration != option { throw .exclusive(earlier.name, name) }
            chosen[group] = (name, option)
        }
        try store("", option, name)
    }

    /// - Parameter joined: the value, where it is in the same word.
    private func take(_ option: Int, _ name: String, joined: Substring?, _ next: String?) throws(ArgumentError) -> Bool {
        if let joined {
            guard !joined.isEmpty else { throw .missingValue(declarations[option].syntax, name: name) }
            try store(String(joined), option, name)
            return false
        }
        guard let next, declarations[option].syntax.takesDashes || !next.isOption || isNumber(next) else {
            throw .missingValue(declarations[option].syntax, name: name)
        }
        try store(next, option, name)
        return true
    }

    /// `-1` is a value that is out of range, unless there is an option of that name.
    private func isNumber(_ word: String) -> Bool {
        guard let digit = word.dropFirst().first, digit.isASCII, digit.isNumber else { return false }
        return options["-\(digit)"] == nil
    }

    private func store(_ text: String, _ declaration: Int, _ name: String) throws(ArgumentError) {
        guard declarations[declaration].store(text) else {
            throw .invalidValue(text, declarations[declaration].syntax, name: name)
        }
    }
}

extension String {
    /// `-` alone is standard input.
    fileprivate var isOption: Bool { utf8.first == UInt8(ascii: "-") && utf8.count > 1 }
}
