import Arguments
import Console
import Failures
import Testing

@testable import SondeCommands

/// Every kind of mistake on a command line, as sonde says it.
@Suite("Mistakes in the arguments")
struct UsageMistakeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let line: String
        let message: String
        let steps: [String]
        var testDescription: String { line }

        init(_ line: String, _ message: String, _ steps: String...) {
            self.line = line
            self.message = message
            self.steps = steps
        }
    }

    private static let duration = "a duration is a number with a unit: us, ms, s, m or h, e.g. 500ms"

    static let cases: [Case] = [
        Case("80 --nosuch", "--nosuch: unknown option", "see sonde try --help"),
        Case("80 --tiemout 3s", "--tiemout: unknown option", "did you mean --timeout?", "see sonde try --help"),
        Case("80 -x", "-x: unknown option", "see sonde try --help"),
        Case("80 -V", "-V: unknown option", "use --version"),
        Case("80 -qx", "-x in -qx: unknown option", "see sonde try --help"),
        Case("-cmany", "-c many: not a number", "give a number"),
        Case("-qc", "-c: missing value", "give a number"),
        Case("--timeout", "--timeout: missing value", duration),
        Case("--name", "--name: missing value", "--name <word>: a word"),
        Case("--name --quiet", "--name: missing value", "--name <word>: a word"),
        Case("-c", "-c: missing value", "give a number"),
        Case("--timeout 3x", "--timeout 3x: not a duration", duration),
        Case("--timeout=", "--timeout: missing value", duration),
        Case("--timeout 9000h", "--timeout 9000h: not a duration", duration),
        Case("-c many", "-c many: not a number", "give a number"),
        Case("--colour pink", "--colour pink: invalid value", "choose auto, always or never"),
        Case("--colour nevr", "--colour nevr: invalid value", "did you mean never?", "choose auto, always or never"),
        Case("--two 3", "--two 3: invalid value", "choose 1 or 2"),
        Case("--bind 8007", "--bind 8007: not an address", "give an IP address of this machine: sonde addrs lists them"),
        Case("--quiet=5", "--quiet=5: the option takes no value", "write --quiet alone"),
        Case("--help=1", "--help=1: the option takes no value", "write --help alone"),
        Case("--version=2", "--version=2: the option takes no value", "write --version alone"),
        Case("-h=1", "-h=1: the option takes no value", "write -h alone"),
        Case("80 --tim 3s", "--tim: unknown option", "did you mean --timeout?", "see sonde try --help"),
        Case("80 --hel", "--hel: unknown option", "did you mean --help?", "see sonde try --help"),
        Case("80 -c -1x", "-c -1x: not a number", "give a number"),
        Case("--timeout -1s", "--timeout -1s: not a duration", duration),
        Case("--timeout -4", "--timeout: missing value", duration),
        Case("--from -1", "--from -1: not a port", "a port is a number from 1 to 65535"),
        Case("--from 70000", "--from 70000: not a port", "a port is a number from 1 to 65535"),
        Case("80 --", "--: no command follows", "write the command to run behind it, or leave -- out"),
        Case("80 one", "\"one\": unexpected argument", "see sonde try --help"),
        Case("80 one two", "\"one\", \"two\": unexpected arguments", "see sonde try --help"),
        Case("http", "\"http\": not a port", "a port is a number from 0 to 65535"),
        Case("-4 -6", "-4 and -6 are mutually exclusive", "choose one"),
        Case("-46", "-4 and -6 are mutually exclusive", "choose one"),
        Case("", "<port>: missing argument", "<port>: the port", "see sonde try --help"),
        Case("--quiet", "<port>: missing argument", "<port>: the port", "see sonde try --help"),
        Case("80 -c 0", "-c 0: invalid value", "give a number from 1"),
        Case("80 -c 1", "too few", "give more", "or none"),
    ]

    @Test("are told in sonde's own form", arguments: cases)
    func mistake(_ row: Case) throws {
        let arguments = row.line.split(separator: " ").map(String.init)
        let error = try #require(throws: (any Error).self) { try Trial.parse(arguments) }
        let failure = try #require(Failure(commandLine: error, command: "sonde try"))
        #expect(failure.message == row.message)
        #expect(failure.nextSteps == row.steps)
        #expect(failure.status == .usage)
    }

    private struct Trial: Command {
        enum Family: FlagChoice {
            case v4
            case v6

            var names: [String] { self == .v4 ? ["-4"] : ["-6"] }
            var help: String { "One family." }
        }
        enum Two: String, ArgumentValue, CaseIterable {
            case one = "1"
            case two = "2"
        }
        struct Address: ArgumentValue {
            init?(argument: String) { return nil }
        }
        static let description = CommandDescription("try", abstract: "Try.")
        @Argument("port", help: "The port.") var port: UInt16
        @Option("--timeout", value: "duration", help: "How long.") var timeout: DurationArgument?
        @Option("-c", "--count", value: "n", help: "How often.") var count: Int?
        @Option("-w", "--write", value: "path", help: "Where to.") var write: String?
        @Option("--name", value: "word", help: "A word.") var name: String?
        @Option("--colour", value: "when", help: "When.") var colour: ColorChoice?
        @Option("--two", value: "number", help: "One or two.") var two: Two?
        @Option("--bind", value: "address", help: "Where.") var bind: Address?
        @Option("--from", value: "port", help: "Where from.") var from: UInt16?
        @Flag("-q", "--quiet", help: "Quiet.") var quiet = false
        @Trailing var program
        @Flag() var family: Family?

        func validate() throws {
            switch count {
            case 0: throw ValidationError("-c 0: invalid value", next: "give a number from 1")
            case 1: throw ValidationError("too few", next: "give more", "or none")
            default: break
            }
        }

        func run() {}
    }
}

