import Testing

/// Every row of the table of verdicts, by a real packet in a namespace of its own, as a user without privilege.
@Suite("sonde probe: verdicts", .sideBySide)
struct ProbeVerdictTests {
    /// What becomes of a port behind the router: how it is refused there, and what must be said of it.
    struct Row: Sendable {
        let port: Int
        let v4: String
        let v6: String
        let state: String
        let reason: String
        /// Error numbers, and the type and code of the ICMP error, IPv4 first.
        let connectEx: (Int, Int)
        let icmp: ((Int, Int), (Int, Int))?
    }

    static let rows = [
        Row(port: 999, v4: "accept", v6: "accept", state: "closed", reason: "rst", connectEx: (111, 111), icmp: nil),
        Row(port: 1000, v4: "accept", v6: "accept", state: "open", reason: "syn-ack", connectEx: (0, 0), icmp: nil),
        Row(
            port: 1001,
            v4: "reject with tcp reset",
            v6: "reject with tcp reset",
            state: "closed",
            reason: "rst",
            connectEx: (111, 111),
            icmp: nil
        ),
        Row(
            port: 1002,
            v4: "reject with icmp port-unreachable",
            v6: "reject with icmpv6 port-unreachable",
            state: "filtered",
            reason: "port-unreach",
            connectEx: (111, 111),
            icmp: ((3, 3), (1, 4))
        ),
        Row(
            port: 1003,
            v4: "reject with icmp host-unreachable",
            v6: "reject with icmpv6 addr-unreachable",
            state: "filtered",
            reason: "host-unreach",
            connectEx: (113, 113),
            icmp: ((3, 1), (1, 3))
        ),
        Row(
            port: 1004,
            v4: "reject with icmp net-unreachable",
            v6: "reject with icmpv6 no-route",
            state: "filtered",
            reason: "net-unreach",
            connectEx: (101, 101),
            icmp: ((3, 0), (1, 0))
        ),
        Row(
            port: 1005,
            v4: "reject with icmp admin-prohibited",
            v6: "reject with icmpv6 admin-prohibited",
            state: "filtered",
            reason: "admin-prohibited",
            connectEx: (113, 13),
            icmp: ((3, 13), (1, 1))
        ),
        Row(
            port: 1006,
            v4: "reject with icmp host-prohibited",
            v6: "reject with icmpv6 policy-fail",
            state: "filtered",
            reason: "admin-prohibited",
            connectEx: (113, 13),
            icmp: ((3, 10), (1, 5))
        ),
        Row(
            port: 1007,
            v4: "reject with icmp net-prohibited",
            v6: "reject with icmpv6 reject-route",
            state: "filtered",
            reason: "admin-prohibited",
            connectEx: (101, 13),
            icmp: ((3, 9), (1, 6))
        ),
        Row(port: 1009, v4: "drop", v6: "drop", state: "filtered", reason: "no-response", connectEx: (110, 110), icmp: nil),
    ]

    /// The router refuses as the rows say, and as often as it is asked: its limit on ICMP errors is off.
    static func refuse(in lab: NetworkLab) async throws {
        let rules = rows.map { row in
            "meta nfproto ipv4 tcp dport \(row.port) \(row.v4)\n    meta nfproto ipv6 tcp dport \(row.port) \(row.v6)"
        }
        let chain = "type filter hook forward priority 0; policy accept;\n    " + rules.joined(separator: "\n    ")
        try await lab.router.nft("table inet probe {\n  chain forward {\n    \(chain)\n  }\n}")
        try await lab.router.sysctl("net.ipv4.icmp_ratelimit", "0")
        try await lab.router.sysctl("net.ipv6.icmp.ratelimit", "0")
    }

    /// Runs `body` while the server listens on a port.
    static func listening<Result: Sendable>(
        _ space: Namespace,
        port: Int,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await space.sonde("echo", "\(port)", "--bind", "*", "--json").running { process in
            _ = try await process.line(within: .seconds(10)) { $0.contains("listening") }
            let result = try await body()
            process.interrupt()
            return result
        }.0
    }

    static var ports: String { rows.map { "\($0.port)" }.joined(separator: ",") }

    @Test("each row of the table, IPv4 and IPv6", .needs(.root, .tool("nft"), .unprivilegedUser))
    func table() async throws {
        try await NetworkLab.run { lab in
            try await Self.refuse(in: lab)
            let outcome = try await Self.listening(lab.server, port: 1000) {
                try await lab.client.sonde("probe", "--json", lab.serverV4, lab.serverV6, Self.ports).unprivileged().run()
            }
            #expect(outcome.code == 1, "\(outcome)")
            let objects = try outcome.jsonLines().filter { $0["type"]?.string == "probe" }
            #expect(objects.count == 2 * Self.rows.count)
            for row in Self.rows {
                for isV6 in [false, true] {
                    let server = isV6 ? lab.serverV6 : lab.serverV4
                    let object = try #require(objects.first { $0["port"]?.int == row.port && $0["address"]?.string == server })
                    try Self.check(object, row, isV6: isV6, router: isV6 ? lab.routerV6 : lab.routerV4)
                }
            }
        }
    }

