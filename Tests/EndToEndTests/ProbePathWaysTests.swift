import Testing

/// Paths on which routers balance by flow, and routers that answer in unusual ways.
@Suite("sonde probe --path: two ways, short quotes, forgeries", .sideBySide)
struct ProbePathWaysTests {
    /// client – in – (upper 1 – upper 2 | lower 1 – lower 2) – out – server. Addresses 10.79.n.1 and .2, fd79:n::1 and ::2, as in
    /// `PathLab`; the links of the upper way are 2 to 4, those of the lower one 12 to 14, link 1 is the client's and 5 the server's.
    private static func twoWays(_ body: @Sendable (_ client: Namespace, _ first: Namespace) async throws -> Void)
        async throws
    {
        try await Namespace.with("client", "in", "u1", "u2", "l1", "l2", "out", "server") { spaces in
            let links = [(1, 0, 1), (2, 1, 2), (3, 2, 3), (4, 3, 6), (12, 1, 4), (13, 4, 5), (14, 5, 6), (5, 6, 7)]
            for (link, near, far) in links {
                try await spaces[near].ip("link add to\(link) type veth peer name from\(link) netns \(spaces[far].name)")
                for (space, side) in [(near, 1), (far, 2)] {
                    let name = "\(side == 1 ? "to" : "from")\(link)"
                    try await spaces[space].ip(
                        """
                        addr add 10.79.\(link).\(side)/24 dev \(name)
                        addr add fd79:\(link)::\(side)/64 dev \(name) nodad
                        link set \(name) up
                        """
                    )
                }
            }
            for router in spaces[1...6] {
                try await router.sysctl("net.ipv4.ip_forward", "1")
                try await router.sysctl("net.ipv6.conf.all.forwarding", "1")
                try await router.sysctl("net.ipv4.icmp_ratelimit", "0")
                try await router.sysctl("net.ipv6.icmp.ratelimit", "0")
                for key in ["all", "default"] { try await router.sysctl("net.ipv4.conf.\(key).rp_filter", "0") }
            }
            try await spaces[0].ip("route add default via 10.79.1.2\nroute add default via fd79:1::2")
            // By ports, as routers in the wild do. The kernel's own multipath hash is no use here: a packet keeps its socket's hash
            // across a veth pair.
            for (family, table) in [("ip", "ip"), ("ip6", "ip6")] {
                try await spaces[1].nft(
                    """
                    table \(table) ways {
                      chain pre {
                        type filter hook prerouting priority mangle;
                        tcp dport 80 meta mark set jhash \(family) saddr . tcp sport . tcp dport mod 2 seed 0x50 offset 1
                      }
                    }
                    """
                )
            }
            for (mark, link) in [(1, 2), (2, 12)] {
                for (family, prefix, gateway) in [
                    ("-4", "10.79.5.0/24", "10.79.\(link).2"), ("-6", "fd79:5::/64", "fd79:\(link)::2"),
                ] {
                    try await spaces[1].tool("ip", family, "rule", "add", "fwmark", "\(mark)", "table", "\(100 + mark)")
                        .run().orThrow()
                    try await spaces[1].ip("route add \(prefix) via \(gateway) table \(100 + mark)")
                }
            }
            for (space, link) in [(2, 3), (3, 4), (4, 13), (5, 14)] {
                try await spaces[space].ip("route add default via 10.79.\(link).2\nroute add default via fd79:\(link)::2")
            }
            for (space, link) in [(2, 2), (3, 3), (4, 12), (5, 13), (6, 4)] {
                try await spaces[space].ip(
                    "route add 10.79.1.0/24 via 10.79.\(link).1\nroute add fd79:1::/64 via fd79:\(link)::1"
                )
            }
            try await spaces[7].ip("route add default via 10.79.5.1\nroute add default via fd79:5::1")
            try await ProbeVerdictTests.listening(spaces[7], port: 80) { try await body(spaces[0], spaces[1]) }
        }
    }

    private static func hops(_ client: Namespace, isV6: Bool, _ options: [String]) async throws -> [String?] {
        let words = ["probe", "--path", isV6 ? "fd79:5::2" : "10.79.5.2", "80", "--json"] + options
        let outcome = try await Command(Binary.sonde, words).inNamespace(client.name).unprivileged().run()
        #expect(outcome.code == 0, "\(outcome)")
        return try outcome.jsonLines().filter { $0["type"]?.string == "hop" }.map { $0["hop"]?.string }
    }

