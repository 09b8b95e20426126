import Testing

/// Help, tables and messages of the other commands, against what was recorded. What depends on the machine runs in namespaces.
@Suite("Golden output of commands", .sideBySide)
struct GoldenCommandTests {
    static let commands = [
        "", "addrs", "capture", "connect", "demo", "echo", "explain", "get", "probe", "serve", "sockets", "trace",
    ]

    @Test("help is what was recorded", arguments: commands)
    func help(_ command: String) async throws {
        var golden = Golden()
        for option in ["-h", "--help"] {
            let arguments = command.isEmpty ? [option] : [command, option]
            golden.append(arguments, try await Command(Binary.sonde, arguments).run())
        }
        try await golden.check("help/\(command.isEmpty ? "sonde" : command)")
    }

    @Test("-h fits a screen of 80 columns and 24 lines, and shows two commands", arguments: commands)
    func shortHelp(_ command: String) async throws {
        let arguments = command.isEmpty ? ["-h"] : [command, "-h"]
        let outcome = try await Command(Binary.sonde, arguments).run()
        #expect(outcome.code == 0 && outcome.error.isEmpty, "\(outcome)")
        #expect(outcome.outputLines.count <= 24 && outcome.outputLines.allSatisfy { $0.count <= 80 }, "\(outcome)")
        let examples = outcome.outputLines.filter { $0.hasPrefix("    sonde ") || $0.hasPrefix("    sudo sonde ") }
        #expect(examples.count == 2, "\(outcome)")
    }

    @Test("--help keeps within 80 columns", arguments: commands)
    func width(_ command: String) async throws {
        let arguments = command.isEmpty ? ["--help"] : [command, "--help"]
        let outcome = try await Command(Binary.sonde, arguments).run()
        #expect(outcome.outputLines.allSatisfy { $0.count <= 80 }, "\(outcome)")
    }

    @Test("-h beside other arguments is still short, and after -- belongs to the command that is run")
    func shortHelpAnywhere() async throws {
        let short = try await Command.sonde("addrs", "-h").run()
        for arguments in [["interfaces", "-h"], ["addrs", "--up", "-h"], ["addrs", "lo", "-h"]] {
            #expect(try await Command(Binary.sonde, arguments).run().output == short.output)
        }
        let other = try await Command.sonde("probe", "127.0.0.1", "1", "--wait", "1s", "--invert", "--", "echo", "-h").run()
        #expect(other.code == 0 && other.output == "-h\n", "\(other)")
    }

