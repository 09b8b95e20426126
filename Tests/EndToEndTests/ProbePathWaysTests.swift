import Testing

/// Paths on which routers balance by flow, and routers that answer in unusual ways.
@Suite("sonde probe --path: two ways, short quotes, forgeries", .sideBySide)
struct ProbePathWaysTests {
    /// client – in – (upper 1 – upper 2 | lower 1 – lower 2) – out – server. Addresses 10.79.n.1 and .2 as in `PathLab`; the links of the
    /// upper way are 2 to 4, those of the lower one 12 to 14, link 1 is the client's and 5 the server's.
    private static func twoWays(_ body: @Sendable (_ client: Namespace, _ first: Namespace) async throws -> Void)
        async throws
    {
        try await Namespace.with("client", "in", "u1", "u2", "l1", "l2", "out", "server") { spaces in
            let links = [(1, 0, 1), (2, 1, 2), (3, 2, 3), (4, 3, 6), (12, 1, 4), (13, 4, 5), (14, 5, 6), (5, 6, 7)]
            for (link, near, far) in links {
                try await spaces[near].ip("link add to\(link) type veth peer name from\(link) netns \(spaces[far].name)")
                for (space, side) in [(near, 1), (far, 2)] {
                    let name = "\(side == 1 ? "to" : "from")\(link)"
                    try await spaces[space].ip("addr add 10.79.\(link).\(side)/24 dev \(name)\nlink set \(name) up")
                }
            }
            for router in spaces[1...6] {
                try await router.sysctl("net.ipv4.ip_forward", "1")
                try await router.sysctl("net.ipv4.icmp_ratelimit", "0")
                for key in ["all", "default"] { try await router.sysctl("net.ipv4.conf.\(key).rp_filter", "0") }
            }
            try await spaces[0].ip("route add default via 10.79.1.2")
            // By ports, as routers in the wild do. The kernel's own multipath hash is no use here: a packet keeps its socket's hash
            // across a veth pair.
            try await spaces[1].nft(
                """
                table ip ways {
                  chain pre {
                    type filter hook prerouting priority mangle;
                    tcp dport 80 meta mark set jhash ip saddr . tcp sport . tcp dport mod 2 seed 0x50 offset 1
                  }
                }
                """
            )
            for (mark, link) in [(1, 2), (2, 12)] {
                try await spaces[1].ip("rule add fwmark \(mark) table \(100 + mark)")
                try await spaces[1].ip("route add 10.79.5.0/24 via 10.79.\(link).2 table \(100 + mark)")
            }
            for (space, link) in [(2, 3), (3, 4), (4, 13), (5, 14)] {
                try await spaces[space].ip("route add default via 10.79.\(link).2")
            }
            for (space, link) in [(2, 2), (3, 3), (4, 12), (5, 13), (6, 4)] {
                try await spaces[space].ip("route add 10.79.1.0/24 via 10.79.\(link).1")
            }
            try await spaces[7].ip("route add default via 10.79.5.1")
            try await ProbeVerdictTests.listening(spaces[7], port: 80) { try await body(spaces[0], spaces[1]) }
        }
    }

    private static func hops(_ client: Namespace, _ options: [String]) async throws -> [String?] {
        let words = ["probe", "--path", "10.79.5.2", "80", "--json"] + options
        let outcome = try await Command(Binary.sonde, words).inNamespace(client.name).unprivileged().run()
        #expect(outcome.code == 0, "\(outcome)")
        return try outcome.jsonLines().filter { $0["type"]?.string == "hop" }.map { $0["hop"]?.string }
    }

    @Test("one flow shows one way, also where its first router is silent", .needs(.root, .tool("nft"), .unprivilegedUser))
    func balanced() async throws {
        try await Self.twoWays { client, first in
            var seen = Set<String?>()
            // Each port is one throw of a coin: that all fall alike is less likely than any other failure.
            for port in 40001...40040 where seen.count < 2 {
                let hops = try await Self.hops(client, ["--source-port", "\(port)"])
                #expect(hops.count == 5 && Self.isOneWay(hops), "\(hops)")
                #expect(try await Self.hops(client, ["--source-port", "\(port)"]) == hops)
                seen.insert(hops[2])
            }
            #expect(seen == ["10.79.3.2", "10.79.13.2"])
            try await first.nft("table ip own { chain out { type filter hook output priority 0; icmp type time-exceeded drop; }; }")
            // Now scouts leave from other ports, and may take the other way. What is shown is the way of one flow.
            for _ in 0..<6 {
                let hops = try await Self.hops(client, [])
                #expect(hops.count == 5 && hops[0] == nil && Self.isOneWay(hops), "\(hops)")
            }
        }
    }

    private static func isOneWay(_ hops: [String?]) -> Bool {
        let way = Array(hops[1...2])
        return way == ["10.79.2.2", "10.79.3.2"] || way == ["10.79.12.2", "10.79.13.2"]
    }

