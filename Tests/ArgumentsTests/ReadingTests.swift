import Testing

@testable import Arguments

private enum Family: FlagChoice {
    case v4
    case v6

    var names: [String] { self == .v4 ? ["-4", "--ipv4"] : ["-6", "--ipv6"] }
    var help: String { self == .v4 ? "IPv4 only." : "IPv6 only." }
}

private enum Colour: String, PrintableArgumentValue, CaseIterable {
    case auto
    case never
}

private struct Limits: ArgumentGroup {
    @Option("-c", "--count", value: "n", help: "How many.") var count = 3
    @Flag() var family: Family?

    func validate() throws {
        if count == 0 { throw ValidationError("--count 0", next: "give more") }
    }
}

private struct Trial: Command {
    static let description = CommandDescription(
        "try",
        aliases: ["attempt"],
        abstract: "Try a thing that takes so many words to describe that one line of eighty columns is not enough.",
        discussion: """
            A paragraph.

            An example:
              sonde try one two
            """
    )

    @Argument("port", help: "The port.") var port: UInt16
    @Argument("word", help: "Words.") var words: [String] = []
    @Flag("-v", "--verbose", help: "Say more.") var verbose = false
    @Flag("-u", help: "UDP.") var udp = false
    @Option("-w", "--write", value: "path", help: "Where to.") var path: String?
    @Option("-p", "--ports", value: "ports", takesDashes: true, help: "Which.") var ports: [String] = []
    @Option("--colour", value: "when", help: "When.") var colour = Colour.auto
    @OptionGroup("Limits") var limits: Limits
    @Flag("--secret", help: nil) var secret = false

    func run() {}
}

private struct Runner: Command {
    static let description = CommandDescription("run", abstract: "Run.")
    @Argument("word", help: "Words.") var words: [String] = []
    @Flag("-v", help: "Say more.") var verbose = false
    @Trailing var program

    func run() {}
}

private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

@Suite("Reading a command line")
struct ReadingTests {
    @Test("options, flags and arguments get their values, in any order")
    func values() throws {
        let trial = try Trial.parse(words("-v 80 one --write file two -c 5 --colour=never -4 -p 1 --ports=2"))
        #expect(trial.verbose && !trial.udp && trial.port == 80 && trial.words == ["one", "two"] && trial.path == "file")
        #expect(trial.limits.count == 5 && trial.colour == .never && trial.limits.family == .v4 && trial.ports == ["1", "2"])
    }

    @Test("what is not given has its default")
    func defaults() throws {
        let trial = try Trial.parse(["0"])
        #expect(!trial.verbose && trial.path == nil && trial.ports.isEmpty && trial.colour == .auto)
        #expect(trial.limits.count == 3 && trial.limits.family == nil && trial.words.isEmpty)
    }

    @Test(
        "a short option takes its value joined or apart, behind flags too",
        arguments: ["-c5", "-c=5", "-c 5", "-vc5", "-vuc 5", "--count=5", "--count 5"]
    )
    func shortOptions(_ line: String) throws {
        let trial = try Trial.parse(["80"] + words(line))
        #expect(trial.limits.count == 5)
        #expect(trial.verbose == line.contains("v"))
    }

    @Test(
        "words that begin with a dash",
        arguments: [("80 -w -", "-", []), ("80 -", nil, ["-"]), ("80 -- -v --nosuch", nil, ["-v", "--nosuch"])]
            as [(String, String?, [String])]
    )
    func dashes(_ line: String, _ path: String?, _ rest: [String]) throws {
        let trial = try Trial.parse(words(line))
        #expect(trial.path == path && trial.words == rest && !trial.verbose)
    }

    @Test("a value may begin with a dash where the option says so, or behind =")
    func dashValues() throws {
        let trial = try Trial.parse(["80", "-p-", "-p", "-22", "--write=-x"])
        #expect(trial.ports == ["-", "-22"] && trial.path == "-x")
    }

    @Test("the last value of an option counts, and the same flag may be given twice")
    func repeated() throws {
        let trial = try Trial.parse(words("80 -w a -w b -4 -4 -v -v"))
        #expect(trial.path == "b" && trial.limits.family == .v4)
    }

    @Test("words behind -- belong to the program, options before it do not")
    func program() throws {
        let runner = try Runner.parse(words("one -v two -- ls -v -- -l"))
        #expect(runner.words == ["one", "two"] && runner.verbose && runner.program == ["ls", "-v", "--", "-l"])
        #expect(throws: ArgumentError.self) { try Runner.parse(["--"]) }
        #expect(try Runner.parse(["one"]).program.isEmpty)
    }

