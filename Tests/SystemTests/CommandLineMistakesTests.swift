import Testing

/// Wrong input, each on the built binary: what is wrong is named, the exit code tells its kind, and standard output stays empty.
@Suite("Mistakes on the command line")
struct CommandLineMistakesTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let code: Int32
        /// What the message must quote or name.
        let names: [String]
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ line: String, _ code: Int32, names: String...) {
            arguments = line.split(separator: " ").map(String.init)
            self.code = code
            self.names = names
        }
    }

    static let root: [Mistake] = [
        Mistake("nosuchcommand", 64, names: "nosuchcommand", "--help"),
        Mistake("--nosuchoption", 64, names: "--nosuchoption"),
    ]

    static let addrs: [Mistake] = [
        Mistake("addrs --nosuchoption", 64, names: "--nosuchoption", "sonde addrs --help"),
        Mistake("addrs --color pink", 64, names: "pink", "auto", "always", "never"),
        Mistake("addrs --color", 64, names: "--color"),
        Mistake("addrs -4 -6", 64, names: "-4", "-6"),
        Mistake("addrs --plain --json", 64, names: "--plain", "--json"),
        Mistake("addrs --stats --primary", 64, names: "--stats", "--primary"),
        Mistake("addrs nosuch0", 69, names: "\"nosuch0\"", "those that exist", "lo"),
    ]

    static let echo: [Mistake] = [
        Mistake("echo 65536", 64, names: "65536", "port"),
        Mistake("echo http", 64, names: "http", "port"),
        Mistake("echo 80-90", 64, names: "80-90", "port"),
        Mistake("echo 0 --bind nosuch", 64, names: "nosuch", "--bind"),
        Mistake("echo 0 --allow 10.0.0.0/33", 64, names: "10.0.0.0/33", "--allow"),
        Mistake("echo 0 --idle-timeout 5x", 64, names: "5x", "--idle-timeout"),
        Mistake("echo 0 --threads 0", 64, names: "--threads", "256"),
        Mistake("echo 8007 --bind 203.0.113.7", 71, names: "203.0.113.7:8007", "EADDRNOTAVAIL", "sonde addrs"),
        Mistake("echo --unix /nonexistent/socket", 73, names: "/nonexistent/socket", "ENOENT"),
    ]

    static let connect: [Mistake] = [
        Mistake("connect localhost 65536", 64, names: "65536", "port"),
        Mistake("connect localhost", 64, names: "port", "1 to 65535"),
        Mistake("connect localhost:http", 64, names: "\"localhost:http\""),
        Mistake("connect [::1", 64, names: "\"[::1\""),
        Mistake("connect ::1 80 --timeout 1x", 64, names: "1x", "--timeout"),
    ]

    @Test(
        "are named on standard error, with their exit code and nothing on standard output",
        arguments: root + addrs + echo + connect
    )
    func mistake(_ mistake: Mistake) async throws {
        let outcome = try await Command(Binary.sonde, mistake.arguments).run()
        #expect(outcome.code == mistake.code, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        for name in mistake.names { #expect(outcome.error.contains(name), "\(outcome)") }
    }

    @Test("a port in use ends echo with 71 and is named")
    func portInUse() async throws {
        try await Command.sonde("echo", "0", "--json").running { first in
            let line = try await first.line(within: .seconds(10)) { $0.contains("\"listening\"") }
            let port = try #require(try JSONValue(line)["port"]?.int)
            let second = try await Command.sonde("echo", "\(port)").run()
            #expect(second.code == 71, "\(second)")
            #expect(second.error.contains(":\(port)") && second.error.contains("EADDRINUSE"), "\(second)")
            first.interrupt()
        }
    }

    @Test("a port that is reserved ends echo with 77 and names the capability", .needs(.root, .unprivilegedUser))
    func reservedPort() async throws {
        try await Namespace.with("reserved") { spaces in
            let outcome = try await spaces[0].sonde("echo", "80").unprivileged().run()
            #expect(outcome.code == 77, "\(outcome)")
            #expect(outcome.error.contains("CAP_NET_BIND_SERVICE") && outcome.error.contains("setcap"), "\(outcome)")
        }
    }

    @Test(
        "hostile text in an argument is escaped before it is printed",
        arguments: ["\u{1B}[2J", "\u{7}", "\u{202E}", "\u{9B}0m", "\r"]
    )
    func hostileArguments(_ text: String) async throws {
        for arguments in [
            ["addrs", text], ["addrs", "--color", text], ["echo", text], ["echo", "--bind", text], ["probe", text],
            ["probe", "::1", text], [text], ["--\(text)"],
        ] {
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
}