    /// Answers packets whose TTL ends here, in place of the kernel: with an ICMP error that quotes eight bytes of the SYN, and before
    /// each of them with errors for other connections: another port, another sequence number, and from an address that is nobody's.
    private static let responder = """
        import socket, struct, sys
        quoted, forges = int(sys.argv[1]), sys.argv[2] == "forge"
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        raw.bind(("left", 0))
        def checksum(data):
            if len(data) % 2: data += b"\\0"
            total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            return ~total & 0xffff
        def send(frame, ip, tcp, sender):
            body = b"\\0\\0\\0\\0" + ip + tcp
            icmp = struct.pack(">BBH", 11, 0, checksum(b"\\x0b\\0\\0\\0" + body)) + body
            outer = lambda sum: struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(icmp), 0, 0, 64, 1, sum) + sender + ip[12:16]
            raw.send(frame[6:12] + frame[0:6] + frame[12:14] + outer(checksum(outer(0))) + icmp)
        print("ready", flush=True)
        while True:
            frame = raw.recv(65535)
            if frame[12:14] != b"\\x08\\0" or frame[23] != 6: continue
            ip, tcp = frame[14:34], frame[34:74]
            if tcp[13] & 0x12 != 2: continue
            here = socket.inet_aton("10.77.1.1")
            if forges:
                send(frame, ip, struct.pack(">H", 9) + tcp[2:], socket.inet_aton("192.0.2.66"))
                send(frame, ip, tcp[:4] + bytes(255 - byte for byte in tcp[4:8]) + tcp[8:], socket.inet_aton("192.0.2.66"))
            if ip[8] == 1: send(frame, ip, tcp[:quoted], here)
        """

    private static func answering(
        _ lab: NetworkLab,
        _ arguments: [String],
        _ body: @Sendable () async throws -> Void
    ) async throws {
        try await lab.router.nft(
            "table ip own { chain out { type filter hook output priority 0; icmp type time-exceeded drop; }; }"
        )
        try await Command("python3", ["-c", responder] + arguments).inNamespace(lab.router.name).running { process in
            _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
            try await ProbeVerdictTests.listening(lab.server, port: 80, body)
            process.terminate()
        }
    }

    @Test(
        "a hop that quotes eight bytes is shown, and said to quote too little",
        .needs(.root, .tool("nft"), .tool("python3"), .unprivilegedUser)
    )
    func shortQuotes() async throws {
        try await NetworkLab.run { lab in
            try await Self.answering(lab, ["8", "-"]) {
                let table = try await lab.client.sonde("probe", "--path", lab.serverV4, "80").unprivileged().run()
                #expect(table.code == 0 && table.output.contains("quotes too few bytes"), "\(table)")
                let json = try await lab.client.sonde("probe", "--path", lab.serverV4, "80", "--json").unprivileged().run()
                let hop = try #require(try json.jsonLines().first)
                #expect(hop["hop"]?.string == lab.routerV4 && hop["quoted"]?.isNull == true && hop["icmp_type"]?.int == 11)
            }
        }
    }

    @Test("ICMP errors for other connections change nothing", .needs(.root, .tool("nft"), .tool("python3"), .unprivilegedUser))
    func forgeries() async throws {
        try await NetworkLab.run { lab in
            try await Self.answering(lab, ["40", "forge"]) {
                let outcome = try await lab.client.sonde("probe", "--path", lab.serverV4, "80,81", "--json").unprivileged().run()
                let lines = try outcome.jsonLines()
                let hops = lines.filter { $0["type"]?.string == "hop" }.map { $0["hop"]?.string }
                #expect(hops == [lab.routerV4, lab.serverV4, lab.routerV4, lab.serverV4], "\(outcome)")
                #expect(!outcome.output.contains("192.0.2.66"))
                #expect(lines.filter { $0["type"]?.string == "path" }.map { $0["reached"]?.bool } == [true, true])
            }
        }
    }

    @Test("a path on which no hop answers says so", .needs(.root, .tool("nft"), .unprivilegedUser))
    func dark() async throws {
        try await NetworkLab.run { lab in
            try await lab.client.nft(
                "table ip own { chain in { type filter hook input priority 0; ip saddr != 127.0.0.1 drop; }; }"
            )
            let outcome = try await lab.client.sonde("probe", "--path", lab.serverV4, "80", "--timeout", "300ms").unprivileged()
                .run()
            #expect(outcome.code == 1 && outcome.output.contains("no hop answers"), "\(outcome)")
            let alone = try await Namespace.with("alone") { spaces in
                try await spaces[0].sonde("probe", "--path", "2001:db8::1", "80").unprivileged().run()
            }
            #expect(alone.output.contains("this machine"), "\(alone)")
        }
    }
}