    /// Mistakes that are judged before anything of this machine is looked at, or in the same way on every machine.
    static let mistaken: [(command: String, lines: [String])] = [
        ("sonde", ["prob 127.0.0.1 80", "--nosuchoption", "", "help nosuch"]),
        (
            "addrs",
            ["--nosuchoption", "--color pink", "--color", "-4 -6", "--plain --json", "--stats --primary", "nosuch0", "lo nosuch0"]
        ),
        (
            "probe",
            [
                "", "127.0.0.1", "127.0.0.1 65536", "127.0.0.1 0", "127.0.0.1 22,80-70", "127.0.0.1 -p 80,nosuchname",
                "127.0.0.1:99999", "10.0.0.0/33 80", "[::1 80", "127.0.0.1 80 --timeout 0", "127.0.0.1 80 --timeout 5",
                "127.0.0.1 80 --timeout 5x", "127.0.0.1 80 --rate many", "127.0.0.1 80 --interface nosuch0",
                "127.0.0.1 80 --source 203.0.113.7", "127.0.0.1 80 --source nosuch", "@/nonexistent/targets 80",
                "127.0.0.1 80 -4 -6",
                "127.0.0.1 80 --json --prometheus", "127.0.0.1 80 --any", "127.0.0.1 80 --wait 1s --count 2", "--top 0 127.0.0.1",
                "127.0.0.1 80 --retries -1", "127.0.0.1 80 --concurrency 0", "::1 80 -4", "http://", "127.0.0.1 80 -- true",
                "nosuch.invalid 80", "fe80::1 80",
            ]
        ),
        (
            "echo",
            [
                "65536", "http", "80-90", "0 --bind nosuch", "0 --allow 10.0.0.0/33", "0 --idle-timeout 5x", "0 --threads 0",
                "8007 --bind 203.0.113.7", "--unix /nonexistent/socket", "0 --discard --reply x", "0 --keepalive 1,2",
                "0 --max-clients 0", "0 --backlog 0", "0 --delay x",
            ]
        ),
        (
            "connect",
            [
                "localhost 65536", "localhost", "localhost:http", "[::1", "::1 80 --timeout 1x", "fe80::1 1", "", "--unix",
                "--udp --unix x",
                "127.0.0.1 9", "--unix /nonexistent/socket", "nosuch.invalid 80",
            ]
        ),
        (
            "capture",
            [
                "-r /nonexistent/capture.pcap", "-r /dev/null", "-r /", "-c 0", "--ladder --connections", "--server-ports x",
                "-i lo -r x", "-r x --max-connections 0", "--format svg -r x", "-r x --duration 1s", "-i lo -w x -W 2",
                "-i lo -w x.pcap -G 60", "-r x --format nosuch", "--until-closed -i", "-r x --user root",
            ]
        ),
        ("serve", ["", "/nonexistent", "/ 65536", "/ 0 --idle-timeout soon", "/ 0 --allow x"]),
        (
            "get",
            ["", "127.0.0.1:99999 name", "127.0.0.1", "127.0.0.1:9 name", "nosuch.invalid name", "127.0.0.1:9 --list --resume"]
        ),
        ("demo", ["now", "--color"]),
        (
            "trace",
            [
                "", "127.0.0.1", "127.0.0.1:80 80", "127.0.0.1 0", "127.0.0.1 65536", "127.0.0.1 nosuchname", "[::1 80",
                "127.0.0.1 80 --count 0", "127.0.0.1 80 --count 2 --path", "127.0.0.1 80 --timeout 0", "127.0.0.1 80 --timeout 5x",
                "127.0.0.1 80 --send \\q", "127.0.0.1 80 -w -", "127.0.0.1 80 -4 -6", "::1 80 -4", "nosuch.invalid 80",
                "127.0.0.1 80 --netns nosuch", "127.0.0.1 80 --netns ../x",
            ]
        ),
        (
            "sockets",
            [
                "", "70000", "nosuchname", "80-70", "--plain --json", "--watch --connected", "--watch --plain", "--interval 2s",
                "--watch --interval 1ms", "--unix 80", "--unix -4", "-4 -6", "--netns nosuch", "--netns ../x", "80",
                "--connected 80",
                "--process nosuch", "80 --process nosuch",
            ]
        ),
    ]

    @Test("mistakes are answered as was recorded", .needs(.root), arguments: mistaken)
    func mistakes(command: String, lines: [String]) async throws {
        try await Namespace.with("mistakes") { spaces in
            var golden = Golden()
            for line in lines {
                let arguments = (command == "sonde" ? [] : [command]) + line.split(separator: " ").map(String.init)
                golden.append(
                    arguments,
                    try await Command(Binary.sonde, arguments).inNamespace(spaces[0].name).run(),
                    volatile: .live
                )
            }
            try await golden.check("mistakes/\(command)")
        }
    }

    static let listings = [
        [], ["-4"], ["-6"], ["--up"], ["lan0"], ["lan0", "down0"], ["--stats"], ["--primary"], ["--primary", "-6"], ["--plain"],
        ["--json"],
        ["--color", "always"],
    ]

    @Test("addrs is what was recorded", .needs(.root))
    func addrs() async throws {
        try await Namespace.with("addrs", "far") { spaces in
            try await spaces[0].ip(
                """
                link add lan0 address 02:00:00:00:00:01 mtu 1400 type veth peer name far0 netns \(spaces[1].name)
                link add down0 address 02:00:00:00:00:03 type bridge
                addr add 192.0.2.10/24 brd 192.0.2.255 dev lan0
                addr add 198.51.100.7 peer 198.51.100.8 dev lan0
                link set dev lan0 addrgenmode none
                addr add 2001:db8::10/64 dev lan0 nodad
                link set lan0 up
                """
            )
            try await spaces[1].ip("link set far0 up")
            try await spaces[0].ip("route add default via 192.0.2.1\nroute add default via 2001:db8::1")
            // Once the far side is up as well, the carrier is there a moment later.
            try await eventually {
                try await spaces[0].tool("ip", "-br", "link", "show", "lan0").run().output.contains(" UP ")
            }
            var golden = Golden()
            for words in Self.listings {
                let outcome = try await Command(Binary.sonde, ["addrs"] + words).inNamespace(spaces[0].name).run()
                golden.append(["addrs"] + words, outcome, volatile: words == ["--stats"] ? .live.counting() : .none.counting())
            }
            try await golden.check("addrs/namespace")
        }
    }

