import Testing

/// `--wait`, `--timeout` and `--interval` hold where name servers, addresses or this machine do not cooperate.
///
/// The limits are checked on the clock of the program's own report, with room for a busy machine; without a limit each run would take
/// several times as long.
@Suite("sonde probe: deadlines", .sideBySide)
struct ProbeDeadlineTests {
    /// A loopback of its own, where 192.0.2.0/24 is silent, with a name server and a list of hosts of its own.
    struct Lab: Sendable {
        let space: Namespace
        let hosts: String

        static func run<Result: Sendable>(
            hosts: String = "",
            _ body: @Sendable (Lab) async throws -> Result
        ) async throws -> Result {
            try await Namespace.with("deadline") { spaces in
                try await spaces[0].ip("addr add 192.0.2.0/24 dev lo")
                try await spaces[0].nft(
                    """
                    table inet silence {
                      chain input {
                        type filter hook input priority 0; policy accept;
                        ip daddr 192.0.2.0/24 drop
                        ip daddr 127.0.0.8 udp dport 53 drop
                      }
                    }
                    """
                )
                return try await body(Lab(space: spaces[0], hosts: hosts))
            }
        }

        /// Runs sonde probe where names are looked up in `hosts`, then asked of the name server.
        /// - Parameter prefix: shell words before the program.
        func probe(_ words: [String], nameServer: String = "127.0.0.8", prefix: String = "") async throws -> Outcome {
            let script = """
                set -e
                touch /etc/resolv.conf /etc/hosts /etc/nsswitch.conf
                mount -t tmpfs none /run
                printf '%s' "$1" > /run/hosts; printf 'nameserver %s\\n' "$2" > /run/resolv.conf
                printf 'hosts: files dns\\n' > /run/nsswitch.conf
                for file in hosts resolv.conf nsswitch.conf; do mount --bind /run/$file /etc/$file; done
                shift 2; \(prefix) exec "$0" probe "$@"
                """
            var command = space.tool("unshare", "-m", "sh", "-c", script, Binary.sonde, hosts, nameServer)
            command.arguments += words
            return try await command.limit(.seconds(60)).run()
        }

        /// The milliseconds that the run took by its own report.
        func elapsed(_ outcome: Outcome) throws -> Double {
            let summary = try outcome.jsonLines().last { $0["type"]?.string == "summary" }
            return try #require(summary?["elapsed_ms"]?.double, "\(outcome)")
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let line: String
        let code: Int32
        /// Milliseconds that the run must take, and those that it must not.
        let least: Double
        let most: Double
        var prefix = ""

        var testDescription: String { line }
    }

    private static func check(_ example: Case, in lab: Lab, nameServer: String = "127.0.0.8") async throws {
        let words = ["--json"] + example.line.split(separator: " ").map(String.init)
        let outcome = try await lab.probe(words, nameServer: nameServer, prefix: example.prefix)
        #expect(outcome.code == example.code, "\(outcome)")
        let elapsed = try lab.elapsed(outcome)
        #expect(elapsed >= example.least && elapsed < example.most, "\(elapsed) ms: \(outcome.command)")
    }

    @Test(
        "a silent name server",
        .needs(.root, .tool("nft"), .tool("unshare")),
        arguments: [
            Case(line: "--wait 1s app.example:80", code: 68, least: 1000, most: 4000),
            Case(line: "--wait 1s --invert app.example:80", code: 68, least: 1000, most: 4000),
            Case(line: "--timeout 1s app.example:80", code: 68, least: 1000, most: 4000),
            // Each look-up takes its 2 s. In turns, 16 at a time, they would take 13 s.
            Case(line: "--count 100 --interval 10ms --timeout 2s app.example:80", code: 68, least: 2990, most: 9000),
        ]
    )
    func silentNameServer(example: Case) async throws {
        try await Lab.run { lab in try await Self.check(example, in: lab) }
    }

    /// Answers dN.example with 127.0.0.1 after N milliseconds.
    private static let nameServer = """
        import re, socket, struct, threading
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.9", 53))
        def answer(query, client):
            end = query.index(b"\\0", 12) + 5
            delay = int(re.match(rb"d(\\d+)$", query[13:13 + query[12]]).group(1))
            is_v4 = query[end - 4:end - 2] == b"\\0\\1"
            record = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\0\\0\\4\\x7f\\0\\0\\1" if is_v4 else b""
            reply = query[:2] + b"\\x81\\x80" + struct.pack(">HHHH", 1, is_v4, 0, 0) + query[12:end] + record
            threading.Timer(delay / 1000, lambda: server.sendto(reply, client)).start()
        print("ready", flush=True)
        while True: answer(*server.recvfrom(4096))
        """