    private static func check(_ object: JSONValue, _ row: Row, isV6: Bool, router: String) throws {
        let label = Comment(rawValue: "\(isV6 ? row.v6 : row.v4): \(object)")
        #expect(object["state"]?.string == row.state, label)
        #expect(object["reason"]?.string == row.reason, label)
        #expect(object["connect_ex"]?.int == (isV6 ? row.connectEx.1 : row.connectEx.0), label)
        let icmp = row.icmp.map { isV6 ? $0.1 : $0.0 }
        #expect(object["icmp_type"]?.int == icmp?.0, label)
        #expect(object["icmp_code"]?.int == icmp?.1, label)
        #expect(object["offender"]?.string == (icmp == nil ? nil : router), label)
        #expect((object["rtt_ms"]?.double != nil) == (row.state == "open"), label)
        #expect((object["connect_ms"]?.double == nil) == (row.reason == "no-response"), label)
        #expect((object["errno"]?.string == nil) == (row.state == "open"), label)
    }

    @Test("this machine's own routes", .needs(.root, .unprivilegedUser))
    func routes() async throws {
        try await NetworkLab.run { lab in
            try await lab.client.ip(
                """
                route del default
                route del default via fd77:1::1
                route add prohibit 10.98.0.0/16
                route add unreachable 10.97.0.0/16
                route add blackhole 10.96.0.0/16
                route add prohibit fd98::/16
                route add unreachable fd97::/16
                route add blackhole fd96::/16
                """
            )
            let expected = [
                ("10.98.0.1", "filtered", "admin-prohibited", 13), ("10.97.0.1", "filtered", "host-unreach", 113),
                ("10.96.0.1", "filtered", "net-unreach", 22), ("10.95.0.1", "filtered", "net-unreach", 101),
                ("fd98::1", "filtered", "admin-prohibited", 13), ("fd97::1", "filtered", "host-unreach", 113),
                ("fd96::1", "filtered", "net-unreach", 22), ("fd95::1", "filtered", "net-unreach", 101),
            ]
            for (target, state, reason, number) in expected {
                let outcome = try await lab.client.sonde("probe", "--json", target, "80").unprivileged().run()
                let object = try #require(try outcome.jsonLines().first)
                #expect(object["state"]?.string == state, "\(target)")
                #expect(object["reason"]?.string == reason, "\(target)")
                #expect(object["connect_ex"]?.int == number, "\(target)")
                #expect(object["offender"]?.isNull == true, "\(target)")
                #expect(outcome.code == 1)
            }
            let blackhole = try await lab.client.sonde("probe", "10.96.0.1", "fd96::1", "80").unprivileged().run()
            #expect(blackhole.output.split(separator: "\n").count { $0.contains("a blackhole route on this machine") } == 2)
            let unzoned = try await lab.client.sonde("probe", "fe80::1", "80").unprivileged().run()
            #expect(unzoned.code == 64 && unzoned.error.contains("fe80::1%"), "\(unzoned)")
        }
    }

    @Test("a router without a route, and a neighbour that is not there", .needs(.root, .unprivilegedUser))
    func nobodyThere() async throws {
        try await NetworkLab.run { lab in
            let targets = ["10.99.0.1", "10.77.1.77", "fd77:1::77"]
            let outcome = try await lab.client.sonde("probe", "--json", "--timeout", "8s", targets[0], targets[1], targets[2], "80")
                .unprivileged().run()
            let objects = try outcome.jsonLines().filter { $0["type"]?.string == "probe" }
            let found = Dictionary(uniqueKeysWithValues: objects.map { ($0["target"]?.string ?? "", $0) })
            #expect(found["10.99.0.1"]?["reason"]?.string == "net-unreach")
            #expect(found["10.99.0.1"]?["offender"]?.string == lab.routerV4)
            #expect(found["10.77.1.77"]?["reason"]?.string == "host-unreach")
            #expect(found["fd77:1::77"]?["reason"]?.string == "host-unreach")
        }
    }

    @Test("a firewall of this machine on loopback", .needs(.root, .tool("nft"), .unprivilegedUser))
    func loopbackFirewall() async throws {
        try await Namespace.with("lo") { spaces in
            try await spaces[0].nft(
                """
                table inet probe {
                  chain input {
                    type filter hook input priority 0; policy accept;
                    meta nfproto ipv4 tcp dport 2001 reject with icmp admin-prohibited
                    meta nfproto ipv6 tcp dport 2001 reject with icmpv6 admin-prohibited
                    tcp dport 2002 drop
                    meta nfproto ipv4 udp dport 2001 reject with icmp admin-prohibited
                    udp dport 2002 drop
                  }
                }
                """
            )
            for target in ["127.0.0.1", "::1"] {
                let outcome = try await spaces[0].sonde("probe", "--json", target, "2000-2002").unprivileged().run()
                let found = try outcome.jsonLines().filter { $0["type"]?.string == "probe" }
                    .sorted { ($0["port"]?.int ?? 0) < ($1["port"]?.int ?? 0) }
                #expect(found.map { $0["reason"]?.string } == ["rst", "admin-prohibited", "no-response"], "\(target)")
            }
            let outcome = try await spaces[0].sonde("probe", "-u", "--json", "127.0.0.1", "2000-2002").unprivileged().run()
            let found = try outcome.jsonLines().filter { $0["type"]?.string == "probe" }
                .sorted { ($0["port"]?.int ?? 0) < ($1["port"]?.int ?? 0) }
            #expect(found.map { $0["reason"]?.string } == ["port-unreach", "admin-prohibited", "no-response"])
            #expect(found.map { $0["state"]?.string } == ["closed", "filtered", "open|filtered"])
        }
    }

