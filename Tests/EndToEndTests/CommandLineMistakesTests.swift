import Testing

/// Wrong input, each on the built binary: what is wrong is named, the exit code tells its kind, and standard output stays empty.
@Suite("Mistakes on the command line", .sideBySide)
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
        Mistake("prob 127.0.0.1 80", 64, names: "\"prob\": no such command", "did you mean probe?", "probe, serve"),
        Mistake("interface", 64, names: "did you mean interfaces?"),
        Mistake("help nosuch", 64, names: "\"nosuch\": no such command"),
        Mistake("--nosuchoption", 64, names: "--nosuchoption: unknown option", "sonde --help"),
    ]

    static let addrs: [Mistake] = [
        Mistake("addrs --nosuchoption", 64, names: "--nosuchoption", "sonde addrs --help"),
        Mistake("addrs --color pink", 64, names: "pink", "auto", "always", "never"),
        Mistake("addrs --color", 64, names: "--color: missing value"),
        Mistake("addrs -4 -6", 64, names: "-4", "-6"),
        Mistake("addrs --plain --json", 64, names: "--plain", "--json"),
        Mistake("addrs --stats --primary", 64, names: "--stats", "--primary"),
        Mistake("addrs nosuch0", 69, names: "nosuch0: no such interface", "choose one of", "lo"),
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
        Mistake("connect localhost 0", 64, names: "port 0", "1 to 65535"),
        Mistake("connect localhost:80 81", 64, names: "80", "81"),
        Mistake("connect localhost:http", 64, names: "\"localhost:http\""),
        Mistake("connect [::1", 64, names: "\"[::1\""),
        Mistake("connect ::1 80 --timeout 1x", 64, names: "1x", "--timeout"),
        Mistake("connect fe80::1 1", 1, names: "fe80::1", "add the interface"),
    ]

    static let probe: [Mistake] = [

        Mistake("probe", 64, names: "no target"),
        Mistake("probe 127.0.0.1 65536", 64, names: "\"65536\"", "1 to 65535"),
        Mistake("probe 127.0.0.1 0", 64, names: "\"0\"", "1 to 65535"),
        Mistake("probe 127.0.0.1 22,80-70", 64, names: "\"80-70\"", "before its beginning"),
        Mistake("probe 127.0.0.1 -p 80,nosuchname", 64, names: "\"nosuchname\""),
        Mistake("probe 127.0.0.1:99999", 64, names: "\"99999\""),
        Mistake("probe 10.0.0.0/33 80", 64, names: "\"10.0.0.0/33\"", "0 to 32"),
        Mistake("probe 127.0.0.1 80 --timeout 0", 64, names: "--timeout"),
        Mistake("probe 127.0.0.1 80 --rate many", 64, names: "many", "--rate"),
        Mistake("probe 127.0.0.1 80 --interface nosuch0", 69, names: "\"nosuch0\"", "sonde addrs"),
        Mistake("probe 127.0.0.1 80 --source 203.0.113.7", 64, names: "203.0.113.7", "sonde addrs"),
        Mistake("probe @/nonexistent/targets 80", 66, names: "/nonexistent/targets", "ENOENT"),
    ]

    static let capture: [Mistake] = [
        Mistake("capture -D --json", 64, names: "-D", "sonde addrs --json"),
        Mistake("capture -r /nonexistent/capture.pcap", 66, names: "/nonexistent/capture.pcap", "ENOENT"),
        Mistake("capture -r /etc/passwd", 65, names: "/etc/passwd", "not a capture file", "pcap"),
        Mistake("capture -r /dev/null", 65, names: "/dev/null"),
        Mistake("capture -r /", 66, names: "/", "EISDIR"),
        Mistake("capture -c 0", 64, names: "-c 0"),
        Mistake("capture --ladder --connections", 64, names: "--ladder", "--connections"),
        Mistake("capture --server-ports x", 64, names: "x", "--server-ports"),
        Mistake("capture --user nosuchuser", 64, names: "\"nosuchuser\""),
    ]

    static let files: [Mistake] = [
        Mistake("serve /nonexistent", 66, names: "/nonexistent", "ENOENT"),
        Mistake("serve /etc/passwd", 66, names: "/etc/passwd", "ENOTDIR"),
        Mistake("serve / 65536", 64, names: "65536", "port"),
        Mistake("get 127.0.0.1:99999 name", 64, names: "\"127.0.0.1:99999\""),
        Mistake("get 127.0.0.1", 64, names: "name", "--list"),
    ]

    static let all = root + addrs + echo + connect + probe + capture + files

    @Test("are named on standard error, with their exit code and nothing on standard output", arguments: all)
    func mistake(_ mistake: Mistake) async throws {
        let outcome = try await Command(Binary.sonde, mistake.arguments).run()
        #expect(outcome.code == mistake.code, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        for name in mistake.names { #expect(outcome.error.contains(name), "\(outcome)") }
    }

    @Test("are told in one form: sonde, a message, and what to do next", arguments: all)
    func form(_ mistake: Mistake) async throws {
        let outcome = try await Command(Binary.sonde, mistake.arguments).run()
        let isProbeSummary = outcome.error.first?.isNumber == true
        #expect(outcome.error.hasPrefix("sonde: ") || isProbeSummary, "\(outcome)")
        #expect(outcome.errorLines.dropFirst().allSatisfy { $0.hasPrefix("  → ") || $0.isEmpty }, "\(outcome)")
    }

    @Test("--color governs errors, too", .needs(.tool("script")), arguments: [("never", false), ("always", true), ("auto", true)])
    func errorColours(_ choice: String, _ isColoured: Bool) async throws {
        for words in ["probe 127.0.0.1 80-70", "addrs --nosuchoption", "addrs --plain --json"] {
            let terminal = try await Command.tool("script", "-qec", "\(Binary.sonde) \(words) --color \(choice)", "/dev/null")
                .environment(["TERM": "xterm"]).run()
            #expect(terminal.output.contains("\u{1B}[") == isColoured, "\(words): \(terminal)")
            let piped = try await Command(Binary.sonde, words.split(separator: " ").map(String.init) + ["--color", choice]).run()
            #expect(piped.error.contains("\u{1B}[") == (choice == "always"), "\(words): \(piped)")
        }
    }

    @Test("--color governs warnings and hints, too", .needs(.tool("script")), arguments: [("never", false), ("always", true)])
    func warningColours(_ choice: String, _ isColoured: Bool) async throws {
        let probe = "printf '127.0.0.1:0\\n127.0.0.1:1\\n' | \(Binary.sonde) probe - --keep-going --color \(choice)"
        let terminal = try await Command.tool("script", "-qec", probe, "/dev/null").environment(["TERM": "xterm"]).run()
        #expect(terminal.output.contains("line 1: "), "\(terminal)")
        #expect(terminal.output.contains("\u{1B}[") == isColoured, "\(terminal)")
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

    @Test("an unknown interface ends capture with 69 and the list of those that exist", .needs(.root))
    func unknownInterface() async throws {
        try await Namespace.with("unknown") { spaces in
            let outcome = try await spaces[0].sonde("capture", "-i", "nosuch0").run()
            #expect(outcome.code == 69, "\(outcome)")
            #expect(outcome.error.contains("\"nosuch0\""), "\(outcome)")
            #expect(outcome.errorLines.contains { $0.contains("exist: ") && $0.contains("lo") }, "\(outcome)")
        }
    }

    @Test("without the privilege capture ends with 77 and names CAP_NET_RAW and the setcap line", .needs(.root, .unprivilegedUser))
    func unprivilegedCapture() async throws {
        let outcome = try await Command.sonde("capture", "-i", "lo").unprivileged().run()
        #expect(outcome.code == 77, "\(outcome)")
        #expect(outcome.error.contains("CAP_NET_RAW") && outcome.error.contains("setcap cap_net_raw"), "\(outcome)")
        #expect(outcome.output.isEmpty)
    }

    /// A pcap file: header, one SYN, and the record of another one, which ends in its middle.
    static let cutCapture: [UInt8] =
        [
            0xd4, 0xc3, 0xb2, 0xa1, 0x02, 0x00, 0x04, 0x00,  // magic of microseconds in little-endian order, version 2.4
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // zone and accuracy, never used
            0xff, 0xff, 0x00, 0x00, 0x65, 0x00, 0x00, 0x00,  // snapshot length 65535, LINKTYPE_RAW
        ] + record + record.prefix(30)

    private static let record: [UInt8] = [
        0x00, 0xf1, 0x53, 0x65, 0x00, 0x00, 0x00, 0x00,  // 2023-11-14 22:13:20
        0x28, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00,  // 40 bytes captured of 40
        0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06, 0xb6, 0xcb,  // IPv4, 40 bytes, TTL 64, TCP
        0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x02,  // 192.0.2.1 to 192.0.2.2
        0x9c, 0x40, 0x00, 0x50, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00, 0x00, 0x00,  // 40000 to 80, sequence number 1000
        0x50, 0x02, 0xfa, 0xf0, 0x90, 0x75, 0x00, 0x00,  // SYN, window 64240
    ]

    @Test("a cut capture file is told with 65, after the packets that were whole")
    func cutFile() async throws {
        let outcome = try await Command.sonde("capture", "-r", "-", "--json").input(Self.cutCapture).run()
        #expect(outcome.code == 65, "\(outcome)")
        let packets = try outcome.jsonLines().filter { $0["type"]?.string == "packet" }
        #expect(packets.map { $0["flags"]?.array?.compactMap(\.string) } == [["SYN"]], "\(outcome)")
        #expect(outcome.error.contains("the file ends after"), "\(outcome)")
    }

    @Test("a host that does not resolve ends with 68 and is named", .needs(.root), arguments: ["connect", "probe", "get"])
    func unresolvable(_ command: String) async throws {
        // A namespace without a route: no name server is asked.
        try await Namespace.with("resolve") { spaces in
            let outcome = try await spaces[0].sonde(command, "nosuch.invalid", "80").run()
            #expect(outcome.code == 68, "\(outcome)")
            #expect(outcome.error.contains("\"nosuch.invalid\""), "\(outcome)")
        }
    }

    @Test(
        "hostile text in an argument is escaped before it is printed",
        arguments: ["\u{1B}[2J", "\u{7}", "\u{202E}", "\u{9B}0m", "\r"]
    )
    func hostileArguments(_ text: String) async throws {
        for arguments in [
            ["addrs", text], ["addrs", "--color", text], ["echo", text], ["echo", "--bind", text],
            ["probe", "::1", "-p", text], ["capture", "-r", text], [text], ["--\(text)"],
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
