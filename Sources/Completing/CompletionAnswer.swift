/// One value that may be completed to, and what it is.
package struct Candidate: Hashable, Sendable {
    package var value: String
    package var description: String

    package init(_ value: String, _ description: String = "") {
        self.value = value
        self.description = description
    }
}

/// What a shell is to offer for the word at the cursor.
package enum CompletionAnswer: Hashable, Sendable {
    /// Values; the prefix is the part of the word before the value itself, as `--color=`, and is not part of them.
    case values([Candidate], prefix: String)
    /// Files behind a prefix: those with these endings, all where there are none.
    case files(prefix: String, endings: [String])
    case folders(prefix: String)
    /// Another command's own completion; the index of its name among the words.
    case command(at: Int)

    package static let nothing = CompletionAnswer.values([], prefix: "")
}

/// What sort of value a place of the command line takes.
package enum ValueKind: String, CaseIterable, Sendable {
    case interface
    case captureInterface = "capture-interface"
    case host
    /// HOST, HOST:PORT.
    case endpoint
    /// HOST, HOST:PORTS, a URL.
    case target
    /// Hosts, separated by commas.
    case targets
    case port
    case ports
    /// A host, or a list of ports.
    case targetOrPorts = "target-or-ports"
    case address
    case bind
    case user
    case namespace
    case process
    case duration
    case top
    case filter
    case word
    case captureFile = "capture-file"
    case file
    case folder
}
