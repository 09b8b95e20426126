/// A mistake on the command line.
package enum ArgumentError: Error, Equatable {
    /// - Parameter known: the names of the options that there are.
    case unknownOption(String, known: [String])
    /// - Parameter name: as it was written.
    case missingValue(ArgumentSyntax, name: String)
    /// - Parameter name: as it was written; empty for an argument.
    case invalidValue(String, ArgumentSyntax, name: String)
    /// A flag with a value: `--quiet=5`.
    case unwantedValue(String, name: String)
    case unexpectedArguments([String])
    /// Two flags that exclude each other, in the order in which they were given.
    case exclusive(String, String)
    case missingArgument(ArgumentSyntax)
    /// `--` with nothing behind it, where a command line belongs there.
    case emptyRest(ArgumentSyntax)
}

/// A command line that asks for a text about the command in place of the command.
package enum ArgumentRequest: Error {
    case help
    /// The usual options alone.
    case shortHelp
    case version
}

/// Values that can be read one by one, but make no sense together or are out of range.
package struct ValidationError: Error, Equatable {
    package let message: String
    /// What to do next.
    package let nextSteps: [String]

    package init(_ message: String, next nextSteps: String...) {
        self.message = message
        self.nextSteps = nextSteps
    }
}
