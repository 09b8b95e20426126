import Glibc
import Testing

/// Servers that accept a connection and then drop it, stall it or speak: what a connect alone does not show.
@Suite("sonde probe: what a server does after it accepted", .sideBySide)
struct ProbeEdgeTests {
    /// Ports 9001 to 9006: resets at once, closes at once, silent, greets, greets and closes, resets after 700 ms.
    private static let servers = """
        import socket, struct, threading, time
        def reset(peer): peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); peer.close()
        def late(peer): time.sleep(0.7); reset(peer)
        def greet(peer): peer.send(b"220 hello\\r\\n"); kept.append(peer)
        def greet_and_close(peer): peer.send(b"not you\\r\\n"); peer.close()
        kept = []
        def serve(port, act):
            listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
            def loop():
                while True: threading.Thread(target=act, args=(listener.accept()[0],), daemon=True).start()
            threading.Thread(target=loop, daemon=True).start()
        for port, act in enumerate([reset, lambda peer: peer.close(), kept.append, greet, greet_and_close, late], 9001): serve(port, act)
        print("ready", flush=True)
        time.sleep(600)
        """

    private static func serving(_ space: Namespace, _ body: @Sendable () async throws -> Void) async throws {
        try await space.tool("python3", "-c", servers).limit(.seconds(120)).running { process in
            _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
            try await body()
            process.terminate()
        }
    }

    private static let silence = "accepts connections"

