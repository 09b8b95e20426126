import Testing

@Suite("Completion scripts", .sideBySide)
struct CompletionTests {
    struct Shell: CustomTestStringConvertible, Sendable {
        let name: String
        let file: String
        /// Reads the script without running it.
        let check: [String]
        var testDescription: String { name }
    }

    static let shells = [
        Shell(name: "bash", file: "sonde.bash", check: ["-n"]),
        Shell(name: "zsh", file: "_sonde", check: ["-n"]),
        Shell(name: "fish", file: "sonde.fish", check: ["--no-execute"]),
    ]

    @Test("the script in completions/ is what the program writes (make completions)", arguments: shells)
    func isFresh(_ shell: Shell) async throws {
        let written = try await Command.sonde("--generate-completion-script", shell.name).run().orThrow()
        #expect(written.output == Repository.text(of: "completions/\(shell.file)"), "stale: run make completions")
    }

    @Test("its shell can read it", .needs(.tool("bash"), .tool("zsh"), .tool("fish")), arguments: shells)
    func isReadable(_ shell: Shell) async throws {
        let outcome = try await Command(shell.name, shell.check + ["\(Repository.root)/completions/\(shell.file)"]).run()
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.error.isEmpty, "\(outcome)")
    }
}