    /// What the router does to each port of the server.
    private static let rules = """
        table inet f {
            chain c {
                type filter hook forward priority 0;
                meta l4proto { tcp, udp } th dport 81 drop
                meta l4proto { tcp, udp } th dport 82 reject with icmpx type admin-prohibited
                meta l4proto { tcp, udp } th dport 83 reject with icmpx type port-unreachable
                meta l4proto { tcp, udp } th dport 84 reject with icmpx type host-unreachable
                tcp dport 85 reject with tcp reset
            }
        }
        """

    static let probes: [(name: String, words: [String], isSorted: Bool)] = [
        ("table", ["ADDRESS", "9,80-85"], false),
        ("table-udp", ["ADDRESS", "9,80-84", "-u"], false),
        ("json", ["ADDRESS", "9,80-85", "--json"], true),
        ("json-udp", ["ADDRESS", "9,80-84", "-u", "--json"], true),
        ("prometheus", ["ADDRESS", "9,80-85", "--prometheus"], false),
        ("connect-ex", ["ADDRESS", "9,80-85", "--connect-ex"], false),
        ("open", ["ADDRESS", "9,80-85", "--open"], false),
        ("count", ["ADDRESS", "80", "--count", "3", "--interval", "10ms"], false),
        ("count-closed", ["ADDRESS", "9", "--count", "2", "--interval", "10ms"], false),
        ("count-json", ["ADDRESS", "80", "--count", "2", "--interval", "10ms", "--json"], false),
        ("wait", ["ADDRESS", "80", "--wait", "10s"], false),
        ("wait-in-vain", ["ADDRESS", "9", "--wait", "300ms"], false),
        ("colors", ["ADDRESS", "9,80-85", "--color", "always"], false),
        ("no-route", ["203.0.113.9", "80"], false),
        ("url", ["http://ADDRESS/"], false),
    ]