    @Test(
        "each way to end a connection has its word, over a router and on loopback",
        .needs(.root, .tool("python3"), .unprivilegedUser)
    )
    func aftermaths() async throws {
        let expected: [(port: Int, after: String?, words: String)] = [
            (9001, "rst", "accepts connections, then resets at once"), (9002, "fin", "accepts connections, then closes at once"),
            (9003, nil, Self.silence), (9004, "data", "accepts connections and sends data first"),
            (9005, "data", "accepts connections, sends data, then closes"),
            (9006, "rst", "accepts connections, then resets at once"),
        ]
        try await NetworkLab.run { lab in
            try await Self.serving(lab.server) {
                let targets = [
                    (lab.client, lab.serverV4), (lab.client, lab.serverV6), (lab.server, "127.0.0.1"), (lab.server, "::1"),
                ]
                // From when sonde has seen the connection: on a busy machine that can be as late as the reset.
                var lates: [Double] = []
                for (space, target) in targets {
                    let command = space.sonde("probe", target, "9001-9006", "--settle", "2s")
                    let table = try await command.unprivileged().run()
                    #expect(table.code == 0, "\(table)")
                    var json = command
                    json.arguments.append("--json")
                    let objects = try await json.unprivileged().run().jsonLines()
                    for row in expected {
                        let object = try #require(objects.first { $0["port"]?.int == row.port })
                        #expect(object["state"]?.string == "open" && object["after"]?.string == row.after, "\(target): \(object)")
                        #expect((object["after_ms"]?.double != nil) == (row.after != nil) && object["zero_window"]?.bool == false)
                        let line = table.outputLines.first { $0.hasPrefix("\(row.port)/") } ?? ""
                        #expect(
                            row.words == Self.silence ? line.hasSuffix(row.words) : line.contains(row.words),
                            "\(target): \(line)"
                        )
                    }
                    lates.append(objects.first { $0["port"]?.int == 9006 }?["after_ms"]?.double ?? 0)
                }
                #expect(lates.contains { $0 >= 250 }, "\(lates)")
            }
        }
    }

    @Test("few ports are watched without being asked, and --settle 0 watches none", .needs(.root, .tool("python3")))
    func defaults() async throws {
        try await Namespace.with("edges") { spaces in
            try await Self.serving(spaces[0]) {
                let usual = try await spaces[0].sonde("probe", "--json", "127.0.0.1", "9002,9003").run()
                #expect(try usual.jsonLines().prefix(2).allSatisfy { $0["zero_window"]?.bool == false }, "\(usual)")
                for arguments in [["9002,9003", "--settle", "0"], ["9002,9003,10000-10070"]] {
                    let outcome = try await Command(Binary.sonde, ["probe", "--json", "--open", "127.0.0.1"] + arguments)
                        .inNamespace(spaces[0].name).run()
                    // The summary is last.
                    let objects = try outcome.jsonLines().dropLast()
                    #expect(objects.map { $0["port"]?.int } == [9002, 9003], "\(outcome)")
                    #expect(objects.allSatisfy { $0["zero_window"]?.isNull == true }, "\(outcome)")
                }
            }
        }
    }

    @Test("--wait takes a port that stays open only, and --invert one that does not", .needs(.root, .tool("python3")))
    func waiting() async throws {
        try await Namespace.with("edges") { spaces in
            try await Self.serving(spaces[0]) {
                @Sendable func code(_ port: Int, _ options: String...) async throws -> Int32 {
                    let words = ["probe", "127.0.0.1:\(port)"] + options
                    return try await Command(Binary.sonde, words).inNamespace(spaces[0].name).run().code
                }
                for port in [9003, 9004] {
                    #expect(try await code(port, "--wait", "60s") == 0, "\(port)")
                    #expect(try await code(port, "--wait", "500ms", "--invert") == 1, "\(port)")
                }
                for port in [9001, 9002, 9005] {
                    // A busy server needs more than the usual time to drop a connection.
                    #expect(try await code(port, "--wait", "5s", "--settle", "3s") == 1, "\(port)")
                    #expect(try await code(port, "--wait", "60s", "--settle", "3s", "--invert") == 0, "\(port)")
                }
                // 300 ms are longer than the usual time and shorter than one that is asked for.
                #expect(try await code(9006, "--wait", "60s") == 0)
                #expect(try await code(9006, "--wait", "5s", "--settle", "3s") == 1)
                #expect(try await code(9001, "--wait", "60s", "--settle", "0") == 0)
                let refused = try await spaces[0].sonde("probe", "--wait", "4s", "--settle", "3s", "127.0.0.1:9001").run()
                #expect(refused.error.contains("127.0.0.1:9001 accepts connections, then drops them"), "\(refused)")
            }
        }
    }

    private static func synproxy(_ lab: NetworkLab) async throws {
        try await lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", "0")
        try await lab.router.nft(
            """
            table ip proxy {
              chain pre { type filter hook prerouting priority raw; tcp dport 9003 tcp flags syn notrack; }
              chain forward {
                type filter hook forward priority 0;
                tcp dport 9003 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
                ct state invalid drop
              }
            }
            """
        )
    }

    @Test(
        "a SYN proxy with a server, with one that is silent, and with a host that refuses",
        .needs(.root, .tool("nft"), .tool("python3"), .unprivilegedUser)
    )
    func synProxy() async throws {
        try await NetworkLab.run { lab in
            try await Self.synproxy(lab)
            let command = lab.client.sonde("probe", lab.serverV4, "9003", "--json", "--settle", "2s").unprivileged()
            try await Self.serving(lab.server) {
                let alive = try #require(try await command.run().jsonLines().first)
                #expect(alive["state"]?.string == "open" && alive["zero_window"]?.bool == false && alive["after"]?.isNull == true)
            }
            let refused = try #require(try await command.run().jsonLines().first)
            #expect(refused["state"]?.string == "open" && refused["after"]?.string == "rst", "\(refused)")
            try await lab.server.nft("table ip t { chain in { type filter hook input priority 0; tcp dport 9003 drop; }; }")
            let dead = try #require(try await command.run().jsonLines().first)
            #expect(
                dead["state"]?.string == "open" && dead["zero_window"]?.bool == true && dead["after"]?.isNull == true,
                "\(dead)"
            )
            let table = try await lab.client.sonde("probe", lab.serverV4, "9003").unprivileged().run()
            #expect(table.output.contains("a SYN proxy accepts connections, but no server answers behind it"), "\(table)")
            let waiting = try await lab.client.sonde("probe", lab.serverV4, "9003", "--wait", "1s").unprivileged().run()
            #expect(waiting.code == 1 && waiting.error.contains("is a SYN proxy without a server"), "\(waiting)")
        }
    }

    @Test(
        "of a name with both families, the one that is black-holed is named",
        .needs(.root, .tool("nft"), .tool("unshare"), .tool("mount"))
    )
    func bothFamilies() async throws {
        try await NetworkLab.run { lab in
            let hosts = "\(lab.serverV6) both.example\n\(lab.serverV4) both.example\n"
            let script = """
                mount -t tmpfs none /run; cat >/run/hosts; mount --bind /run/hosts /etc/hosts
                printf 'hosts: files\\n' >/run/nsswitch.conf; mount --bind /run/nsswitch.conf /etc/nsswitch.conf
                exec "$0" probe both.example:80 "$@"
                """
            @Sendable func probe(_ options: String...) async throws -> Outcome {
                let words = ["-m", "sh", "-c", script, Binary.sonde] + options
                return try await Command("unshare", words).inNamespace(lab.client.name).input(hosts).run()
            }
            try await ProbeVerdictTests.listening(lab.server, port: 80) {
                for (isV6Dead, dead, alive) in [(true, lab.serverV6, lab.serverV4), (false, lab.serverV4, lab.serverV6)] {
                    let family = isV6Dead ? "ip6" : "ip"
                    try await lab.router.nft(
                        "table \(family) hole { chain forward { type filter hook forward priority 0; tcp dport 80 drop; }; }"
                    )
                    let table = try await probe()
                    let object = try #require(try await probe("--json").jsonLines().first)
                    #expect(table.code == 0 && object["address"]?.string == alive, "\(table) \(object)")
                    // The resolver orders the addresses (RFC 6724): IPv6 first here, so that IPv4 is not tried where IPv6 answers.
                    if isV6Dead {
                        #expect(table.output.contains("\(dead) did not answer within "), "\(table)")
                        let others = object["other_addresses"]?.array ?? []
                        #expect(
                            others.count == 1 && others[0]["address"]?.string == dead && others[0]["state"]?.isNull == true,
                            "\(object)"
                        )
                        #expect(others.first?["waited_ms"]?.double ?? 0 >= 250, "\(object)")
                    }
                    let all = try await probe("--all-addresses", "--json", "--timeout", "500ms")
                    let states = try all.jsonLines().filter { $0["type"]?.string == "probe" }
                    #expect(all.code == 1 && states.count == 2, "\(all)")
                    #expect(states.first { $0["address"]?.string == dead }?["reason"]?.string == "no-response", "\(all)")
                    #expect(states.first { $0["address"]?.string == alive }?["state"]?.string == "open", "\(all)")
                    try await lab.router.nft("delete table \(family) hole")
                }
            }
        }
    }
}
