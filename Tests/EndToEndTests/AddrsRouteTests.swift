import Testing

/// `sonde addrs --to`, compared with `ip -j route get`.
@Suite("sonde addrs --to")
struct AddrsRouteTests {
    /// Two networks, two gateways, policy rules, another MTU, a tunnel's source address.
    private static let network = """
        link add pa type veth peer name qa
        link add pb mtu 1400 type veth peer name qb
        link set pa up
        link set pb up
        link set qa up
        link set qb up
        addr add 10.1.0.5/24 dev pa
        addr add 10.1.0.6/24 dev pa
        addr add 10.2.0.5/24 dev pb
        addr add fd01::5/64 dev pa nodad
        addr add fd02::5/64 dev pb nodad
        addr add fe80::55/64 dev pa nodad
        route add default via 10.1.0.1 metric 10
        route add default via 10.2.0.1 metric 20
        route add default via fd01::1 metric 10
        route add default via fd02::1 metric 20
        route add 198.51.100.0/24 via 10.2.0.1 src 10.2.0.5
        route add 203.0.113.0/24 via 10.1.0.1 src 10.1.0.6 mtu 1300
        route add 192.0.2.0/24 via inet6 fd02::7 dev pb
        route add 2001:db8:2::/48 via fd02::1 mtu 1280
        route add 10.7.0.0/16 dev pb scope link
        route add default via 10.2.0.9 table 77
        rule add to 100.66.0.0/16 lookup 77
        route add unreachable 100.67.0.0/16
        route add prohibit 100.68.0.0/16
        route add blackhole 100.69.0.0/16
        route add unreachable 2001:db8:3::/48
        """

    static let destinations = [
        "8.8.8.8", "198.51.100.7", "203.0.113.9", "192.0.2.9", "10.1.0.77", "10.2.0.77", "10.7.1.1", "100.66.1.1", "127.0.0.1",
        "10.1.0.5",
        "10.2.0.5", "224.0.0.5", "2001:db8::1", "2001:db8:2::1", "fd01::77", "fd02::77", "::1", "fd01::5",
    ]

    @Test("source, interface and gateway are those of ip route get", .needs(.root))
    func agreesWithIP() async throws {
        try await Namespace.with("to") { spaces in
            let space = spaces[0]
            try await space.ip(Self.network)
            for destination in Self.destinations {
                let theirs = try JSONValue(
                    try await space.tool("ip", "-j", "route", "get", destination).run().orThrow().outputBytes
                )
                let expected = try #require(theirs.array?.first)
                let outcome = try await space.sonde("addrs", "--to", destination, "--json").unprivileged().run().orThrow()
                let ours = try #require(try outcome.jsonLines().first)
                #expect(ours["type"]?.string == "route")
                #expect(ours["target"]?.string == destination)
                #expect(ours["address"]?.string == destination)
                #expect(ours["source"]?.string == expected["prefsrc"]?.string, "\(destination): \(theirs) \(outcome)")
                #expect(ours["interface"]?.string == expected["dev"]?.string, "\(destination): \(theirs) \(outcome)")
                let gateway = expected["gateway"]?.string ?? expected["via"]?["host"]?.string
                #expect(ours["gateway"]?.string == gateway, "\(destination): \(theirs) \(outcome)")
            }
            let mtus = [
                ("8.8.8.8", 1500), ("203.0.113.9", 1300), ("198.51.100.7", 1400), ("2001:db8:2::1", 1280), ("127.0.0.1", 65535),
            ]
            for (destination, mtu) in mtus {
                let ours = try await space.sonde("addrs", "--to", destination, "--json").run().orThrow().jsonLines().first
                #expect(ours?["mtu"]?.int == mtu, "\(destination)")
            }
        }
    }

    @Test("no route is a 1 with the kernel's reason", .needs(.root))
    func noRoute() async throws {
        try await Namespace.with("noroute") { spaces in
            let space = spaces[0]
            for destination in ["8.8.8.8", "2001:db8::1"] {
                let outcome = try await space.sonde("addrs", "--to", destination).run()
                #expect(outcome.code == 1 && outcome.output == "", "\(outcome)")
                #expect(outcome.error.contains("\(destination): no route: network is unreachable (ENETUNREACH"), "\(outcome)")
            }
            try await space.ip(Self.network)
            let reasons = [
                ("100.67.0.1", "EHOSTUNREACH"), ("100.68.0.1", "EACCES"), ("100.69.0.1", "EINVAL"),
                ("2001:db8:3::1", "EHOSTUNREACH"),
            ]
            for (destination, reason) in reasons {
                let outcome = try await space.sonde("addrs", "--to", destination).run()
                #expect(outcome.code == 1 && outcome.error.contains(reason), "\(outcome)")
            }
            let zoned = try await space.sonde("addrs", "--to", "fe80::77%pb", "--plain").run()
            #expect(
                zoned.outputLines.first?.hasPrefix("fe80::77\tfe80::") == true && zoned.output.contains("\tpb\t-\t"),
                "\(zoned)"
            )
            let unzoned = try await space.sonde("addrs", "--to", "fe80::77").run()
            #expect(unzoned.code == 1 && unzoned.error.contains("name the interface"), "\(unzoned)")
        }
    }

    @Test("the gateway of an interface is in its JSON", .needs(.root))
    func gateways() async throws {
        try await Namespace.with("gateway") { spaces in
            try await spaces[0].ip(Self.network)
            let objects = try await spaces[0].sonde("addrs", "--json").run().orThrow().jsonLines()
            let gateways = objects.map { "\($0["name"]?.string ?? "") \($0["gateway"]?.string ?? "-")" }
            #expect(gateways.filter { $0.hasPrefix("p") || $0.hasPrefix("lo") }.sorted() == ["lo -", "pa 10.1.0.1", "pb 10.2.0.1"])
            let v6 = try await spaces[0].sonde("addrs", "-6", "--json", "pb").run().orThrow().jsonLines().first
            #expect(v6?["gateway"]?.string == "fd02::1")
        }
    }

    @Test(
        "mistakes",
        arguments: [["--to", "127.0.0.1", "lo"], ["--to", "127.0.0.1", "--up"], ["--to", "127.0.0.1", "--primary"]]
    )
    func mistakes(_ arguments: [String]) async throws {
        let outcome = try await Command(Binary.sonde, ["addrs"] + arguments).run()
        #expect(outcome.code == 64 && outcome.error.contains("--to takes no interfaces"), "\(outcome)")
    }

    @Test("a host that does not resolve is a 68")
    func unresolved() async throws {
        let outcome = try await Command.sonde("addrs", "--to", "host.invalid").run()
        #expect(outcome.code == 68, "\(outcome)")
        let other = try await Command.sonde("addrs", "--to", "127.0.0.1", "-6").run()
        #expect(other.code == 68, "\(other)")
    }
}