    @Test("UDP: answered, closed, forbidden, silent", .needs(.root, .tool("nft"), .unprivilegedUser))
    func udp() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table inet probe {
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    meta nfproto ipv4 udp dport 1002 reject with icmp port-unreachable
                    meta nfproto ipv6 udp dport 1002 reject with icmpv6 port-unreachable
                    meta nfproto ipv4 udp dport 1005 reject with icmp admin-prohibited
                    meta nfproto ipv6 udp dport 1005 reject with icmpv6 admin-prohibited
                    udp dport 1009 drop
                  }
                }
                """
            )
            let outcome = try await lab.server.sonde("echo", "7", "--udp", "--bind", "*", "--json").running { process in
                _ = try await process.line(within: .seconds(10)) { $0.contains("listening") }
                let outcome = try await lab.client
                    .sonde("probe", "-u", "--json", lab.serverV4, lab.serverV6, "7,999,1002,1005,1009").unprivileged().run()
                process.interrupt()
                return outcome
            }.0
            let objects = try outcome.jsonLines().filter { $0["type"]?.string == "probe" }
            let expected = [
                (7, "open", "udp-response", []), (999, "closed", "port-unreach", [lab.serverV4, lab.serverV6]),
                (1002, "filtered", "port-unreach", [lab.routerV4, lab.routerV6]),
                (1005, "filtered", "admin-prohibited", [lab.routerV4, lab.routerV6]), (1009, "open|filtered", "no-response", []),
            ]
            for (port, state, reason, offenders) in expected {
                let found = objects.filter { $0["port"]?.int == port }
                #expect(found.count == 2)
                #expect(Set(found.compactMap { $0["offender"]?.string }) == Set(offenders), "\(found)")
                for object in found {
                    #expect(object["state"]?.string == state, "\(object)")
                    #expect(object["reason"]?.string == reason, "\(object)")
                    #expect(object["transport"]?.string == "udp")
                }
            }
        }
    }

    /// nmap's words where it tells ports apart by less: an ICMP port unreachable is a refusal like any other to it.
    @Test("the states are nmap's, port by port", .needs(.root, .tool("nft"), .tool("nmap")))
    func agreesWithNmap() async throws {
        try await NetworkLab.run { lab in
            try await Self.refuse(in: lab)
            for (server, flags) in [(lab.serverV4, []), (lab.serverV6, ["-6"])] {
                let (ours, theirs) = try await Self.listening(lab.server, port: 1000) {
                    let ours = try await lab.client.sonde("probe", "--json", server, Self.ports).run().jsonLines()
                    var nmap = lab.client.tool("nmap", "-sT", "-Pn", "-n", "-oG", "-", "-p", Self.ports, server)
                    nmap.arguments += flags
                    return (ours, try await nmap.run().orThrow().output)
                }
                let states = Self.statesOfNmap(theirs)
                #expect(states.count == Self.rows.count)
                for object in ours where object["type"]?.string == "probe" {
                    let port = try #require(object["port"]?.int)
                    // connect(2) leaves the same number after ICMP port unreachable and after a reset; nmap looks no further, and
                    // calls it closed where it sees the number at all.
                    let fits =
                        object["reason"]?.string == "port-unreach" ? ["closed", "filtered"] : [object["state"]?.string ?? ""]
                    #expect(fits.contains(states[port] ?? ""), "port \(port) of \(server)")
                }
            }
        }
    }

    /// `Ports: 22/open/tcp//ssh///, 23/closed/tcp…` of nmap's grepable output.
    private static func statesOfNmap(_ output: String) -> [Int: String] {
        guard let start = output.range(of: "Ports: ") else { return [:] }
        var states: [Int: String] = [:]
        for entry in output[start.upperBound...].prefix(while: { $0 != "\n" && $0 != "\t" }).split(separator: ",") {
            let fields = entry.drop { $0 == " " }.split(separator: "/", omittingEmptySubsequences: false)
            if fields.count > 1, let port = Int(fields[0]) { states[port] = String(fields[1]) }
        }
        return states
    }
}

extension String {
    /// Where `needle` first stands in it.
    fileprivate func range(of needle: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(needle) }.map { $0..<index($0, offsetBy: needle.count) }
    }
}