@Suite("Commands that do not exist")
struct NoCommandTests {
    private static let commands = [["addrs", "interfaces"], ["capture"], ["echo"], ["get"], ["probe"]]
    private static let all = "commands: addrs (interfaces), capture, echo, get, probe"

    @Test(
        "are told with the nearest that does, aliases included",
        arguments: [
            ("captre", ["did you mean capture?", all]),
            ("prob", ["did you mean probe?", all]),
            ("porbe", ["did you mean probe?", all]),
            ("gte", ["did you mean get?", all]),
            ("PROBE", ["did you mean probe?", all]),
            ("interface", ["did you mean interfaces?", all]),
            ("nmap", [all]),
            ("ss", [all]),
            ("", [all]),
            ("version", ["use sonde --version"]),
        ]
    )
    func guess(_ name: String, _ steps: [String]) {
        let failure = Failure(noCommand: name, commands: Self.commands)
        #expect(failure.message == "\"\(name)\": no such command")
        #expect(failure.nextSteps == steps)
        #expect(failure.status == .usage)
    }
}

@Suite("Errors on standard error")
struct FailureTextTests {
    @Test("a message, then what to do next; escaped, and coloured where that is asked for")
    func text() {
        let failure = Failure(.usage, "a\u{1B}b", next: "do this", "or that")
        #expect(written(failure, isColored: false) == "sonde: a\\x1bb\n  → do this\n  → or that\n")
        #expect(
            written(failure, isColored: true)
                == "\u{1B}[1msonde: \u{1B}[0m\u{1B}[31ma\\x1bb\u{1B}[0m\n\u{1B}[2m  → \u{1B}[0mdo this\n\u{1B}[2m  → \u{1B}[0mor that\n"
        )
    }

    @Test(
        "--color is obeyed even where the rest can't be parsed",
        arguments: [
            ([], .auto), (["probe", "--color", "never", "--nosuch"], .never), (["addrs", "--color=always"], .always),
            (["addrs", "--color", "pink"], .auto), (["addrs", "--color"], .auto),
            (["probe", "--color", "never", "--color", "always"], .always),
            (["probe", "--wait", "1s", "--", "ls", "--color", "never"], .auto),
        ] as [([String], ColorChoice)]
    )
    func color(_ arguments: [String], _ expected: ColorChoice) {
        #expect(ColorChoice(requestedIn: arguments) == expected)
    }

    private func written(_ failure: Failure, isColored: Bool) -> String {
        var text = TextBuffer()
        failure.write(into: &text, Palette(isColored: isColored))
        return text.string
    }
}
