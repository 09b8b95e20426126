import Testing

@Suite("The command line")
struct CommandLineTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let code: Int32
        /// What the message must quote or name.
        let names: [String]
        var testDescription: String { arguments.isEmpty ? "(nothing)" : arguments.joined(separator: " ") }

        init(_ line: String, _ code: Int32, names: String...) {
            arguments = line.split(separator: " ").map(String.init)
            self.code = code
            self.names = names
        }
    }

    static let mistakes: [Mistake] = [
        Mistake("nosuchcommand", 64, names: "nosuchcommand", "--help"),
        Mistake("--nosuchoption", 64, names: "--nosuchoption"),
        Mistake("addrs --nosuchoption", 64, names: "--nosuchoption", "sonde addrs --help"),
        Mistake("addrs --color pink", 64, names: "pink", "auto", "always", "never"),
        Mistake("addrs --color", 64, names: "--color"),
        Mistake("addrs -4 -6", 64, names: "-4", "-6"),
        Mistake("addrs --plain --json", 64, names: "--plain", "--json"),
        Mistake("addrs --stats --primary", 64, names: "--stats", "--primary"),
        Mistake("addrs nosuch0", 69, names: "\"nosuch0\"", "those that exist", "lo"),
    ]

    @Test("a mistake is named on standard error, with its exit code and nothing on standard output", arguments: mistakes)
    func mistake(_ mistake: Mistake) async throws {
        let outcome = try await Command(Binary.sonde, mistake.arguments).run()
        #expect(outcome.code == mistake.code, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        for name in mistake.names { #expect(outcome.error.contains(name), "\(outcome)") }
    }

    @Test(
        "hostile text in an argument is escaped before it is printed",
        arguments: ["\u{1B}[2J", "\u{7}", "\u{202E}", "\u{9B}0m", "\r"]
    )
    func hostileArguments(_ text: String) async throws {
        for arguments in [["addrs", text], ["addrs", "--color", text], [text], ["--\(text)"]] {
            let outcome = try await Command(Binary.sonde, arguments).run()
            #expect(outcome.code != 0)
            #expect(
                !outcome.error.unicodeScalars.contains { text.unicodeScalars.contains($0) && !("!"..."~").contains($0) },
                "\(outcome)"
            )
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("an argument that is no UTF-8 is a mistake like another")
    func invalidUTF8() async throws {
        let outcome = try await Command.tool("sh", "-c", "exec \(Binary.sonde) addrs \"$(printf 'a\\377b')\"").run()
        #expect(outcome.code == 69, "\(outcome)")
        #expect(!outcome.errorBytes.contains(0xFF))
    }

    @Test(
        "help and version are answers: standard output, exit code 0",
        arguments: ["--help", "--version", "addrs --help", "help addrs"]
    )
    func answers(_ line: String) async throws {
        let outcome = try await Command(Binary.sonde, line.split(separator: " ").map(String.init)).run()
        #expect(outcome.code == 0)
        #expect(!outcome.output.isEmpty)
        #expect(outcome.error.isEmpty)
    }

    @Test("without a command the commands are listed")
    func nothing() async throws {
        let outcome = try await Command.sonde().run()
        #expect(outcome.output.contains("addrs") || outcome.error.contains("addrs"), "\(outcome)")
    }

    @Test("a reader that goes away ends the program quietly")
    func closedPipe() async throws {
        // The reader is gone before the first byte: `true` reads nothing, and the writer waits until it has ended.
        let script = "(sleep 0.2; \(Binary.sonde) addrs --json; echo \"code $?\" >&2) | true"
        let outcome = try await Command.tool("sh", "-c", script).run()
        #expect(outcome.error == "code 0\n", "\(outcome)")
    }

    @Test("output that can't be written is told, with 74")
    func fullDevice() async throws {
        let outcome = try await Command.tool("sh", "-c", "exec \(Binary.sonde) addrs > /dev/full").run()
        #expect(outcome.code == 74, "\(outcome)")
        #expect(outcome.error.contains("ENOSPC"), "\(outcome)")
    }

    @Test("colours come where they are asked for, and nowhere else")
    func colours() async throws {
        func isColoured(_ command: Command) async throws -> Bool { try await command.run().output.contains("\u{1B}[") }
        #expect(try await !isColoured(.sonde("addrs")))
        #expect(try await isColoured(.sonde("addrs", "--color", "always")))
        #expect(try await isColoured(.sonde("addrs").environment(["CLICOLOR_FORCE": "1"])))
        #expect(try await !isColoured(.sonde("addrs").environment(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"])))
        #expect(try await !isColoured(.sonde("addrs", "--color", "never").environment(["CLICOLOR_FORCE": "1"])))
    }

    @Test("a terminal gets colours unless NO_COLOR says otherwise", .needs(.tool("script")))
    func terminalColours() async throws {
        func onTerminal(_ variables: [String: String]) async throws -> String {
            try await Command.tool("script", "-qec", "\(Binary.sonde) addrs", "/dev/null")
                .environment(variables.merging(["TERM": "xterm"]) { given, _ in given }).run().output
        }
        #expect(try await onTerminal([:]).contains("\u{1B}["))
        #expect(try await !onTerminal(["NO_COLOR": "1"]).contains("\u{1B}["))
        #expect(try await !onTerminal(["TERM": "dumb"]).contains("\u{1B}["))
    }
}