    @Test(
        "a slow name server",
        .needs(.root, .tool("nft"), .tool("unshare"), .tool("python3")),
        arguments: [
            Case(line: "--timeout 20s d700.example:1", code: 1, least: 700, most: 20_000),
            Case(line: "--timeout 20s d1500.example:1", code: 1, least: 1500, most: 20_000),
            Case(line: "--timeout 500ms d9000.example:1", code: 68, least: 500, most: 8000),
            Case(line: "--wait 500ms d9000.example:1", code: 68, least: 500, most: 8000),
            Case(line: "--wait 30s --invert d700.example:1", code: 0, least: 700, most: 20_000),
            // One after the other the look-ups would take 10 s.
            Case(line: "--count 5 --interval 100ms --timeout 20s d2000.example:1", code: 1, least: 2400, most: 9500),
        ]
    )
    func slowNameServer(example: Case) async throws {
        try await Lab.run { lab in
            _ = try await lab.space.tool("python3", "-c", Self.nameServer).running { server in
                _ = try await server.line(within: .seconds(10)) { $0 == "ready" }
                try await Self.check(example, in: lab, nameServer: "127.0.0.9")
                server.terminate()
            }
        }
    }

    @Test(
        "a name with sixty silent addresses",
        .needs(.root, .tool("nft"), .tool("unshare")),
        arguments: [
            // With 250 ms between them the last would begin after 15 s.
            Case(line: "--timeout 1s sixty.example:80", code: 1, least: 1000, most: 5000),
            Case(line: "--wait 1s sixty.example:80", code: 1, least: 1000, most: 5000),
            Case(line: "--count 3 --interval 100ms --timeout 1s sixty.example:80", code: 1, least: 1200, most: 6000),
        ]
    )
    func manyAddresses(example: Case) async throws {
        let hosts = (1...60).map { "192.0.2.\($0) sixty.example\n" }.joined()
        try await Lab.run(hosts: hosts) { lab in try await Self.check(example, in: lab) }
    }

    @Test("45,056 silent ports", .needs(.root, .tool("nft"), .tool("unshare")))
    func manySilentPorts() async throws {
        // In turns of --concurrency they would take 100 s.
        let example = Case(line: "--wait 2s --timeout 20s 192.0.2.0/24 -p 80-255", code: 1, least: 1900, most: 20_000)
        try await Lab.run { lab in try await Self.check(example, in: lab) }
    }

    @Test(
        "a machine without IPv6",
        .needs(.root, .tool("nft"), .tool("unshare")),
        arguments: [
            Case(line: "::1 80", code: 71, least: 0, most: 1000),
            Case(line: "--wait 500ms ::1 80", code: 1, least: 500, most: 2500),
            Case(line: "--wait 500ms two.example:80", code: 1, least: 500, most: 2500),
            Case(line: "--count 4 --interval 100ms ::1 80", code: 71, least: 300, most: 2000),
        ]
    )
    func withoutIPv6(example: Case) async throws {
        try await Lab.run(hosts: "::1 two.example\n127.0.0.1 two.example\n") { lab in
            try await lab.space.sysctl("net.ipv6.conf.all.disable_ipv6", "1")
            try await Self.check(example, in: lab)
        }
    }

    @Test(
        "few descriptors",
        .needs(.root, .tool("nft"), .tool("unshare")),
        arguments: [10, 14, 20].flatMap { limit in
            [
                // In turns of the sockets that there are, they would take half a minute and more.
                Case(line: "--wait 1s 192.0.2.1 1-300", code: 1, least: 900, most: 8000, prefix: "ulimit -n \(limit);"),
                Case(line: "--wait 1s app.example:80", code: 68, least: 900, most: 8000, prefix: "ulimit -n \(limit);"),
                // A resolver that gets no descriptor is no name that does not resolve.
                Case(
                    line: "--timeout 1s app.example:80",
                    code: limit == 10 ? 71 : 68,
                    least: 1000,
                    most: 8000,
                    prefix: "ulimit -n \(limit);"
                ),
            ]
        }
    )
    func fewDescriptors(example: Case) async throws {
        try await Lab.run { lab in try await Self.check(example, in: lab) }
    }
}