    @Test(
        "one flow shows one way, also where its first router is silent",
        .needs(.root, .tool("nft"), .unprivilegedUser),
        arguments: [false, true]
    )
    func balanced(isV6: Bool) async throws {
        try await Self.twoWays { client, first in
            var seen = Set<String?>()
            // Each port is one throw of a coin: that all fall alike is less likely than any other failure.
            for port in 40001...40040 where seen.count < 2 {
                let hops = try await Self.hops(client, isV6: isV6, ["--source-port", "\(port)"])
                #expect(hops.count == 5 && Self.isOneWay(hops, isV6: isV6), "\(hops)")
                #expect(try await Self.hops(client, isV6: isV6, ["--source-port", "\(port)"]) == hops)
                seen.insert(hops[2])
            }
            #expect(seen == (isV6 ? ["fd79:3::2", "fd79:13::2"] : ["10.79.3.2", "10.79.13.2"]))
            let kind = isV6 ? "icmpv6" : "icmp"
            try await first.nft(
                "table inet own { chain out { type filter hook output priority 0; \(kind) type time-exceeded drop; }; }"
            )
            // Now scouts leave from other ports, and may take the other way. What is shown is the way of one flow.
            for _ in 0..<6 {
                let hops = try await Self.hops(client, isV6: isV6, [])
                #expect(hops.count == 5 && hops[0] == nil && Self.isOneWay(hops, isV6: isV6), "\(hops)")
            }
        }
    }

    private static func isOneWay(_ hops: [String?], isV6: Bool) -> Bool {
        let way = Array(hops[1...2])
        return isV6
            ? way == ["fd79:2::2", "fd79:3::2"] || way == ["fd79:12::2", "fd79:13::2"]
            : way == ["10.79.2.2", "10.79.3.2"] || way == ["10.79.12.2", "10.79.13.2"]
    }

    /// Answers packets whose TTL ends here, in place of the kernel: with an ICMP error that quotes eight bytes of the SYN, and before
    /// each of them with errors for other connections: another port, another sequence number, and from an address that is nobody's.
    private static let responder = """
        import socket, struct, sys
        quoted, forges, v6 = int(sys.argv[1]), sys.argv[2] == "forge", sys.argv[3] == "6"
        here, nobody = [socket.inet_pton(socket.AF_INET6 if v6 else socket.AF_INET, text) for text in sys.argv[4:6]]
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        raw.bind(("left", 0))
        def checksum(data):
            if len(data) % 2: data += b"\\0"
            total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            return ~total & 0xffff
        def send(frame, ip, tcp, sender):
            body = b"\\0\\0\\0\\0" + ip + tcp
            if v6:
                pseudo = sender + ip[8:24] + struct.pack(">II", 4 + len(body), 58)
                icmp = struct.pack(">BBH", 3, 0, checksum(pseudo + b"\\3\\0\\0\\0" + body)) + body
                header = struct.pack(">IHBB", 6 << 28, len(icmp), 58, 64) + sender + ip[8:24]
            else:
                icmp = struct.pack(">BBH", 11, 0, checksum(b"\\x0b\\0\\0\\0" + body)) + body
                outer = lambda sum: struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(icmp), 0, 0, 64, 1, sum) + sender + ip[12:16]
                header = outer(checksum(outer(0)))
            raw.send(frame[6:12] + frame[0:6] + frame[12:14] + header + icmp)
        print("ready", flush=True)
        while True:
            frame = raw.recv(65535)
            if frame[12:14] != (b"\\x86\\xdd" if v6 else b"\\x08\\0") or frame[20 if v6 else 23] != 6: continue
            start = 54 if v6 else 34
            ip, tcp = frame[14:start], frame[start:start + 40]
            if tcp[13] & 0x12 != 2: continue
            if forges:
                send(frame, ip, struct.pack(">H", 9) + tcp[2:], nobody)
                send(frame, ip, tcp[:4] + bytes(255 - byte for byte in tcp[4:8]) + tcp[8:], nobody)
            if ip[7 if v6 else 8] == 1: send(frame, ip, tcp[:quoted], here)
        """

    private static let stranger = (v4: "192.0.2.66", v6: "2001:db8::66")

