import Arguments
import Testing

@testable import SondeCommands

/// What a command's page has to describe.
struct DocumentedCommand: Sendable {
    let name: String
    /// `-4`, `--ipv4`.
    let options: Set<String>
    let arguments: Set<String>

    /// The root, then each command.
    static let all =
        [DocumentedCommand("sonde", [.version, .help])]
        + Sonde.commands.map { DocumentedCommand($0.description.name, $0.syntax) }

    private init(_ name: String, _ syntax: [ArgumentSyntax]) {
        self.name = name
        let shown = syntax.filter { $0.help != nil }
        options = Set(shown.flatMap(\.names))
        arguments = Set(shown.filter { $0.form == .argument }.map(\.valueName))
    }
}

/// The page of a command, in mdoc(7).
struct ManualPage {
    let lines: [Substring]

    init(_ file: String) { lines = Repository.text(of: "man/\(file)").split(separator: "\n") }

    /// The options that have an entry: the flags of each `.It` line. mdoc writes the first dash, so `Fl -json` is `--json`.
    var options: Set<String> {
        let entries = lines.filter { $0.hasPrefix(".It Fl ") }.map { $0.split(separator: " ") }
        return Set(entries.flatMap { words in zip(words, words.dropFirst()).filter { $0.0 == "Fl" }.map { "-\($0.1)" } })
    }

    /// What stands behind an `Ar` macro anywhere.
    var arguments: Set<String> {
        Set(
            lines.filter { $0.hasPrefix(".") }.map { $0.split(separator: " ") }
                .flatMap { words in zip(words, words.dropFirst()).filter { $0.0.hasSuffix("Ar") }.map { String($0.1) } }
        )
    }

    /// The pages of other commands that an `.It Xr` line lists.
    var listedCommands: Set<String> {
        Set(
            lines.filter { $0.hasPrefix(".It Xr sonde-") }
                .compactMap { $0.split(separator: " ").dropFirst(2).first.map { String($0.dropFirst(6)) } }
        )
    }
}

@Suite("Manual pages", .sideBySide)
struct ManualTests {
    static let common: Set<String> = ["-h", "--help", "--version"]

    @Test("every command has a page, with every option of it and no other")
    func options() {
        for command in DocumentedCommand.all {
            let isRoot = command.name == "sonde"
            let page = ManualPage(isRoot ? "sonde.1" : "sonde-\(command.name).1")
            #expect(!page.lines.isEmpty, "\(command.name) has no page in man/")
            let expected = isRoot ? command.options : command.options.subtracting(Self.common)
            #expect(page.options == expected, "\(command.name)")
            #expect(page.arguments.isSuperset(of: command.arguments), "\(command.name)")
        }
    }

    @Test("every page belongs to a command, and sonde(1) lists them all")
    func pages() {
        let subcommands = Set(DocumentedCommand.all.map(\.name)).subtracting(["sonde"])
        #expect(
            Set(Repository.names(in: "man"))
                == Set(subcommands.map { "sonde-\($0).1" } + ["sonde.1", "sonde-json.5", "sonde-reasons.7"])
        )
        #expect(ManualPage("sonde.1").listedCommands == subcommands)
    }

    @Test("sonde-reasons(7) is what the program writes (make reasons)")
    func reasons() async throws {
        let written = try await Command.sonde("explain", "--manual").run().orThrow()
        #expect(written.output == Repository.text(of: "man/sonde-reasons.7"), "stale: run make reasons")
    }

    @Test("mandoc finds nothing to complain about", .needs(.tool("mandoc")))
    func lint() async throws {
        let pages = Repository.names(in: "man").map { "\(Repository.root)/man/\($0)" }
        let outcome = try await Command("mandoc", ["-T", "lint", "-W", "warning"] + pages).run()
        #expect(outcome.code == 0, "\(outcome)")
    }
}
