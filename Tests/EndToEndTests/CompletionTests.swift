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

    @Test("bash and fish complete commands, options and interfaces", .needs(.tool("bash"), .tool("fish")))
    func completes() async throws {
        let wanted = [
            ("sonde ad", "addrs"), ("sonde addrs --st", "--stats"), ("sonde addrs l", "lo"), ("sonde addrs --color a", "always"),
        ]
        for (line, candidate) in wanted {
            let fish = "source \(Repository.root)/completions/sonde.fish; function sonde; end; complete -C '\(line)'"
            let fromFish = try await Command.tool("fish", "--no-config", "-c", fish).run().orThrow()
            #expect(fromFish.outputLines.contains { $0.split(separator: "\t").first.map(String.init) == candidate }, "\(fromFish)")

            let words = line.split(separator: " ").map(String.init)
            let last = words.count - 1
            let bash = """
                source \(Repository.root)/completions/sonde.bash
                COMP_WORDS=(\(line)); COMP_CWORD=\(last); COMP_LINE='\(line)'; COMP_POINT=\(line.count)
                _sonde sonde '\(words[last])' '\(words[last - 1])'
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let fromBash = try await Command.tool("bash", "--norc", "-c", bash).run()
            #expect(fromBash.outputLines.map { $0.filter { $0 != " " } }.contains(candidate), "\(fromBash)")
        }
    }
}