    private static func answering(
        _ lab: NetworkLab,
        isV6: Bool,
        _ arguments: [String],
        _ body: @Sendable () async throws -> Void
    ) async throws {
        let kind = isV6 ? "icmpv6" : "icmp"
        try await lab.router.nft(
            "table inet own { chain out { type filter hook output priority 0; \(kind) type time-exceeded drop; }; }"
        )
        let addresses = isV6 ? ["6", lab.routerV6, stranger.v6] : ["4", lab.routerV4, stranger.v4]
        try await Command("python3", ["-c", responder] + arguments + addresses).inNamespace(lab.router.name).running { process in
            _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
            try await ProbeVerdictTests.listening(lab.server, port: 80, body)
            process.terminate()
        }
    }

    /// Runs it until no hop was silent: the script that answers may be scheduled late, and a hop that is far slower than those behind it
    /// counts as silent.
    private static func heard(_ command: Command) async throws -> Outcome {
        for _ in 0..<20 {
            let outcome = try await command.unprivileged().run()
            if !outcome.output.contains("no answer"), !outcome.output.contains(#""hop":null"#) { return outcome }
        }
        return try await command.unprivileged().run()
    }

    @Test(
        "a hop that quotes eight bytes is shown, and said to quote too little",
        .needs(.root, .tool("nft"), .tool("python3"), .unprivilegedUser),
        arguments: [false, true]
    )
    func shortQuotes(isV6: Bool) async throws {
        try await NetworkLab.run { lab in
            try await Self.answering(lab, isV6: isV6, ["8", "-"]) {
                let server = isV6 ? lab.serverV6 : lab.serverV4
                let table = try await Self.heard(lab.client.sonde("probe", "--path", server, "80"))
                #expect(table.code == 0 && table.output.contains("quotes too few bytes"), "\(table)")
                let json = try await Self.heard(lab.client.sonde("probe", "--path", server, "80", "--json"))
                let hop = try #require(try json.jsonLines().first)
                #expect(hop["hop"]?.string == (isV6 ? lab.routerV6 : lab.routerV4) && hop["quoted"]?.isNull == true, "\(json)")
                #expect(hop["icmp_type"]?.int == (isV6 ? 3 : 11))
            }
        }
    }

    @Test(
        "ICMP errors for other connections change nothing",
        .needs(.root, .tool("nft"), .tool("python3"), .unprivilegedUser),
        arguments: [false, true]
    )
    func forgeries(isV6: Bool) async throws {
        try await NetworkLab.run { lab in
            try await Self.answering(lab, isV6: isV6, ["40", "forge"]) {
                let (router, server) = isV6 ? (lab.routerV6, lab.serverV6) : (lab.routerV4, lab.serverV4)
                let outcome = try await Self.heard(lab.client.sonde("probe", "--path", server, "80,81", "--json"))
                let lines = try outcome.jsonLines()
                let hops = lines.filter { $0["type"]?.string == "hop" }.map { $0["hop"]?.string }
                #expect(hops == [router, server, router, server], "\(outcome)")
                #expect(!outcome.output.contains(Self.stranger.v4) && !outcome.output.contains(Self.stranger.v6))
                #expect(lines.filter { $0["type"]?.string == "path" }.map { $0["reached"]?.bool } == [true, true])
            }
        }
    }

    @Test("a kernel that queues no ICMP errors of connections is named, at once", .needs(.root, .tool("strace")))
    func noErrorQueue() async throws {
        try await NetworkLab.run { lab in
            try await ProbeVerdictTests.listening(lab.server, port: 80) {
                // As before Linux 5.8: the connection ends with the error, and the queue is empty.
                let injection = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=recvmsg", "-e", "inject=recvmsg:error=EAGAIN"]
                let words = ["probe", "--path", lab.serverV4, "80", "--json", "--timeout", "30s"]
                let outcome = try await Command("strace", injection + [Binary.sonde] + words).inNamespace(lab.client.name).run()
                let path = try #require(try outcome.jsonLines().last)
                let verdict = path["verdict"]?.string ?? ""
                #expect(verdict.hasPrefix("this kernel does not pass on ICMP errors of TCP connections"), "\(outcome)")
                #expect(path["state"]?.string == "open" && path["reached"]?.bool == false && path["hops"]?.int == 0, "\(outcome)")
            }
        }
    }

    @Test("a machine without IPv6 says so", .needs(.root))
    func withoutIPv6() async throws {
        try await Namespace.with("alone") { spaces in
            try await spaces[0].sysctl("net.ipv6.conf.all.disable_ipv6", "1")
            let outcome = try await spaces[0].sonde("probe", "--path", "2001:db8::1", "80").run()
            #expect(outcome.code == 71 && outcome.output.contains("this machine"), "\(outcome)")
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
