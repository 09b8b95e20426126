import Glibc
import Testing

/// Wrong input for `sonde probe`: what is wrong is named, and nothing is probed.
@Suite("sonde probe: mistakes", .sideBySide)
struct ProbeMistakesTests {
    @Test(
        arguments: [
            ("127.0.0.1 0", 64, ["\"0\"", "65535"]),
            ("127.0.0.1 65536", 64, ["\"65536\""]),
            ("127.0.0.1 80-22", 64, ["\"80-22\"", "before"]),
            ("127.0.0.1 22,80-22", 64, ["\"80-22\"", "\"22,80-22\""]),
            ("127.0.0.1 80,x", 64, ["port \"x\" in \"80,x\"", "no service has that name"]),
            ("127.0.0.1 x,80", 64, ["port \"x\" in \"x,80\""]),
            ("127.0.0.1 127.0.0.2:80,443", 64, ["no ports for \"127.0.0.1\""]),
            ("127.0.0.1 abc", 64, ["\"abc\"", "service"]),
            ("127.0.0.1 -p abc", 64, ["\"abc\""]),
            ("127.0.0.1 -p 22,", 64, ["nothing between two commas"]),
            ("127.0.0.1", 64, ["no ports", "--top"]),
            ("127.0.0.0/33 80", 64, ["\"127.0.0.0/33\"", "32"]),
            ("fd00::/64 80", 64, ["/112"]),
            ("[::1 80", 64, ["[::1"]),
            ("frob://127.0.0.1", 64, ["frob"]),
            ("127.0.0.1 80 --top 5 -p 80", 64, ["--top"]),
            ("127.0.0.1 --top 0", 64, ["--top 0"]),
            ("127.0.0.1 --top 61 -u", 64, ["--top 61", "UDP", "--top 60"]),
            ("127.0.0.1 80 --timeout 0", 64, ["--timeout"]),
            ("127.0.0.1 80 --timeout soon", 64, ["soon"]),
            ("127.0.0.1 80 --retries -1", 64, ["--retries"]),
            ("127.0.0.1 80 --concurrency 0", 64, ["--concurrency"]),
            ("127.0.0.1 80 --rate 0", 64, ["--rate"]),
            ("127.0.0.1 80 --json --prometheus", 64, ["--json", "--prometheus"]),
            ("127.0.0.1 80 --any", 64, ["--wait"]),
            ("127.0.0.1 80 --wait 1s --count 2", 64, ["--wait", "--count"]),
            ("127.0.0.1 80 --count 2 --open", 64, ["--count", "--open"]),
            ("unix:", 64, ["unix:", "path"]),
            ("127.0.0.1 80 -- true", 64, ["--wait"]),
            ("- 80 --wait 1s", 64, ["pipe", "@FILE"]),
            ("- 80 --count 2", 64, ["pipe", "@FILE"]),
            ("127.0.0.1 80 --source 192.0.2.77", 64, ["192.0.2.77", "EADDRNOTAVAIL"]),
            ("127.0.0.1 80 --source nosuch", 64, ["nosuch"]),
            ("127.0.0.1 80 --interface nosuch0", 69, ["nosuch0"]),
            ("@/nonexistent 80", 66, ["/nonexistent", "ENOENT"]),
            ("@/tmp 80", 66, ["/tmp"]),
            ("127.0.0.1 1 --wait 5s --invert -- /nonexistent", 127, ["/nonexistent"]),
            ("127.0.0.1 1 --wait 5s --invert -- /etc/passwd", 126, ["/etc/passwd", "EACCES"]),
            ("@/nonexistent 80 --wait 1s", 66, ["/nonexistent", "ENOENT"]),
            ("127.0.0.1:8001 9", 64, ["9", "every target has its own ports"]),
            ("127.0.0.1 22 80", 64, ["22", "22,80"]),
            ("-6 127.0.0.1 80", 64, ["127.0.0.1", "IPv6"]),
            ("-6 127.0.0.0/30 80", 64, ["127.0.0.0/30", "IPv6"]),
            ("--source ::1 127.0.0.0/30 80", 64, ["127.0.0.0/30", "--source"]),
            ("fe80::1 80", 64, ["fe80::1%eth0"]),
            ("127.0.0.1-5 80", 64, ["block", "192.0.2.0/29"]),
            ("udp://127.0.0.1:53", 64, ["-u"]),
            ("0.0.0.0/0 80", 64, ["/8"]),
            ("::1:22", 64, ["[::1]:22"]),
            ("127.0.0.1 80 --exclude 127.0.0.2:80", 64, ["--exclude-ports"]),
            ("127.0.0.1 80 --exclude 127.0.0.0/8", 64, ["every target is excluded", "--exclude-ports"]),
            ("127.0.0.1 80 --exclude-ports 80", 64, ["every target is excluded", "--exclude-ports"]),
            ("::ffff:127.0.0.1 80 --exclude 0.0.0.0/0 --json", 64, ["every target is excluded"]),
            ("localhost. 80 --exclude LOCALHOST --prometheus", 64, ["every target is excluded"]),
            ("localhost 80 --exclude 0.0.0.0/0,::/0 --connect-ex", 64, ["every target is excluded"]),
            ("127.0.0.1 80 --exclude 127.0.0.1 --count 0", 64, ["every target is excluded"]),
            ("localhost 80 --exclude 127.0.0.0/8,::1 --count 0 --json", 64, ["every target is excluded"]),
            ("127.0.0.1 80 --exclude 127.0.0.1 --wait 1h", 64, ["every target is excluded"]),
            ("127.0.0.1 80 --exclude 127.0.0.1 --wait 1h --any -q", 64, ["every target is excluded"]),
            ("127.0.0.1 80 --exclude 127.0.0.1 --path", 64, ["every target is excluded"]),
            ("127.0.0.1 80 --exclude 127.0.0.1 --mtu", 64, ["every target is excluded"]),
            ("127.0.0.1 80 --exclude-ports 80 --mtu", 64, ["every target is excluded"]),
            ("ü\u{202E}x 80", 64, ["U+202E RIGHT-TO-LEFT OVERRIDE", "hyphens"]),
            ("a..b 80", 64, ["\"a..b\"", "empty"]),
            ("127.0.0.1 80 --source 224.0.0.5", 64, ["--source 224.0.0.5", "multicast"]),
            ("127.0.0.1 80 --source 255.255.255.255", 64, ["broadcast"]),
            ("127.0.0.1 80 --source 127.255.255.255", 64, ["broadcast"]),
            ("::1 80 --source ff02::5%lo", 64, ["multicast"]),
            ("::1 80 --source ::", 64, ["unspecified"]),
            ("-t500ms H", 64, ["no ports for \"H\""]),
            ("-c1x 127.0.0.1 80", 64, ["-c 1x: not a number"]),
            ("127.0.0.1 80 --exclude 127.0.0.2,", 64, ["an empty target"]),
            ("127.0.0.1 80 --exclude @/nonexistent", 66, ["/nonexistent"]),
            ("127.0.0.1 80 --interval 1s", 64, ["--interval", "--count"]),
        ] as [(String, Int32, [String])]
    )
    func told(line: String, code: Int32, words: [String]) async throws {
        var command = Command.sonde("probe")
        command.arguments += line.split(separator: " ").map(String.init)
        let outcome = try await command.run()
        #expect(outcome.code == code, "\(outcome)")
        for word in words { #expect(outcome.error.contains(word), "\(outcome)") }
    }

    @Test(
        "a list without a target",
        arguments: [
            ("- 9", "", ["standard input: no target", "per line"]), ("- 9 --json", "\n# none\n", ["standard input: no target"]),
            ("-", "127.0.0.1\n", ["standard input, line 1", "\"127.0.0.1\" names no ports", "-p"]),
            ("@/dev/stdin 9", "", ["/dev/stdin: no target"]),
            ("@/dev/null 9", "", ["/dev/null: no target"]),
        ] as [(String, String, [String])]
    )
    func noTargets(line: String, input: String, words: [String]) async throws {
        var command = Command.sonde("probe").input(input)
        command.arguments += line.split(separator: " ").map(String.init)
        let outcome = try await command.run()
        #expect(outcome.code == 64 && outcome.output.isEmpty, "\(outcome)")
        for word in words { #expect(outcome.error.contains(word), "\(outcome)") }
    }

    @Test("of a line as long as a binary file has them, only the beginning is quoted")
    func longLine() async throws {
        // It fits the pipe: the program ends without reading more.
        let outcome = try await Command.sonde("probe", "-", "80").input([UInt8](repeating: 0, count: 60_000)).run()
        #expect(outcome.code == 64 && outcome.error.contains("line 1: \"\\x00") && outcome.error.utf8.count < 1000)
    }

    @Test("a line without ports among others that have some is said, and left out only with --keep-going")
    func lineWithoutPorts() async throws {
        let input = "127.0.0.1:1\n127.0.0.2\n/nonexistent\n127.0.0.3:1\n"
        let refused = try await Command.sonde("probe", "-", "--json").input(input).run()
        #expect(refused.code == 64 && refused.error.contains("line 2: \"127.0.0.2\" names no ports"), "\(refused)")
        #expect(refused.error.contains("--keep-going"))
        let others = try await Command.sonde("probe", "-", "--json", "--keep-going").input(input).run()
        #expect(others.code == 1 && others.error.contains("line 2: \"127.0.0.2\" names no ports"), "\(others)")
        let addresses = try others.jsonLines().filter { $0["type"]?.string == "probe" }.compactMap { $0["address"]?.string }
        #expect(Set(addresses) == ["127.0.0.1", "127.0.0.3"])
    }

    @Test("a file without a target", arguments: ["", "# none\n"])
    func emptyFile(text: String) async throws {
        let path = "/tmp/sonde-targets-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let file = fopen(path, "w")
        fputs(text, file)
        fclose(file)
        defer { unlink(path) }
        let outcome = try await Command.sonde("probe", "@\(path)", "9").run()
        #expect(outcome.code == 64 && outcome.error.contains("\(path): no target, nothing was probed"), "\(outcome)")
    }

    @Test("an empty list of ports")
    func emptyList() async throws {
        let outcome = try await Command.sonde("probe", "-p", "", "127.0.0.1").run()
        #expect(outcome.code == 64 && outcome.error.contains("empty") && outcome.output.isEmpty)
    }

    /// 10,000 targets that are closed, but for three lines.
    static func withList(_ body: @Sendable (String) async throws -> Void) async throws {
        let path = "/tmp/sonde-targets-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        var lines = (0..<10_000).map { "127.0.\($0 / 250).\($0 % 250 + 1):1" }
        lines[41] = "127.0.0.1:0"
        lines[4999] = "300.1.1.1:1"
        lines[9999] = "\u{1B}[31m evil"
        let file = fopen(path, "w")
        for line in lines { fputs(line + "\n", file) }
        fclose(file)
        defer { unlink(path) }
        try await body(path)
    }

    @Test("a file with three bad lines: named by number, nothing probed")
    func badLines() async throws {
        try await Self.withList { path in
            let outcome = try await Command.sonde("probe", "--json", "@\(path)").run()
            #expect(outcome.code == 64)
            #expect(outcome.output.isEmpty)
            for number in [42, 5000, 10000] { #expect(outcome.error.contains("line \(number):"), "\(outcome)") }
            #expect(!outcome.errorBytes.contains(0x1B))
        }
    }

    @Test("a file with three bad lines: the good ones are probed with --keep-going")
    func keepGoing() async throws {
        try await Self.withList { path in
            let outcome = try await Command.sonde("probe", "--json", "--keep-going", "@\(path)").run()
            #expect(outcome.code == 1)
            #expect(try outcome.jsonLines().last?["probed"]?.int == 9997)
            for number in [42, 5000, 10000] { #expect(outcome.error.contains("line \(number):")) }
        }
    }

    @Test("a name that does not resolve, among good ones")
    func unresolvable() async throws {
        let outcome = try await Command.sonde("probe", "--json", "nosuch.invalid", "127.0.0.1", "1").run()
        #expect(outcome.code == 68, "\(outcome)")
        #expect(outcome.error.contains("nosuch.invalid"))
        let objects = try outcome.jsonLines()
        #expect(objects.contains { $0["type"]?.string == "probe" && $0["target"]?.string == "127.0.0.1" })
        #expect(objects.contains { $0["type"]?.string == "unresolved" && $0["target"]?.string == "nosuch.invalid" })
        #expect(objects.last?["unresolved"]?.int == 1)
    }

    @Test("a hostile target is escaped")
    func hostileTarget() async throws {
        let outcome = try await Command.sonde("probe", "a\u{1B}]0;x\u{7}b", "80").run()
        #expect(outcome.code == 64)
        #expect(!outcome.errorBytes.contains(0x1B) && !outcome.errorBytes.contains(0x07))
    }
}
