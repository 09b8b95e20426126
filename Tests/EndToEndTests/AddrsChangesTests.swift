import Testing

/// What `sonde addrs` says while the kernel's tables change, and of names and routes that are unusual.
@Suite("sonde addrs: changes, names, primary addresses")
struct AddrsChangesTests {
    @Test("a listing while interfaces and addresses come and go has no torn, double or missing row", .needs(.root))
    func churn() async throws {
        try await Namespace.with("churn") { spaces in
            let space = spaces[0]
            try await space.ip(
                (0..<20).map {
                    "link add p\($0) type veth peer name q\($0)\naddr add 10.0.\($0).1/24 dev p\($0)\naddr add fd00:\($0 + 1)::1/64 dev p\($0) nodad"
                }
                .joined(separator: "\n")
            )
            // Ends by itself when its input does, or after so many rounds.
            let script = """
                i=0
                while [ $i -lt 5000 ] && ! [ -e "$1" ]; do
                    i=$((i + 1))
                    {
                        for n in 1 2 3 4 5; do echo "link add t$n type veth peer name u$n"; echo "addr add 10.9.$n.1/24 dev t$n"; done
                        echo "addr add 10.0.3.7/24 dev p3"; echo "link add b1 type bridge"; echo "link set u1 master b1"
                        echo "addr del 10.0.3.7/24 dev p3"; echo "link del b1"
                        for n in 1 2 3 4 5; do echo "link del t$n"; done
                    } | ip -force -batch - 2>/dev/null
                done
                """
            let stop = "/tmp/\(space.name)-stop"
            try await space.tool("sh", "-c", script, "sh", stop).limit(.seconds(120)).running { process in
                for _ in 0..<60 {
                    let objects = try await space.sonde("addrs", "--json").run().orThrow().jsonLines()
                    check(objects)
                }
                _ = try await Command.tool("touch", stop).run()
            }
            _ = try await Command.tool("rm", "-f", stop).run()
        }
    }

    private func check(_ objects: [JSONValue]) {
        let indices = objects.compactMap { $0["index"]?.int }
        #expect(Set(indices).count == objects.count)
        var permanent: Set<String> = []
        for object in objects {
            let name = object["name"]?.string ?? ""
            #expect(object["mtu"]?.int != nil && object["statistics"]?.object != nil && object["mac"]?.string != nil, "\(object)")
            #expect(["loopback", "veth", "bridge"].contains(object["kind"]?.string ?? ""), "\(object)")
            let addresses = (object["addresses"]?.array ?? []).map { "\($0["address"]?.string ?? "") \($0["prefix"]?.int ?? 0)" }
            #expect(Set(addresses).count == addresses.count, "\(object)")
            if name.hasPrefix("p") { permanent.formUnion(addresses.map { "\(name) \($0)" }) }
        }
        for number in 0..<20 {
            #expect(permanent.contains("p\(number) 10.0.\(number).1 24"))
            #expect(permanent.contains("p\(number) fd00:\(number + 1)::1 64"))
        }
    }

