import Testing

/// `sonde probe --path` in a network of its own: without privilege, against a real router.
@Suite("sonde probe --path", .sideBySide)
struct ProbePathTests {
    private static func hops(_ outcome: Outcome) throws -> [String?] {
        try outcome.jsonLines().filter { $0["type"]?.string == "hop" }.map { $0["hop"]?.string }
    }

    @Test(
        "both families: each hop, what it quotes, and the target's answer",
        .needs(.root, .unprivilegedUser),
        arguments: [false, true]
    )
    func reached(isV6: Bool) async throws {
        try await NetworkLab.run { lab in
            let (server, router) = isV6 ? (lab.serverV6, lab.routerV6) : (lab.serverV4, lab.routerV4)
            try await lab.server.sonde("echo", "80", "--bind", server, "--json").running { process in
                _ = try await process.line(within: .seconds(10)) { $0.contains("listening") }
                for arguments in [[], ["--parallel"]] {
                    let words = ["probe", "--path", server, "80", "--json"] + arguments
                    let open = try await Command(Binary.sonde, words).inNamespace(lab.client.name).unprivileged().run()
                    #expect(open.code == 0, "\(open)")
                    #expect(try Self.hops(open) == [router, server])
                    let lines = try open.jsonLines()
                    #expect(lines[0]["quoted"]?["mss"]?.int == (isV6 ? 1440 : 1460))
                    #expect(lines[0]["icmp_type"]?.int == (isV6 ? 3 : 11))
                    #expect(lines.last?["reached"]?.bool == true && lines.last?["hops"]?.int == 2)
                }
                let closed = try await lab.client.sonde("probe", "--path", server, "81").unprivileged().run()
                #expect(closed.code == 1 && closed.output.contains("refused 2 hops away"), "\(closed)")
                process.interrupt()
            }
        }
    }

    @Test(
        "a port that the router drops is lost behind it; another port shows the way",
        .needs(.root, .unprivilegedUser, .tool("nft"))
    )
    func dropped() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table inet filter {
                    chain forward {
                        type filter hook forward priority 0;
                        tcp dport 443 drop
                        tcp dport 444 reject with icmpx type admin-prohibited
                    }
                }
                """
            )
            try await lab.server.sonde("echo", "80", "--bind", lab.serverV4, "--json").running { process in
                _ = try await process.line(within: .seconds(10)) { $0.contains("listening") }
                let both = try await lab.client.sonde("probe", "--path", lab.serverV4, "80,443", "--timeout", "500ms")
                    .unprivileged().run()
                #expect(both.code == 1, "\(both)")
                let sentence = "lost at \(lab.routerV4) or behind it: a filter for port 443, since port 80 reaches the target"
                #expect(both.output.contains(sentence), "\(both)")
                let alone = try await lab.client.sonde(
                    "probe",
                    "--path",
                    lab.serverV4,
                    "443",
                    "--control",
                    "80",
                    "--timeout",
                    "500ms",
                    "--json"
                ).unprivileged().run()
                let path = try #require(try alone.jsonLines().last)
                #expect(path["lost_after_ttl"]?.int == 1 && path["control_port"]?.int == 80 && path["reached"]?.bool == false)
                #expect(path["last_hop"]?.string == lab.routerV4)
                let rejected = try await lab.client.sonde("probe", "--path", lab.serverV4, "444").unprivileged().run()
                #expect(rejected.output.contains("refused by \(lab.routerV4), hop 1, with ICMP 3/13"), "\(rejected)")
                process.interrupt()
            }
        }
    }

    @Test("UDP: a closed port is refused by the target", .needs(.root, .unprivilegedUser))
    func datagrams() async throws {
        try await NetworkLab.run { lab in
            let outcome = try await lab.client.sonde("probe", "-u", "--path", lab.serverV4, "9999").unprivileged().run()
            #expect(outcome.output.contains("the target: closed") && outcome.output.contains(lab.routerV4), "\(outcome)")
        }
    }

    @Test(
        "--mtu: a small link that is reported, and one that is not",
        .needs(.root, .unprivilegedUser, .tool("nft")),
        arguments: [false, true]
    )
    func largestPacket(isV6: Bool) async throws {
        try await NetworkLab.run { lab in
            let (server, router) = isV6 ? (lab.serverV6, lab.routerV6) : (lab.serverV4, lab.routerV4)
            let command = lab.client.sonde("probe", "--mtu", server, "9", "--json").unprivileged()
            let whole = try #require(try await command.run().jsonLines().first)
            #expect(whole["mtu"]?.int == 1500 && whole["black_hole"]?.bool == false)
            try await lab.router.ip("link set right mtu 1400")
            try await lab.server.ip("link set eth0 mtu 1400")
            let reported = try #require(try await command.run().jsonLines().first)
            #expect(reported["mtu"]?.int == 1400 && reported["reported_by"]?.string == router)
            try await lab.router.nft(
                """
                table inet filter {
                    chain output {
                        type filter hook output priority 0;
                        icmp type destination-unreachable icmp code 4 drop
                        icmpv6 type packet-too-big drop
                    }
                }
                """
            )
            let silent = try #require(try await command.run().jsonLines().first)
            #expect(silent["mtu"]?.int == 1400 && silent["black_hole"]?.bool == true)
        }
    }

    static let mistakes: [(arguments: [String], words: String)] = [
        (["--path", "127.0.0.1", "1-17"], "at most 16 ports, not 17"), (["--path", "192.0.2.0/24", "80"], "takes one target"),
        (["--path", "127.0.0.1", "localhost", "80"], "takes one target"), (["--path", "/run/no.sock"], "no Unix socket"),
        (["--path", "127.0.0.1", "80", "--max-hops", "0"], "--max-hops 0: out of range"),
        (["--path", "127.0.0.1", "80", "--max-hops", "256"], "--max-hops 256: out of range"),
        (["--path", "127.0.0.1", "80", "--wait", "1s"], "--path excludes --wait"),
        (["--path", "127.0.0.1", "80", "--open"], "--path excludes --prometheus"),
        (["--path", "127.0.0.1", "80", "--source-port", "5", "--parallel"], "mutually exclusive"),
        (["127.0.0.1", "80", "--control", "80"], "need --path"), (["--mtu", "127.0.0.1", "80,81"], "takes one port, not 2"),
        (["--mtu", "--path", "127.0.0.1", "80"], "mutually exclusive"), (["--mtu", "127.0.0.1", "80", "--count", "2"], "excludes"),
    ]

    @Test("mistakes end with 64 and name the next step", arguments: mistakes)
    func mistake(arguments: [String], words: String) async throws {
        let outcome = try await Command(Binary.sonde, ["probe"] + arguments).run()
        #expect(outcome.code == 64 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.error.contains(words) && outcome.error.contains("→"), "\(outcome)")
    }

    @Test("a name that does not resolve ends with 68")
    func unresolved() async throws {
        let outcome = try await Command.sonde("probe", "--path", "nosuch.invalid", "80").run()
        #expect(outcome.code == 68, "\(outcome)")
    }

    @Test("a source port in use ends with 71 and says so")
    func sourcePort() async throws {
        try await Command.sonde("echo", "0", "--bind", "127.0.0.1", "--json").running { process in
            let port = try await process.listeningPort()
            let outcome = try await Command.sonde(
                "probe",
                "--path",
                "127.0.0.1",
                "\(port)",
                "--source",
                "127.0.0.1",
                "--source-port",
                "\(port)"
            )
            .run()
            #expect(outcome.code == 71 && outcome.error.contains("EADDRINUSE"), "\(outcome)")
            process.interrupt()
        }
    }
}
