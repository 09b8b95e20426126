import Testing

/// `sonde probe --path` over four routers, as the user nobody, IPv4 and IPv6: each thing that routers do to a port has its verdict.
@Suite("sonde probe --path over four routers", .sideBySide)
struct ProbePathLabTests {
    /// One traced port: its objects, and its verdict in words.
    private struct Trace {
        let outcome: Outcome
        let hops: [JSONValue]
        let path: JSONValue

        init(_ outcome: Outcome) throws {
            self.outcome = outcome
            let lines = try outcome.jsonLines()
            hops = lines.filter { $0["type"]?.string == "hop" }
            path = try #require(lines.last { $0["type"]?.string == "path" }, "\(outcome)")
        }

        var addresses: [String?] { hops.map { $0["hop"]?.string } }
        var verdict: String { path["verdict"]?.string ?? "" }
        func changed(at ttl: Int) -> [String] { hops[ttl - 1]["quoted"]?["changed"]?.array?.compactMap(\.string) ?? [] }
    }

    private static func trace(_ lab: PathLab, isV6: Bool, port: Int, _ options: String...) async throws -> Trace {
        let words = ["probe", "--path", lab.server(isV6: isV6), "\(port)", "--json", "--timeout", "1500ms"] + options
        return try Trace(try await Command(Binary.sonde, words).inNamespace(lab.client.name).unprivileged().run())
    }

    /// Runs `body` for each family while the server listens on port 80.
    private static func run(
        _ prepare: @Sendable (PathLab) async throws -> Void = { _ in },
        _ body: @Sendable (PathLab, Bool) async throws -> Void
    ) async throws {
        try await PathLab.run { lab in
            try await prepare(lab)
            try await ProbeVerdictTests.listening(lab.server, port: 80) {
                for isV6 in [false, true] { try await body(lab, isV6) }
            }
        }
    }

    private static func forward(_ rules: String) -> String {
        "table inet path { chain forward { type filter hook forward priority 0; \(rules); }; }"
    }