    @Test("names are told apart by their bytes, in every form", .needs(.root))
    func names() async throws {
        try await Namespace.with("bytes") { spaces in
            let script = """
                n=1
                for bytes in '\\303\\251x' 'e\\314\\201x' 'z\\377' 'z\\376'; do
                    name=$(printf "$bytes")
                    ip link add name "$name" type ifb && ip link set "$name" up && ip addr add 2001:db8::$n/64 dev "$name" nodad
                    n=$((n + 1))
                done
                "$1" addrs -6 --plain | cut -f1,6 | grep 2001
                "$1" addrs "$(printf 'e\\314\\201x')" --plain -6 | cut -f6 | grep 2001
                "$1" addrs "$(printf 'z\\376')" --plain -6 | cut -f6 | grep 2001
                "$1" addrs "$(printf 'z\\375')"; echo $?
                """
            let outcome = try await spaces[0].tool("sh", "-c", script, "sh", Binary.sonde).run()
            #expect(
                outcome.outputLines == [
                    "\u{E9}x\t2001:db8::1/64", "e\u{301}x\t2001:db8::2/64", "z\\xff\t2001:db8::3/64", "z\\xfe\t2001:db8::4/64",
                    "2001:db8::2/64", "2001:db8::4/64", "69",
                ],
                "\(outcome)"
            )
            #expect(outcome.outputBytes.starts(with: Array("\u{E9}x\t".utf8)), "composed: as the kernel has it")
            let objects = try await spaces[0].sonde("addrs", "--json").run().orThrow().jsonLines()
            let ifbs = objects.filter { $0["kind"]?.string == "ifb" }
            #expect(ifbs.map { $0["name"]?.string } == ["\u{E9}x", "e\u{301}x", "z\\xff", "z\\xfe"])
            #expect(ifbs.map { $0["name_hex"]?.string } == [nil, nil, "7aff", "7afe"])
        }
    }

    @Test("alternative names are shown, and select", .needs(.root))
    func alternativeNames() async throws {
        try await Namespace.with("alt") { spaces in
            try await spaces[0].ip(
                """
                link add pa type bridge
                addr add 10.1.0.5/24 dev pa
                link property add dev pa altname bridge-with-a-long-alternative-name
                link property add dev pa altname lan
                """
            )
            for name in ["pa", "lan", "bridge-with-a-long-alternative-name"] {
                let objects = try await spaces[0].sonde("addrs", name, "--json").run().orThrow().jsonLines()
                #expect(objects.map { $0["name"]?.string } == ["pa"])
                #expect(objects.first?["altnames"]?.array?.compactMap(\.string) == ["bridge-with-a-long-alternative-name", "lan"])
            }
            let table = try await spaces[0].sonde("addrs", "lan").run().orThrow()
            #expect(table.output.contains("altname bridge-with-a-long-alternative-name, lan"), "\(table)")
        }
    }

    /// Two networks with a gateway each, the default route over the first.
    private static let twoNetworks = """
        link add pa type bridge
        link add pb type bridge
        link add qa type ifb
        link add qb type ifb
        link set qa master pa
        link set qb master pb
        link set qa up
        link set qb up
        link set pa up
        link set pb up
        addr add 10.1.0.5/24 dev pa
        addr add 10.2.0.5/24 dev pb
        addr add fd01::5/64 dev pa nodad
        addr add fd02::5/64 dev pb nodad
        route add default via 10.1.0.1
        route add default via fd01::1
        """

    @Test("routes to parts of the internet do not decide on the primary address", .needs(.root))
    func specificRoutes() async throws {
        try await Namespace.with("routes") { spaces in
            let space = spaces[0]
            try await space.ip(Self.twoNetworks)
            let cases: [(String, add: String, delete: String)] = [
                ("a route over the other gateway", "route add 198.41.0.0/24 via 10.2.0.1", "route del 198.41.0.0/24"),
                ("a blackhole", "route add blackhole 198.41.0.4/32", "route del blackhole 198.41.0.4/32"),
                ("unreachable", "route add unreachable 198.0.0.0/8", "route del unreachable 198.0.0.0/8"),
                ("prohibited", "route add prohibit 198.41.0.0/16", "route del prohibit 198.41.0.0/16"),
                ("a rule", "rule add to 198.41.0.0/16 blackhole", "rule del to 198.41.0.0/16 blackhole"),
                ("the address itself", "addr add 198.41.0.4/32 dev pb", "addr del 198.41.0.4/32 dev pb"),
                ("a route of the other family's address", "route add 2001:503::/32 via fd02::1", "route del 2001:503::/32"),
                ("a blackhole for IPv6", "route add blackhole 2001:503:ba3e::/48", "route del blackhole 2001:503:ba3e::/48"),
                ("worse default route", "route add default via 10.2.0.1 metric 50", "route del default via 10.2.0.1 metric 50"),
            ]
            for (name, add, delete) in cases {
                try await space.ip(add)
                let v4 = try await space.sonde("addrs", "--primary").run()
                #expect(v4.output == "10.1.0.5\n" && v4.code == 0, "\(name): \(v4)")
                let v6 = try await space.sonde("addrs", "--primary", "-6").run()
                #expect(v6.output == "fd01::5\n" && v6.code == 0, "\(name): \(v6)")
                try await space.ip(delete)
            }
        }
    }

    @Test("default routes of other kinds: two halves, policy rules, a metric, a preferred source", .needs(.root))
    func defaultRoutes() async throws {
        try await Namespace.with("defaults") { spaces in
            let space = spaces[0]
            try await space.ip(Self.twoNetworks)
            let cases: [(String, add: String, delete: String)] = [
                (
                    "two halves", "route add 0.0.0.0/1 via 10.2.0.1\nroute add 128.0.0.0/1 via 10.2.0.1",
                    "route del 0.0.0.0/1\nroute del 128.0.0.0/1"
                ),
                (
                    "a rule", "route add default via 10.2.0.1 table 99\nrule add lookup 99",
                    "rule del lookup 99\nroute flush table 99"
                ),
                (
                    "a metric",
                    "route replace default via 10.1.0.1 metric 50\nroute del default via 10.1.0.1 metric 0\nroute add default via 10.2.0.1 metric 20",
                    "route add default via 10.1.0.1"
                ),
                ("a preferred source", "route replace default via 10.1.0.1 src 10.2.0.5", "route replace default via 10.1.0.1"),
            ]
            for (name, add, delete) in cases {
                try await space.ip(add)
                let outcome = try await space.sonde("addrs", "--primary").run()
                #expect(outcome.output == "10.2.0.5\n" && outcome.code == 0, "\(name): \(outcome)")
                try await space.ip(delete)
            }
        }
    }

    @Test("a network without a default route has an address, marked as such", .needs(.root))
    func withoutDefaultRoute() async throws {
        try await Namespace.with("isolated") { spaces in
            let space = spaces[0]
            try await space.ip(Self.twoNetworks + "\nroute del default\nroute add 10.0.0.0/8 via 10.2.0.1")
            // The IPv6 default route decides while there is one.
            #expect(try await space.sonde("addrs", "--primary").run().output == "fd01::5\n")
            try await space.ip("route del default via fd01::1")
            let v4 = try await space.sonde("addrs", "--primary").run()
            #expect(v4.output == "10.2.0.5\n" && v4.code == 0, "\(v4)")
            #expect(v4.error.contains("no default route: 10.2.0.5 is the address of pb"), "\(v4)")
            let plain = try await space.sonde("addrs", "--plain", "-4").run()
            #expect(plain.outputLines.filter { $0.hasSuffix("\tno-default-route\t-") }.count == 1, "\(plain)")
            #expect(!plain.output.contains("\tprimary"), "\(plain)")
            let object = try await space.sonde("addrs", "--json", "pb").run().jsonLines().first
            #expect(object?["primary"]?.bool == true && object?["primary_by"]?.string == "local-network")

            try await space.ip("link set pa down\nlink set pb down")
            let none = try await space.sonde("addrs", "--primary").run()
            #expect(none.code == 1 && none.output == "", "\(none)")
            #expect(none.error.contains("no default route"), "\(none)")
        }
    }

    @Test("a temporary address is not the one to give to others", .needs(.root))
    func temporary() async throws {
        try await Namespace.with("privacy") { spaces in
            let space = spaces[0]
            try await space.ip(Self.twoNetworks)
            try await space.sysctl("net.ipv6.conf.pa.use_tempaddr", "2")
            try await space.ip(
                "addr add 2001:db8:a::7/64 dev pa mngtmpaddr nodad valid_lft 3000 preferred_lft 2000\naddr del fd01::5/64 dev pa\nroute replace default via fe80::1 dev pa"
            )
            try await eventually {
                try await space.tool("ip", "-6", "addr", "show", "dev", "pa", "temporary").run().output.contains("2001:db8:a:")
            }
            let outcome = try await space.sonde("addrs", "--primary", "-6").run()
            #expect(outcome.output == "2001:db8:a::7\n", "\(outcome)")
            let plain = try await space.sonde("addrs", "-6", "--plain", "pa").run()
            #expect(plain.outputLines.contains { $0.hasSuffix("\ttemporary") }, "\(plain)")
        }
    }

    @Test("the error on an unknown name stays short on a machine of many interfaces", .needs(.root))
    func unknownAmongMany() async throws {
        try await Namespace.with("unknown") { spaces in
            try await spaces[0].ip((0..<300).map { "link add many\($0) type ifb" }.joined(separator: "\n"))
            let outcome = try await spaces[0].sonde("addrs", "mny17").run()
            #expect(outcome.code == 69)
            #expect(outcome.errorBytes.count < 400, "\(outcome)")
            #expect(outcome.error.contains("did you mean many17?") && outcome.error.contains("291 more"), "\(outcome)")
        }
    }
}
