import Testing

/// `sonde sockets` against `ss`, and against what really connects.
@Suite("sonde sockets")
struct SocketsTests {
    /// A network namespace with addresses in every state, and a neighbour.
    private static func network(_ space: Namespace, _ far: Namespace) async throws {
        try await space.ip(
            """
            link add lan0 type veth peer name far0 netns \(far.name)
            link set dev lan0 addrgenmode none
            addr add 192.0.2.10/24 brd 192.0.2.255 dev lan0
            addr add 169.254.9.9/16 dev lan0 scope link
            addr add 2001:db8::10/64 dev lan0 nodad
            addr add 2001:db8::d/64 dev lan0 nodad preferred_lft 0
            addr add fe80::10/64 dev lan0 nodad
            addr add 10.255.0.1/32 dev lo
            link set lan0 up
            link add idle0 type veth peer name idle1
            addr add 172.17.0.1/16 dev idle0
            link set idle0 up
            link add down0 type bridge
            addr add 198.51.100.1/24 dev down0
            route add local 203.0.113.5/32 dev lo
            """
        )
        try await far.ip(
            """
            link set dev far0 addrgenmode none
            addr add 192.0.2.20/24 dev far0
            addr add 169.254.9.8/16 dev far0 scope link
            addr add 2001:db8::20/64 dev far0 nodad
            addr add fe80::20/64 dev far0 nodad
            link set far0 up
            route add 10.255.0.1/32 via 192.0.2.10
            route add 203.0.113.5/32 via 192.0.2.10
            """
        )
        try await eventually {
            try await space.tool("ip", "-br", "link", "show", "lan0").run().output.contains(" UP ")
        }
    }

    /// Each with what it is reached from: other hosts, this machine.
    private static let sockets: [(spec: String, words: String)] = [
        ("tcp 0.0.0.0 2001 ", "everywhere, only IPv4"),
        ("tcp :: 2002 dual", "everywhere, IPv4 and IPv6"),
        ("tcp :: 2003 v6only", "everywhere, only IPv6"),
        ("tcp 127.0.0.1 2004 ", "this machine only"),
        ("tcp ::1 2005 ", "this machine only"),
        ("tcp 127.7.7.7 2006 ", "this machine only"),
        ("tcp 192.0.2.10 2007 ", "everywhere, by this address"),
        ("tcp 2001:db8::10 2008 v6only", "everywhere, by this address"),
        ("tcp ::ffff:192.0.2.10 2009 dual", "everywhere, by this address"),
        ("tcp 10.255.0.1 2010 ", "everywhere, by this address"),
        ("tcp 169.254.9.9 2011 ", "the link only, by this address"),
        ("tcp fe80::10 2012 zone=lan0", "only through lan0"),
        ("tcp 2001:db8::d 2013 ", "everywhere, by this address (the address is deprecated)"),
        ("tcp 172.17.0.1 2014 ", "this machine only (idle0 has no carrier)"),
        ("tcp 198.51.100.1 2015 ", "this machine only (down0 is down)"),
        ("tcp 203.0.113.5 2016 ", "everywhere, by this address"),
        ("tcp 203.0.113.6 2017 freebind", "nowhere: no interface has the address"),
        ("tcp 0.0.0.0 2018 device=lan0", "only through lan0, only IPv4"),
        ("tcp :: 2019 dual,device=lan0", "only through lan0"),
        ("tcp :: 2020 v6only,device=lan0", "only through lan0, only IPv6"),
        ("tcp 0.0.0.0 2021 device=lo", "this machine only"),
        ("tcp 0.0.0.0 2022 device=down0", "nowhere: down0 is down"),
        ("tcp 0.0.0.0 2023 device=idle0", "this machine only (idle0 has no carrier)"),
        ("tcp 0.0.0.0 2024 reuse", "everywhere, only IPv4"),
        ("tcp 0.0.0.0 2024 reuse", "everywhere, only IPv4"),
        ("udp 0.0.0.0 2031 ", "everywhere, only IPv4"),
        ("udp :: 2032 dual", "everywhere, IPv4 and IPv6"),
        ("udp :: 2033 v6only", "everywhere, only IPv6"),
        ("udp 127.0.0.1 2034 ", "this machine only"),
        ("udp 192.0.2.10 2035 ", "everywhere, by this address"),
        ("udp 0.0.0.0 2036 device=lan0", "only through lan0, only IPv4"),
        ("udp 0.0.0.0 2037 reuse", "everywhere, only IPv4"),
        ("udp 0.0.0.0 2037 reuse", "everywhere, only IPv4"),
        ("udp 224.0.0.251 2038 ", "senders to the multicast group"),
        ("udp 192.0.2.255 2039 ", "broadcasts on the link"),
    ]