    @Test(
        "help and the version are wanted whatever else is wrong",
        arguments: [
            ("--nosuch -h", "shortHelp"), ("--help", "help"), ("-vh 1", "shortHelp"), ("x --version", "version"),
            ("--version -h", "shortHelp"), ("-h --help", "help"),
        ]
    )
    func requests(_ line: String, _ request: String) {
        #expect {
            try Trial.parse(words(line))
        } throws: {
            "\($0)" == request
        }
    }

    @Test("help behind -- is a word")
    func helpBehindTerminator() throws {
        #expect(try Runner.parse(words("-- ls --help")).program == ["ls", "--help"])
    }

    static let mistakes: [(String, ArgumentError)] = {
        let syntax = Trial.syntax
        func named(_ name: String) -> ArgumentSyntax { syntax.first { $0.names.contains(name) } ?? .help }
        return [
            ("80 --count", .missingValue(named("-c"), name: "--count")),
            ("80 -c", .missingValue(named("-c"), name: "-c")),
            ("80 -c -v", .missingValue(named("-c"), name: "-c")),
            ("80 --count=", .missingValue(named("-c"), name: "--count")),
            ("80 -c=", .missingValue(named("-c"), name: "-c")),
            ("80 -c x", .invalidValue("x", named("-c"), name: "-c")),
            ("80 -cx", .invalidValue("x", named("-c"), name: "-c")),
            ("80 --colour red", .invalidValue("red", named("--colour"), name: "--colour")),
            ("65536", .invalidValue("65536", syntax[0], name: "")),
            ("80 --verbose=1", .unwantedValue("1", name: "--verbose")),
            ("80 -4 -6", .exclusive("-4", "-6")),
            ("80 -46", .exclusive("-4", "-6")),
            ("80 --ipv6 -4", .exclusive("--ipv6", "-4")),
            ("-v", .missingArgument(syntax[0])),
        ]
    }()

    @Test("a mistake names the words", arguments: mistakes)
    func mistake(_ line: String, _ error: ArgumentError) {
        #expect(throws: error) { try Trial.parse(words(line)) }
    }

    @Test(
        "an unknown option is named as it was written",
        arguments: [
            ("--nosuch", "--nosuch"), ("--nosuch=1", "--nosuch"), ("-x", "-x"), ("-xv", "-xv"), ("-vx", "-x in -vx"), ("-é", "-é"),
        ]
    )
    func unknown(_ word: String, _ name: String) {
        #expect {
            try Trial.parse(["80", word])
        } throws: {
            guard case ArgumentError.unknownOption(name, let known) = $0 else { return false }
            return known.contains("--verbose")
        }
    }

    @Test("arguments too many")
    func tooMany() {
        struct One: Command {
            static let description = CommandDescription("one", abstract: "One.")
            @Argument("a", help: "A.") var a: String?
            func run() {}
        }
        #expect(throws: ArgumentError.unexpectedArguments(["y", "z"])) { try One.parse(["x", "y", "z"]) }
    }

    @Test("groups are validated")
    func validation() {
        #expect(throws: ValidationError("--count 0", next: "give more")) { try Trial.parse(words("80 -c 0")) }
    }

    @Test("the time grows with the number of words, not with its square", .timeLimit(.minutes(1)))
    func manyWords() throws {
        let many = (0..<300_000).flatMap { ["-p", "\($0)"] } + (0..<300_000).map { "\($0)" }
        let trial = try Trial.parse(["80"] + many)
        #expect(trial.ports.count == 300_000 && trial.words.count == 300_000)
    }
}

@Suite("Help")
struct HelpTests {
    @Test("what it is for, how it is called, and every option that is not hidden")
    func whole() {
        #expect(
            Help.of(Trial.self, program: "sonde", columns: 60) == """
                Try a thing that takes so many words to describe that one
                line of eighty columns is not enough.

                A paragraph.

                An example:
                  sonde try one two

                USAGE: sonde try [<options>] <port> [<word> ...]

                ARGUMENTS:
                  <port>                  The port.
                  <word>                  Words.

                LIMITS:
                  -c, --count <n>         How many. (default: 3)
                  -4, --ipv4              IPv4 only.
                  -6, --ipv6              IPv6 only.

                OPTIONS:
                  -v, --verbose           Say more.
                  -u                      UDP.
                  -w, --write <path>      Where to.
                  -p, --ports <ports>     Which.
                  --colour <when>         When. (values: auto, never;
                                          default: auto)
                  --version               Show the version.
                  -h, --help              Show help; -h is shorter.

                """
        )
    }

    @Test("of the program: its commands, with their other names")
    func program() {
        let program = CommandDescription("sonde", abstract: "All.")
        let text = Help.of(program, [Trial.description, Runner.description], columns: 80)
        #expect(text.contains("\n  try, attempt            Try a thing"))
        #expect(text.hasSuffix("\nMore on a command: sonde help <command>\n"))
    }
}
