import Testing

@Suite("The command line", .sideBySide)
struct CommandLineTests {
    @Test("an answer that can't be written is a failure", arguments: ["--help", "--version", "addrs"])
    func fullDisk(words: String) async throws {
        let outcome = try await Command.tool("sh", "-c", "\(Binary.sonde) \(words) >/dev/full").run()
        #expect(outcome.code == 74 && outcome.error.contains("ENOSPC"), "\(outcome)")
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

    @Test(
        "a standard stream that is closed is nobody else's socket or file",
        arguments: [("0<&-", 1), ("1>&-", 1), ("2>&-", 1), ("0<&- 1>&- 2>&-", 1)] as [(String, Int32)]
    )
    func closedStreams(_ redirections: String, _ code: Int32) async throws {
        let script = "exec \(Binary.sonde) probe 127.0.0.1 \(FreePort.tcp()) \(redirections)"
        let outcome = try await Command.tool("sh", "-c", script).run()
        #expect(outcome.code == code, "\(outcome)")
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