    private static let unixSockets = [
        "unix-stream FOLDER/stream 0 ", "unix-dgram FOLDER/dgram 0 ", "unix-seqpacket FOLDER/seqpacket 0 ",
        "unix-stream @FOLDER/abstract 0 ",
        "unix-dgram @FOLDER/datagrams 0 ",
    ]
    private static let fullQueue = ["tcp 127.0.0.1 2041 backlog=2,fill=3"]
    private static let ofNobody = ["tcp 0.0.0.0 2051 ", "udp 127.0.0.1 2052 ", "unix-stream @FOLDER/nobody 0 "]

    private static let addresses = [
        "127.0.0.1", "::1", "127.7.7.7", "192.0.2.10", "2001:db8::10", "10.255.0.1", "169.254.9.9", "2001:db8::d", "172.17.0.1",
        "198.51.100.1", "203.0.113.5", "203.0.113.6",
    ]

    /// Runs the holders of all sockets, as root and as nobody, beside `body`.
    private static func holding(
        _ space: Namespace,
        _ body: @escaping @Sendable (_ folder: String) async throws -> Void
    ) async throws {
        let folder = try await Command.tool("mktemp", "-d", "/tmp/sonde-sockets-XXXXXXXX").run().orThrow().outputLines[0]
        let specs = (sockets.map(\.spec) + unixSockets + fullQueue).map { $0.replacing("FOLDER", with: folder) }
        let others = ofNobody.map { $0.replacing("FOLDER", with: folder) }
        let holder = Command("python3", ["-c", SocketScript.holder] + specs).inNamespace(space.name)
        let nobody = Command("python3", ["-c", SocketScript.holder] + others).inNamespace(space.name).unprivileged()
        defer { Task { _ = try? await Command.tool("rm", "-rf", folder).run() } }
        try await holder.running { root in
            _ = try await root.line(within: .seconds(20)) { $0 == "ready" }
            try await nobody.running { other in
                _ = try await other.line(within: .seconds(20)) { $0 == "ready" }
                try await body(folder)
            }
        }
    }