    @Test(
        "probe is what was recorded",
        .needs(.root, .tool("nft"), .unprivilegedUser),
        arguments: ["v4", "v6"]
    )
    func probe(family: String) async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(Self.rules)
            // Without a route, so that the answer is this machine's own.
            try await lab.client.ip("route add unreachable 203.0.113.0/24")
            let address = family == "v4" ? lab.serverV4 : lab.serverV6
            let server = lab.server.sonde("echo", "80", "--bind", "*", "--tcp", "--udp")
            try await server.running { process in
                _ = try await process.line(within: .seconds(10)) { $0.contains("listening on udp [::]") }
                for probe in Self.probes {
                    let words = probe.words.map { word in
                        let bracketed = family == "v6" && word.contains("//") ? "[\(address)]" : address
                        return word.replacing("ADDRESS", with: bracketed)
                    }
                    let arguments = ["probe"] + words + ["--timeout", "2500ms"]
                    var outcome = try await Command(Binary.sonde, arguments).inNamespace(lab.client.name).unprivileged().run()
                    if probe.isSorted { outcome = outcome.sorted() }
                    var golden = Golden()
                    golden.append(arguments, outcome, volatile: .live)
                    try await golden.check("probe/\(family)/\(probe.name)")
                }
                process.interrupt()
            }
        }
    }

    @Test("echo and connect say what was recorded", .needs(.root), arguments: ["text", "json"])
    func echo(format: String) async throws {
        try await Namespace.with("echo") { spaces in
            let options = format == "json" ? ["--json"] : []
            let words = ["echo", "8007", "--tcp", "--udp"] + options
            var golden = Golden()
            let (conversations, outcome) = try await Command(Binary.sonde, words).inNamespace(spaces[0].name).running { server in
                _ = try await server.line(within: .seconds(10)) { $0.contains("udp") && $0.contains("::1") }
                var conversations: [(words: [String], outcome: Outcome)] = []
                for (arguments, input) in [
                    (["127.0.0.1", "8007"], "hello\n"), (["::1", "8007"], "one\n"),
                    (["127.0.0.1", "8007", "--quit", "end"], "a\nend\n"),
                    (["127.0.0.1", "8007", "--udp", "--timeout", "300ms"], "datagram\n"), (["localhost:8007", "-4"], ""),
                ] {
                    let connect = Command(Binary.sonde, ["connect"] + arguments).inNamespace(spaces[0].name).input(input)
                    conversations.append((["connect"] + arguments, try await connect.run()))
                    // The server's line about this one is there before the next one's.
                    let closed = conversations.count { !$0.words.contains("--udp") }
                    try await eventually {
                        server.output.text.split(separator: "\n").count { $0.contains("clos") && !$0.contains("listening") }
                            >= closed
                    }
                }
                server.interrupt()
                return conversations
            }
            for (arguments, outcome) in conversations { golden.append(arguments, outcome, volatile: .live) }
            golden.append(words, outcome, volatile: .live)
            try await golden.check("echo/\(format)")
        }
    }

    @Test("serve and get say what was recorded", .needs(.root), arguments: ["text", "json"])
    func files(format: String) async throws {
        try await Namespace.with("files") { spaces in
            let folder = try await Command.tool("mktemp", "-d", "/tmp/sonde-golden-XXXXXXXX").run().orThrow().outputLines[0]
            try await Command.tool(
                "sh",
                "-c",
                "mkdir \(folder)/served \(folder)/served/sub; cd \(folder)/served; printf hello >small; : >empty; printf x >sub/inner; touch -d @1700000000 small empty sub/inner sub"
            ).run().orThrow()
            let options = format == "json" ? ["--json"] : []
            let words = ["serve", "\(folder)/served", "8008"] + options
            var golden = Golden()
            let requests = [
                ["--list"], ["--list", "sub"], ["small"], ["small"], ["small", "--force"], ["small", "-o", "-"], ["empty"],
                ["sub/inner"],
                ["nosuch"], ["../outside"], ["sub"],
            ]
            let (answers, outcome) = try await Command(Binary.sonde, words).inNamespace(spaces[0].name).running { server in
                _ = try await server.line(within: .seconds(10)) { $0.contains("::1") }
                var answers: [(words: [String], outcome: Outcome)] = []
                for request in requests {
                    let arguments = ["get", "127.0.0.1:8008"] + request + options
                    let get = Command(Binary.sonde, arguments).inNamespace(spaces[0].name).inDirectory(folder).environment([
                        "TZ": "UTC"
                    ])
                    answers.append((arguments, try await get.run()))
                }
                server.interrupt()
                return answers
            }
            let volatile = Volatile.live.naming(folder, "/FOLDER")
            for (arguments, outcome) in answers { golden.append(arguments, outcome, volatile: volatile) }
            golden.append(words, outcome, volatile: volatile)
            try await Command.tool("rm", "-r", folder).run().orThrow()
            try await golden.check("files/\(format)")
        }
    }

    @Test("demo tells the story that was recorded", .needs(.root))
    func demo() async throws {
        try await Namespace.with("demo") { spaces in
            let outcome = try await spaces[0].sonde("demo").run()
            // The segments follow the kernel's timers, the story does not.
            let story = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
                !line.contains(" → ") && !line.contains("│") && !line.contains("╎") && !line.hasPrefix("  ")
                    && !line.starts(with: #/\d{4}-\d\d-\d\d /#)
            }.joined(separator: "\n")
            var golden = Golden()
            golden.append(
                "sonde demo",
                output: Volatile.live.replaced(story),
                error: Volatile.live.replaced(outcome.error),
                code: outcome.code
            )
            try await golden.check("demo/story")
        }
    }
}

extension Outcome {
    /// The same with the lines of standard output in order, for output whose order is that of the answers.
    fileprivate func sorted() -> Outcome {
        let lines = outputLines.sorted().map { $0 + "\n" }.joined()
        return Outcome(command: command, status: status, outputBytes: Array(lines.utf8), errorBytes: errorBytes, elapsed: elapsed)
    }
}
