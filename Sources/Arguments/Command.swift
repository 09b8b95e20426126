/// Options and arguments that belong together: properties with `@Option`, `@Flag`, `@Argument`, `@Trailing` and `@OptionGroup`.
package protocol ArgumentGroup: SendableMetatype {
    /// Every property has a default value or gets its value when a command line is read.
    init()

    /// Throws a `ValidationError` where values make no sense together.
    func validate() throws
}

extension ArgumentGroup {
    package func validate() throws {}
}

/// A command: its options and arguments, and what it does.
package protocol Command: ArgumentGroup {
    static var description: CommandDescription { get }

    func run() throws
}

/// What help says of a command besides its options.
package struct CommandDescription: Sendable {
    package let name: String
    package let aliases: [String]
    /// One sentence.
    package let abstract: String
    /// The same in a few words, for the short list of commands.
    package let summary: String
    /// What is behind `sonde NAME` on the usage line; `nil`: options, then the arguments.
    package let usage: String?
    /// Paragraphs; a line that begins with blanks is an example.
    package let discussion: String
    /// A name of each option that the short help shows, in its order.
    package let usualOptions: [String]

    package init(
        _ name: String,
        aliases: [String] = [],
        abstract: String,
        summary: String = "",
        usage: String? = nil,
        discussion: String = "",
        usualOptions: [String] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.abstract = abstract
        self.summary = summary
        self.usualOptions = usualOptions
        self.usage = usage
        self.discussion = discussion
    }
}

extension Command {
    /// Reads a command line.
    ///
    /// - Parameter words: those behind the command's name.
    /// - Throws: `ArgumentError`, `ArgumentRequest`, or what `validate` throws.
    package static func parse(_ words: [String]) throws -> Self {
        let (command, declarations) = Declarations.made { Self() }
        try declarations.read(words)
        try declarations.validate()
        try command.validate()
        return command
    }

    /// What may be on its command line, in the order of the declarations; `--version` and `--help` last.
    package static var syntax: [ArgumentSyntax] {
        Declarations.made { Self() }.declarations.list.map(\.syntax) + [.version, .help]
    }
}
