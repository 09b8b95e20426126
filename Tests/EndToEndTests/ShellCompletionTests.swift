import Glibc
import Testing

/// TAB in real shells, behind each line of docs/completion.md.
@Suite("Completion in shells", .sideBySide)
struct ShellCompletionTests {
    struct Row: Sendable {
        let line: String
        /// Empty: nothing is offered.
        let offers: [String]
    }

    /// The rows of the table: a line in the first column, what is offered in the second.
    static let rows: [Row] = Repository.text(of: "docs/completion.md").split(separator: "\n").compactMap { text in
        let columns = text.split(separator: "|").map { $0.split(separator: "`", omittingEmptySubsequences: false) }
        guard text.hasPrefix("| `"), columns.count == 2, columns[0].count == 3 else { return nil }
        let offers = columns[1].enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        return Row(line: String(columns[0][1]), offers: offers)
    }

    /// What a shell made of a line.
    struct Result: Sendable {
        let line: String
        /// The command line after TAB.
        let buffer: String
        /// What is on the screen, with the line itself.
        let screen: String
    }

    @Test("the table has its rows, and some of them offer nothing")
    func table() {
        #expect(Self.rows.count >= 60)
        #expect(Self.rows.count { $0.offers.isEmpty } >= 8)
    }

    @Test(
        "bash and zsh offer what the table says",
        .needs(.tool("bash"), .tool("zsh")),
        arguments: [("bash", "sonde.bash"), ("zsh", "_sonde")]
    )
    func presses(_ shell: (name: String, script: String)) async throws {
        let surroundings = try await CompletionSurroundings()
        defer { surroundings.remove() }
        let driver = "\(Repository.root)/Tests/EndToEndTests/Completion/press-tab.zsh"
        let lines = Self.rows.map(\.line).joined(separator: "\n") + "\n"
        let outcome = try await surroundings.command("zsh", driver, shell.name, "\(Repository.root)/completions/\(shell.script)")
            .input(lines).limit(.seconds(60)).run()
        let results = outcome.output.split(separator: "\n").map { text -> Result in
            let fields = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Result(line: fields.first ?? "", buffer: fields.count > 1 ? fields[1] : "", screen: fields.last ?? "")
        }
        #expect(results.map(\.line) == Self.rows.map(\.line), "\(outcome)")
        for (row, result) in zip(Self.rows, results) { Self.judge(row, result, shell.name) }
    }

    @Test("fish offers what the table says, each with its description", .needs(.tool("fish")))
    func fish() async throws {
        let surroundings = try await CompletionSurroundings()
        defer { surroundings.remove() }
        let script = """
            source \(Repository.root)/completions/sonde.fish
            while read -L line
                echo "= $line"
                complete -C "$line"
            end
            """
        let outcome = try await surroundings.command("fish", "--no-config", "-c", script)
            .input(Self.rows.map(\.line).joined(separator: "\n") + "\n").limit(.seconds(60)).run()
        var offered: [[Substring]] = []
        for line in outcome.output.split(separator: "\n") {
            if line.hasPrefix("= ") { offered.append([]) } else { offered[offered.count - 1].append(line.prefix { $0 != "\t" }) }
        }
        try #require(offered.count == Self.rows.count, "\(outcome)")
        for (row, candidates) in zip(Self.rows, offered) {
            if row.offers.isEmpty {
                #expect(candidates.isEmpty, "fish: \(row.line) offers \(candidates)")
            }
            for offer in row.offers {
                #expect(candidates.contains { Self.ends($0, in: offer) }, "fish: \(row.line) offers \(candidates), not \(offer)")
            }
        }
        #expect(outcome.output.contains("--stats\tShow traffic counters"), "a description")
    }

    private static func judge(_ row: Row, _ result: Result, _ shell: String) {
        let typed = result.line.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let screen = result.screen.split(separator: " ").map(String.init)
        if row.offers.isEmpty {
            #expect(trimmed(result.buffer) == trimmed(result.line), "\(shell): \(result)")
            for file in ["notes.txt", "trace.pcap", "captures"] where !result.line.contains(file) {
                #expect(!result.screen.contains(file), "\(shell) offers files: \(result)")
            }
        }
        // A sole candidate is in the line already; several are listed on the screen.
        var completed = String(result.buffer.split(separator: " ").last ?? "")
        if let quote = completed.last, "'\"".contains(quote) { completed.removeLast() }
        for offer in row.offers {
            let isInserted = completed.count > typed.count && ends(completed[...], in: offer)
            #expect(isInserted || screen.contains { ends($0[...], in: offer) }, "\(shell): \(offer) is missing: \(result)")
        }
    }

    /// Whether a candidate is the value, perhaps behind what was typed before it (`--color=`, `22,`, `@`), perhaps with a slash.
    private static func ends(_ candidate: Substring, in offer: String) -> Bool {
        let candidate = candidate.hasSuffix("/") ? candidate.dropLast() : candidate
        guard candidate.hasSuffix(offer) else { return false }
        let before = candidate.dropLast(offer.count)
        return before.isEmpty || " =,:@>/-('\"".contains(before.last ?? " ") || before.hasPrefix("-")
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.hasSuffix(" ") { text = text.dropLast() }
        return String(text)
    }
}

/// A home and a folder as docs/completion.md describes them, and sonde in PATH.
struct CompletionSurroundings: Sendable {
    private let root: String

    init() async throws {
        root = "/tmp/sonde-completion-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let script = """
            mkdir -p '\(root)/home/.ssh' '\(root)/work/captures' '\(root)/bin'
            cd '\(root)/work'; touch trace.pcap dump.pcapng old.pcap.gz notes.txt targets.txt captures/inside.pcap "captures/it's.pcap" captures/11:22.pcap captures/at@x.pcap
            printf 'Host web1 web2\\nHost bastion\\nHost *\\n' >'\(root)/home/.ssh/config'
            printf 'known1.example.org,192.0.2.1 ssh-rsa AAAA\\n2001:db8::7 ssh-rsa AAAA\\n|1|x=|y= ssh-rsa AAAA\\n' >'\(root)/home/.ssh/known_hosts'
            ln -s '\(Binary.sonde)' '\(root)/bin/sonde'
            """
        _ = try await Command.tool("sh", "-c", script).run().orThrow()
    }

    func command(_ name: String, _ arguments: String...) -> Command {
        let path = Command.baseEnvironment["PATH"] ?? ""
        return Command(name, arguments).environment(["HOME": root + "/home", "PATH": "\(root)/bin:\(path)"]).inDirectory(
            root + "/work"
        )
    }

    func remove() { _ = system("rm -rf -- '\(root)'") }
}