    /// `tcp 12345 192.0.2.10:2001 0/16 PID`: what both programs say of a socket.
    private static func lines(ofSS text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 6 else { return nil }
            let pid = line.split(separator: "pid=").dropFirst().first.map { String($0.prefix { $0 != "," }) } ?? "-"
            let kinds = ["u_str": "unix/stream", "u_dgr": "unix/dgram", "u_seq": "unix/seqpacket"]
            if let kind = kinds[words[0]] {
                guard words[4] != "*" else { return nil }
                return "\(kind) \(words[5]) \(words[4]) \(pid)"
            }
            let inode = words.first { $0.hasPrefix("ino:") }?.dropFirst(4) ?? "0"
            let queue = words[0] == "tcp" ? "\(words[2])/\(words[3])" : words[2]
            return
                "\(words[0]) \(inode) \(words[4].replacing("*:", with: "[::]:").replacing("*%", with: "[::]%").replacing("[::ffff:192.0.2.10]", with: "192.0.2.10")) \(queue) \(pid)"
        }.sorted()
    }

    private static func lines(ofSonde objects: [JSONValue]) -> [String] {
        objects.map { object in
            let transport = object["transport"]?.string ?? ""
            let inode = object["inode"]?.int.map { "\($0)" } ?? "0"
            let pid = object["pid"]?.int.map { "\($0)" } ?? "-"
            let address = object["address"]?.string ?? ""
            guard transport != "unix" else { return "unix/\(object["socket_type"]?.string ?? "") \(inode) \(address) \(pid)" }
            let zone = object["interface"]?.string.map { "%\($0)" } ?? ""
            let port = object["port"]?.int ?? 0
            let endpoint = address.contains(":") ? "[\(address)]\(zone):\(port)" : "\(address)\(zone):\(port)"
            let waiting = object["queue"]?.int ?? -1
            let queue = transport == "tcp" ? "\(waiting)/\(object["queue_limit"]?.int ?? -1)" : "\(waiting)"
            return "\(transport) \(inode) \(endpoint) \(queue) \(pid)"
        }.sorted()
    }

    @Test("the same sockets, queues and processes as ss", .needs(.root, .tool("ss"), .tool("python3")))
    func agreesWithSS() async throws {
        try await Namespace.with("sockets", "far") { spaces in
            try await Self.network(spaces[0], spaces[1])
            try await Self.holding(spaces[0]) { folder in
                let theirs = try await spaces[0].tool("ss", "-H", "-tulpnxe").run().orThrow()
                let ours = try await spaces[0].sonde("sockets", "--json").run().orThrow()
                let expected = Self.lines(ofSS: theirs.output)
                #expect(expected.count >= 44)
                let found = Self.lines(ofSonde: try ours.jsonLines())
                #expect(found.filter { !expected.contains($0) } == [])
                #expect(expected.filter { !found.contains($0) } == [])
                #expect(found.count == expected.count)
                let full = try ours.jsonLines().first { $0["port"]?.int == 2041 }
                #expect(full?["queue"]?.int == 3 && full?["queue_limit"]?.int == 2)
                let users = try ours.jsonLines().filter { $0["user"]?.string == "nobody" }
                #expect(users.count == Self.ofNobody.count)
            }
        }
    }

    @Test("every verdict holds, from a second host and from the machine itself", .needs(.root, .tool("python3")))
    func verdicts() async throws {
        try await Namespace.with("sockets", "far") { spaces in
            try await Self.network(spaces[0], spaces[1])
            try await Self.holding(spaces[0]) { folder in
                let objects = try await spaces[0].sonde("sockets", "--json").run().orThrow().jsonLines()
                let unicast = Self.sockets.filter { !$0.words.contains("multicast") && !$0.words.contains("broadcast") }
                let trials = unicast.map { row in
                    let words = row.spec.split(separator: " ").map(String.init)
                    return "\(words[0]) \(words[2]) \(Self.addresses.joined(separator: ",")),fe80::10%"
                }
                let fromFar = try await Command("python3", ["-c", SocketScript.reacher] + trials.map { $0 + "far0" }).inNamespace(
                    spaces[1].name
                ).run().orThrow()
                let fromHere = try await Command("python3", ["-c", SocketScript.reacher] + trials.map { $0 + "lan0" }).inNamespace(
                    spaces[0].name
                ).run().orThrow()
                for (index, row) in unicast.enumerated() {
                    let port = Int(row.spec.split(separator: " ")[2])
                    let object = try #require(objects.first { $0["port"]?.int == port })
                    #expect(object["reachable_from"]?.string == row.words, "\(row.spec)")
                    let reachable = object["reachable"]?.string
                    let isForOthers = reachable == "all" || reachable == "interface"
                    let isForSelf = reachable != "none" && !row.words.contains("not from this machine")
                    #expect((fromFar.outputLines[index] != "-") == isForOthers, "\(row) from far: \(fromFar.outputLines[index])")
                    #expect((fromHere.outputLines[index] != "-") == isForSelf, "\(row) from here: \(fromHere.outputLines[index])")
                    // A family that the words exclude does not connect, one that they name does.
                    let far = fromFar.outputLines[index]
                    if row.words.hasSuffix("only IPv4") { #expect(!far.contains(":"), "\(row): \(far)") }
                    if row.words.hasSuffix("only IPv6") { #expect(!far.contains("."), "\(row): \(far)") }
                    if row.words.hasSuffix("IPv4 and IPv6") { #expect(far.contains(".") && far.contains(":"), "\(row): \(far)") }
                }
                let groups = objects.filter { [2038, 2039].contains($0["port"]?.int) }.map { $0["reachable_from"]?.string }
                #expect(groups == ["senders to the multicast group", "broadcasts on the link"])
                let names = Self.unixSockets.map { $0.replacing("FOLDER", with: folder).split(separator: " ").map(String.init) }
                let unixTrials = names.map { "\($0[0]) 0 \($0[1])" }
                let unixFar = try await Command("python3", ["-c", SocketScript.reacher] + unixTrials).inNamespace(spaces[1].name)
                    .run().orThrow().outputLines
                let unixHere = try await Command("python3", ["-c", SocketScript.reacher] + unixTrials).inNamespace(spaces[0].name)
                    .run().orThrow().outputLines
                for (index, name) in names.enumerated() {
                    let words = objects.first { $0["address"]?.string == name[1] }?["reachable_from"]?.string
                    #expect(words == (name[1].hasPrefix("@") ? "this network namespace only" : "this machine only"), "\(name)")
                    #expect(unixHere[index] != "-", "\(name)")
                    #expect((unixFar[index] == "-") == name[1].hasPrefix("@"), "\(name)")
                }
            }
        }
    }

    @Test(
        "without privilege the processes of others are hidden, which is said once",
        .needs(.root, .unprivilegedUser, .tool("python3"))
    )
    func unprivileged() async throws {
        try await Namespace.with("sockets", "far") { spaces in
            try await Self.network(spaces[0], spaces[1])
            try await Self.holding(spaces[0]) { _ in
                let outcome = try await spaces[0].sonde("sockets").unprivileged().run().orThrow()
                let lines = outcome.outputLines
                #expect(lines.first { $0.contains("2001/tcp") }?.contains("of another user") == true, "\(outcome)")
                #expect(lines.first { $0.contains("2051/tcp") }?.contains("python3") == true, "\(outcome)")
                let notes = outcome.error.split(separator: "→")
                #expect(notes.count { $0.contains("which you may not see") } == 1, "\(outcome)")
                #expect(outcome.error.contains("run sudo sonde sockets"), "\(outcome)")
                let unmapped = try await Command.tool(
                    "unshare",
                    "--user",
                    "--map-root-user",
                    Binary.forEveryone,
                    "sockets",
                    "--json"
                )
                .inNamespace(spaces[0].name).unprivileged().run().orThrow()
                let object = try unmapped.jsonLines().first { $0["port"]?.int == 2001 }
                #expect(object?["user"]?.isNull == true && object?["process"]?.isNull == true, "\(unmapped)")
                let words = unmapped.error.split { $0 == "\n" || $0 == " " }.joined(separator: " ")
                #expect(words.contains("as root outside this user namespace"), "\(unmapped)")
            }
        }
    }

    @Test("ports, transports, families and processes select; what does not exist is a 1", .needs(.root, .tool("python3")))
    func selection() async throws {
        try await Namespace.with("sockets", "far") { spaces in
            try await Self.network(spaces[0], spaces[1])
            try await Self.holding(spaces[0]) { _ in
                func rows(_ arguments: String...) async throws -> [String] {
                    let outcome = try await Command(Binary.sonde, ["sockets", "--plain"] + arguments).inNamespace(spaces[0].name)
                        .run()
                    return outcome.outputLines.map { $0.split(separator: "\t").map(String.init) }
                        .map { "\($0[0]) \($0[3])" } + (outcome.code == 0 ? [] : ["exit \(outcome.code)"])
                }
                #expect(try await rows("2001,2031") == ["tcp 2001", "udp 2031"])
                #expect(try await rows("2001", "2031", "--udp") == ["udp 2031"])
                #expect(try await rows("2024") == ["tcp 2024", "tcp 2024"])
                #expect(try await rows("-4", "2001-2003", "-t") == ["tcp 2001", "tcp 2002"])
                #expect(try await rows("-6", "2001-2003", "-t") == ["tcp 2002", "tcp 2003"])
                #expect(try await rows("2999") == ["exit 1"])
                #expect(try await rows("2001", "--process", "nosuch") == ["exit 1"])
                #expect(try await rows("2001", "--process", "python3") == ["tcp 2001"])
                #expect(try await rows("--unix").allSatisfy { $0 == "unix -" })
                let missing = try await spaces[0].sonde("sockets", "2999").run()
                #expect(missing.error.contains("port 2999: nothing listens"), "\(missing)")
                let table = try await spaces[0].sonde("sockets", "2001").run()
                #expect(table.error.contains("sonde probe ") && table.error.contains(" 2001"), "\(table)")
                // The same from outside the namespace.
                let outside = try await Command.sonde("sockets", "--netns", spaces[0].name, "2001", "--plain").run().orThrow()
                #expect(
                    outside.output.hasPrefix("tcp\tstream\t0.0.0.0\t2001\tall\tinet\t-\t0\t16\t0\troot\tpython3\t"),
                    "\(outside)"
                )
                let full = try await spaces[0].sonde("sockets", "2041").run().orThrow()
                #expect(full.output.contains("3/2 full"), "\(full)")
                #expect(full.error.contains("the accept queue is full (3 of at most 3)"), "\(full)")
            }
        }
    }

    @Test("a namespace that does not exist, or may not be entered", .needs(.root, .unprivilegedUser))
    func namespaces() async throws {
        let missing = try await Command.sonde("sockets", "--netns", "nosuch-\(0)").run()
        #expect(missing.code == 69 && missing.error.contains("network namespace nosuch-0: no such file"), "\(missing)")
        let refused = try await Command.sonde("sockets", "--netns", "1").unprivileged().run()
        #expect(refused.code == 77 && refused.error.contains("CAP_SYS_ADMIN"), "\(refused)")
        let path = try await Command.sonde("sockets", "--netns", "../../etc/passwd").run()
        #expect(path.code == 64, "\(path)")
    }
}