    @Test("an undisturbed path: every hop, unchanged", .needs(.root, .unprivilegedUser))
    func undisturbed() async throws {
        try await Self.run { lab, isV6 in
            let trace = try await Self.trace(lab, isV6: isV6, port: 80)
            #expect(trace.outcome.code == 0 && trace.addresses == lab.hops(isV6: isV6), "\(trace.outcome)")
            #expect(
                trace.path["reached"]?.bool == true && trace.path["hops"]?.int == 5 && trace.path["lost_after_ttl"]?.isNull == true
            )
            #expect((1...4).allSatisfy { trace.changed(at: $0).isEmpty } && trace.verdict == "the target answers, 5 hops away")
        }
    }

    @Test("a port dropped behind router 3, with a control port and without", .needs(.root, .tool("nft"), .unprivilegedUser))
    func dropped() async throws {
        try await Self.run({ try await $0.routers[2].nft(Self.forward("tcp dport 443 drop")) }) { lab, isV6 in
            let router = lab.router(3, isV6: isV6)
            let alone = try await Self.trace(lab, isV6: isV6, port: 443)
            #expect(alone.outcome.code == 1 && alone.verdict == "lost at \(router) or behind it", "\(alone.outcome)")
            #expect(alone.path["lost_after_ttl"]?.int == 3 && alone.path["last_hop"]?.string == router)
            let beside = try await Self.trace(lab, isV6: isV6, port: 443, "--control", "80")
            #expect(
                beside.verdict == "lost at \(router) or behind it: a filter for port 443, since port 80 reaches the target",
                "\(beside.outcome)"
            )
        }
    }

    static let rejections: [(port: Int, v4: String, v6: String, icmp: (String, String))] = [
        (1002, "icmp port-unreachable", "icmpv6 port-unreachable", ("3/3", "1/4")),
        (1003, "icmp host-unreachable", "icmpv6 addr-unreachable", ("3/1", "1/3")),
        (1004, "icmp net-unreachable", "icmpv6 no-route", ("3/0", "1/0")),
        (1005, "icmp admin-prohibited", "icmpv6 admin-prohibited", ("3/13", "1/1")),
        (1006, "icmp host-prohibited", "icmpv6 policy-fail", ("3/10", "1/5")),
        (1007, "icmp net-prohibited", "icmpv6 reject-route", ("3/9", "1/6")),
        (1008, "icmp prot-unreachable", "icmpv6 no-route", ("3/2", "1/0")),
    ]

    @Test("every kind of REJECT at router 2, and its resets", .needs(.root, .tool("nft"), .unprivilegedUser))
    func rejected() async throws {
        let rules = Self.rejections.map { row in
            "meta nfproto ipv4 tcp dport \(row.port) reject with \(row.v4); meta nfproto ipv6 tcp dport \(row.port) reject with \(row.v6)"
        }
        let all = rules.joined(separator: "; ") + "; tcp dport 1001 reject with tcp reset"
        try await Self.run({ try await $0.routers[1].nft(Self.forward(all)) }) { lab, isV6 in
            let router = lab.router(2, isV6: isV6)
            for row in Self.rejections {
                let trace = try await Self.trace(lab, isV6: isV6, port: row.port)
                let icmp = isV6 ? row.icmp.1 : row.icmp.0
                #expect(trace.verdict == "refused by \(router), hop 2, with ICMP \(icmp)", "\(trace.outcome)")
                #expect(trace.path["reached"]?.bool == false && trace.addresses == [lab.router(1, isV6: isV6), router, router])
            }
            let reset = try await Self.trace(lab, isV6: isV6, port: 1001)
            #expect(reset.verdict == "refused 3 hops away: by the target, or by a firewall there", "\(reset.outcome)")
        }
    }

    @Test("an MSS clamp at router 1", .needs(.root, .tool("nft"), .unprivilegedUser))
    func clamped() async throws {
        let rule = "tcp flags syn tcp option maxseg size set 1200"
        try await Self.run({ try await $0.routers[0].nft(Self.forward(rule)) }) { lab, isV6 in
            let trace = try await Self.trace(lab, isV6: isV6, port: 80)
            let sent = isV6 ? 1440 : 1460
            #expect(trace.changed(at: 2) == ["mss"] && trace.hops[1]["quoted"]?["mss"]?.int == 1200, "\(trace.outcome)")
            #expect(trace.verdict.hasSuffix("the MSS was lowered from \(sent) to 1200 between hops 1 and 2"), "\(trace.verdict)")
        }
    }

    static let options = [
        ("sack-perm", "sack", "the SACK option was removed"), ("timestamp", "timestamps", "the timestamps option was removed"),
        ("window", "wscale", "the window scale option was removed"), ("maxseg", "mss", "the MSS option was removed"),
    ]

    @Test("a TCP option that router 2 strips", .needs(.root, .tool("nft"), .unprivilegedUser), arguments: options)
    func stripped(option: String, name: String, words: String) async throws {
        try await Self.run({ try await $0.routers[1].nft(Self.forward("tcp dport 80 reset tcp option \(option)")) }) { lab, isV6 in
            let trace = try await Self.trace(lab, isV6: isV6, port: 80)
            #expect(
                trace.changed(at: 3) == [name] && trace.changed(at: 2).isEmpty && trace.changed(at: 4).isEmpty,
                "\(trace.outcome)"
            )
            #expect(
                trace.verdict.hasSuffix("\(words) between hops 2 and 3") && trace.path["reached"]?.bool == true,
                "\(trace.verdict)"
            )
        }
    }

    @Test("ECN bits of the SYN that router 2 clears, and a DSCP that it rewrites", .needs(.root, .tool("nft"), .unprivilegedUser))
    func congestionBits() async throws {
        @Sendable func prepare(_ lab: PathLab) async throws {
            try await lab.client.sysctl("net.ipv4.tcp_ecn", "1")
            try await lab.routers[1].nft(
                Self.forward("tcp dport 80 tcp flags == syn|ecn|cwr tcp flags set syn; ip dscp set cs1; ip6 dscp set cs1")
            )
        }
        try await Self.run({ try await prepare($0) }) { lab, isV6 in
            let trace = try await Self.trace(lab, isV6: isV6, port: 80)
            #expect(
                trace.hops[1]["quoted"]?["ecn"]?.bool == true && trace.hops[2]["quoted"]?["ecn"]?.bool == false,
                "\(trace.outcome)"
            )
            #expect(trace.changed(at: 3) == ["ecn"] && trace.verdict.hasSuffix("the ECN bits were cleared between hops 2 and 3"))
            // The kernel does not pass the quoted IP header on, so nothing is claimed of the DSCP.
            #expect(trace.hops.dropLast().allSatisfy { $0["quoted"]?["dscp"]?.isNull == true })
        }
    }

    @Test(
        "a router that drops its own ICMP errors is silent, and the path is reached",
        .needs(.root, .tool("nft"), .unprivilegedUser)
    )
    func silentRouters() async throws {
        let rules =
            "table inet own { chain out { type filter hook output priority 0; icmpv6 type time-exceeded drop; icmp type time-exceeded drop; }; }"
        @Sendable func prepare(_ lab: PathLab) async throws {
            for router in lab.routers[1...2] { try await router.nft(rules) }
        }
        try await Self.run({ try await prepare($0) }) { lab, isV6 in
            for options in [[], ["--parallel"], ["--source-port", "40001"]] {
                let words = ["probe", "--path", lab.server(isV6: isV6), "80", "--json"] + options
                let trace = try Trace(try await Command(Binary.sonde, words).inNamespace(lab.client.name).unprivileged().run())
                var hops = lab.hops(isV6: isV6)
                hops[1] = nil
                hops[2] = nil
                #expect(trace.addresses == hops && trace.path["reached"]?.bool == true, "\(trace.outcome)")
                #expect(trace.verdict == "the target answers, 5 hops away")
            }
        }
    }

    @Test("a routing loop between routers 2 and 3", .needs(.root, .unprivilegedUser))
    func loop() async throws {
        @Sendable func prepare(_ lab: PathLab) async throws {
            try await lab.routers[2].ip(
                """
                route add \(lab.server(isV6: false))/32 via \(PathLab.address(link: 3, side: 1, isV6: false))
                route add \(lab.server(isV6: true))/128 via \(PathLab.address(link: 3, side: 1, isV6: true))
                """
            )
            for router in lab.routers { try await router.sysctl("net.ipv4.conf.all.send_redirects", "0") }
        }
        try await Self.run({ try await prepare($0) }) { lab, isV6 in
            let trace = try await Self.trace(lab, isV6: isV6, port: 80)
            #expect(trace.verdict.hasPrefix("a routing loop: ") && trace.path["reached"]?.bool == false, "\(trace.outcome)")
            #expect(trace.verdict.contains(lab.router(3, isV6: isV6)) || trace.verdict.contains(lab.router(2, isV6: isV6)))
            #expect(trace.hops.count < 12)
        }
    }

    @Test("a router that translates addresses hides nothing of what is behind it", .needs(.root, .tool("nft"), .unprivilegedUser))
    func translated() async throws {
        let rules = "table inet nat { chain post { type nat hook postrouting priority 100; oifname right masquerade random; }; }"
        try await Self.run({ try await $0.routers[1].nft(rules) }) { lab, isV6 in
            let trace = try await Self.trace(lab, isV6: isV6, port: 80)
            #expect(
                trace.addresses == lab.hops(isV6: isV6) && trace.verdict == "the target answers, 5 hops away",
                "\(trace.outcome)"
            )
        }
    }
}
