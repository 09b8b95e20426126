import Foundation
import Testing

/// `sonde trace` over a router, against servers and firewalls of every kind.
@Suite("sonde trace", .sideBySide)
struct TraceTests {
    /// Serves connections in a manner of its own: `body` has `peer`, and `serve` is called for each.
    private static func server(_ body: String) -> String {
        """
        import socket, struct, time
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("0.0.0.0", 7007))
        server.listen()
        print("ready", flush=True)
        while True:
            peer, _ = server.accept()
        \(body.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
        """
    }

    private static let closing = "while peer.recv(65536): pass\npeer.close()"

    private static func serving<Result: Sendable>(
        _ space: Namespace,
        _ body: String = closing,
        _ use: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await space.tool("python3", "-c", server(body)).running { process in
            _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
            let result = try await use()
            process.terminate()
            return result
        }.0
    }

    private static func withFolder<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        let folder = "/tmp/sonde-trace-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private static func drop(_ rule: String) -> String {
        "table inet f { chain c { type filter hook forward priority 0; \(rule); }; }"
    }

    // MARK: - What is found

    @Test("an open port: the ladder, both SYNs, one router, and the same as objects", .needs(.root, .tool("python3")))
    func open() async throws {
        try await NetworkLab.run { lab in
            try await Self.serving(lab.server) {
                let text = try await lab.client.sonde("trace", lab.serverV4, "7007").run()
                #expect(text.code == 0, "\(text)")
                for part in [
                    "open 1/3  wants to connect", "open 2/3  accepts", "open 3/3  established", "close 1/4",
                    "close 4/4  closed in order",
                    "1448 bytes per segment, limited by the MSS of both ends, 1460, less 12 for timestamps",
                    "1 router in between: TTL 63 on arrival, probably sent with 64", "on the wire, ", "by the kernel (TCP_INFO)",
                    "7007/tcp open (syn-ack): accepts connections",
                ] {
                    #expect(text.output.contains(part), "\(part): \(text)")
                }
                let lines = try await lab.client.sonde("trace", "--json", lab.serverV4, "7007").run().orThrow().jsonLines()
                let trace = try #require(lines.first)
                #expect(trace["type"]?.string == "trace" && trace["state"]?.string == "open" && trace["captured"]?.bool == true)
                #expect(trace["hops_estimate"]?.int == 2 && trace["effective_mss"]?.int == 1448 && trace["path_mtu"]?.int == 1500)
                #expect(trace["syn"]?["mss"]?.int == 1460 && trace["syn_ack"]?["ttl"]?.int == 63 && trace["syn"]?["ttl"]?.int == 64)
                #expect(trace["negotiated"]?["sack"]?.bool == true && trace["foreign_reset"]?.bool == false)
                let wire = try #require(trace["wire_rtt_ms"]?.double)
                #expect(wire > 0 && wire <= (trace["connect_ms"]?.double ?? 0))
                let packets = lines.filter { $0["type"]?.string == "packet" }
                #expect(packets.first?["step"]?.string == "open 1/3" && packets.first?["sport"]?.int == trace["local_port"]?.int)
                #expect(lines.last?["type"]?.string == "connection" && lines.last?["conn_state"]?.string == "SF")
                #expect(lines.count == packets.count + 2)
            }
        }
    }

    @Test("over IPv6", .needs(.root))
    func openV6() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.server.sonde("echo", "7007", "--bind", "0.0.0.0", "--bind", "::").running { process in
                _ = try await process.line(within: .seconds(20)) { $0.contains("listening") }
                let text = try await lab.client.sonde("trace", lab.serverV6, "7007", "--send", "ping\\n").run()
                #expect(text.code == 0 && text.output.contains("1428 bytes per segment"), "\(text)")
                #expect(text.output.contains("data: 5 B sent, 5 B received"), "\(text)")
                process.interrupt()
            }
        }
    }

    @Test("a refused port", .needs(.root))
    func refused() async throws {
        try await NetworkLab.run { lab in
            let outcome = try await lab.client.sonde("trace", lab.serverV4, "7008").run()
            #expect(outcome.code == 1, "\(outcome)")
            #expect(outcome.output.contains("refuses, +") && outcome.output.contains("REJ: refused"), "\(outcome)")
            #expect(outcome.output.contains("7008/tcp closed (rst): refused"), "\(outcome)")
            #expect(outcome.output.contains("hops: 1 router in between"), "\(outcome)")
        }
    }

    @Test("a filtered port: the SYN is drawn each time", .needs(.root, .tool("nft")))
    func filtered() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(Self.drop("tcp dport 7009 drop"))
            let outcome = try await lab.client.sonde("trace", lab.serverV4, "7009", "--json").limit(.seconds(20)).run()
            #expect(outcome.code == 1, "\(outcome)")
            let lines = try outcome.jsonLines()
            let trace = try #require(lines.first)
            #expect(trace["state"]?.string == "filtered" && trace["reason"]?.string == "no-response")
            let count = try #require(trace["syn_count"]?.int)
            #expect(count >= 2 && trace["syn_ack"] == .null && trace["wire_rtt_ms"] == .null && trace["negotiated"] == .null)
            #expect(lines.filter { $0["type"]?.string == "packet" }.count == count)
            #expect(trace["verdict"]?.string?.contains("the SYN was sent \(count) times, and no SYN was answered") == true)
        }
    }

    @Test("a rejected port: the ICMP error is an arrow from the router, in both families", .needs(.root, .tool("nft")))
    func rejected() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table inet f { chain c { type filter hook forward priority 0;
                tcp dport 7010 meta nfproto ipv4 reject with icmp type admin-prohibited;
                tcp dport 7010 meta nfproto ipv6 reject with icmpv6 type admin-prohibited; }; }
                """
            )
            try await Self.withFolder { folder in
                let outcome = try await lab.client.sonde("trace", lab.serverV4, "7010", "-w", "\(folder)/a.pcap").run()
                #expect(outcome.code == 1, "\(outcome)")
                let arrow = try #require(outcome.outputLines.first { $0.contains("ICMP 3/13") }, "\(outcome)")
                #expect(arrow.contains("◀") && arrow.contains(lab.routerV4) && arrow.contains("administratively prohibited"))
                #expect(outcome.output.contains("prohibited by a firewall at \(lab.routerV4)"), "\(outcome)")
                // The file has the error, too.
                let frames = try await Command.tool("tcpdump", "-nn", "-r", "\(folder)/a.pcap").run().orThrow().outputLines
                #expect(frames.count == 2 && frames.contains { $0.contains("admin prohibited") }, "\(frames)")
            }
            let v6 = try await lab.client.sonde("trace", lab.serverV6, "7010").run()
            let arrow = try #require(v6.outputLines.first { $0.contains("ICMPv6 1/1") }, "\(v6)")
            #expect(v6.code == 1 && arrow.contains(lab.routerV6), "\(v6)")
        }
    }

    @Test("a RST that the router sends in the server's name is told by its TTL", .needs(.root, .tool("nft"), .tool("python3")))
    func forged() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(Self.drop("tcp dport 7007 tcp flags & psh == psh reject with tcp reset"))
            try await Self.serving(lab.server) {
                let outcome = try await lab.client.sonde("trace", lab.serverV4, "7007", "--send", "x").run()
                #expect(
                    outcome.output.contains(
                        "the RST arrived with TTL 64, the server's other segments with 63: another machine sent it"
                    ),
                    "\(outcome)"
                )
            }
            // The server's own RST is not called forged.
            let reset = "peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\npeer.close()"
            try await Self.serving(lab.server, reset) {
                let lines = try await lab.client.sonde("trace", lab.serverV4, "7007", "--json").run().jsonLines()
                #expect(lines.first?["foreign_reset"]?.bool == false && lines.last?["closed_by"]?.string == "resp", "\(lines)")
                #expect(lines.first?["verdict"]?.string?.contains("then resets at once") == true, "\(lines)")
            }
        }
    }

    @Test("what this machine's own firewall does to a SYN", .needs(.root, .tool("nft")))
    func ownFirewall() async throws {
        try await NetworkLab.run { lab in
            try await lab.client.nft(
                """
                table inet f { chain o { type filter hook output priority 0;
                tcp dport 7011 reject with tcp reset; tcp dport 7012 drop; tcp dport 7013 reject; }; }
                """
            )
            for (port, words) in [
                ("7011", "no SYN left this machine: its own firewall sent the RST"),
                ("7012", "no SYN left this machine: its own firewall or traffic control drops it"),
                ("7013", "rejected by this machine's own firewall"),
            ] {
                let outcome = try await lab.client.sonde("trace", "-t", "1s", lab.serverV4, port).run()
                #expect(outcome.code == 1 && outcome.output.contains(words), "\(outcome)")
            }
        }
    }

    @Test("a server that keeps its half open", .needs(.root, .tool("python3")))
    func halfClosed() async throws {
        try await NetworkLab.run { lab in
            try await Self.serving(lab.server, "kept = peer") {
                let outcome = try await lab.client.sonde("trace", "-t", "1s", lab.serverV4, "7007").run()
                #expect(outcome.code == 0, "\(outcome)")
                #expect(
                    outcome.output.contains("did not close its half within 1.00 s: the connection is half-closed"),
                    "\(outcome)"
                )
                #expect(outcome.output.contains("half-closed: closed by the originator only"), "\(outcome)")
            }
        }
    }

    @Test(
        "a lower MSS on the way is the server's in the SYN-ACK, and limits the segments",
        .needs(.root, .tool("nft"), .tool("python3"))
    )
    func clamped() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(Self.drop("tcp flags & (syn|ack) == (syn|ack) tcp option maxseg size set 1200"))
            try await Self.serving(lab.server) {
                let outcome = try await lab.client.sonde("trace", lab.serverV4, "7007").run()
                #expect(
                    outcome.output.contains("1188 bytes per segment, limited by the server's MSS, 1200, less 12 for timestamps"),
                    "\(outcome)"
                )
            }
        }
    }

    // MARK: - The options

    @Test("--count makes a table with percentiles; --path adds the hops", .needs(.root, .tool("python3")))
    func countAndPath() async throws {
        try await NetworkLab.run { lab in
            try await Self.serving(lab.server) {
                let table = try await lab.client.sonde("trace", "-c", "3", lab.serverV4, "7007").run().orThrow()
                #expect(table.outputLines.filter { $0.contains(" open ") }.count == 3, "\(table)")
                #expect(table.output.contains("3 handshakes, 3 answered, 0.0 % lost\nmin ") && table.output.contains(", p99 "))
                let lines = try await lab.client.sonde("trace", "-c", "3", "--json", lab.serverV4, "7007").run().orThrow()
                    .jsonLines()
                #expect(lines.filter { $0["type"]?.string == "trace" && $0["wire_rtt_ms"]?.double != nil }.count == 3)
                #expect(lines.filter { $0["type"]?.string == "connection" && $0["conn_state"]?.string == "SF" }.count == 3)
                #expect(lines.last?["type"]?.string == "statistics" && lines.last?["received"]?.int == 3)
                let path = try await lab.client.sonde("trace", "--path", "--json", lab.serverV4, "7007").run().orThrow().jsonLines()
                #expect(path.filter { $0["type"]?.string == "hop" }.map { $0["hop"]?.string } == [lab.routerV4, lab.serverV4])
                #expect(path.last?["type"]?.string == "path" && path.last?["reached"]?.bool == true)
                #expect(path.last?["hops"]?.int == path.first?["hops_estimate"]?.int)
            }
        }
    }

    @Test("the SYNs are those that tcpdump sees, and -w keeps the same frames", .needs(.root, .tool("tcpdump"), .tool("python3")))
    func besideTcpdump() async throws {
        try await NetworkLab.run { lab in
            try await Self.withFolder { folder in
                let (ours, theirs) = ("\(folder)/sonde.pcap", "\(folder)/tcpdump.pcap")
                try await Self.serving(lab.server) {
                    let dump = lab.client.tool("tcpdump", "-i", "eth0", "-nn", "-U", "-Z", "root", "-w", theirs, "tcp")
                    let trace = try await dump.running { peer in
                        _ = try await peer.errorLine(within: .seconds(20)) { $0.contains("listening on") }
                        let trace = try await lab.client.sonde("trace", "--json", "-w", ours, lab.serverV4, "7007").run().orThrow()
                        let count = try trace.jsonLines().filter { $0["type"]?.string == "packet" }.count
                        try await eventually { try await Self.packets(of: theirs).count == count }
                        peer.interrupt()
                        return trace
                    }.0
                    let (mine, other) = (try await Self.packets(of: ours), try await Self.packets(of: theirs))
                    #expect(mine == other, "\(mine)\n\(other)")
                    let syn = try #require(try trace.jsonLines().first?["syn"])
                    let line = try #require(other.first { $0.contains("Flags [S]") })
                    #expect(
                        line.contains("mss \(syn["mss"]?.int ?? 0),sackOK,TS val ")
                            && line.contains("wscale \(syn["wscale"]?.int ?? -1)")
                    )
                    #expect(line.contains("win \(syn["window"]?.int ?? -1),"))
                }
            }
        }
    }

    /// The TCP packets of a file as tcpdump describes them, without times, links and checksums that the NIC fills in.
    private static func packets(of path: String) async throws -> [String] {
        try await Command.tool("tcpdump", "-nn", "-t", "-S", "-r", path, "tcp").run().outputLines.map { line in
            line.contains("IP ") ? String(line[(line.range(of: "IP ")?.lowerBound ?? line.startIndex)...]) : line
        }
    }

    @Test("of a name with both families the one that answers is traced, and the other is reported", .needs(.root, .tool("nft")))
    func families() async throws {
        try await NetworkLab.run { lab in
            // ip netns exec puts this file in the place of /etc/hosts.
            let folder = "/etc/netns/\(lab.client.name)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try "\(lab.serverV6) both.test\n\(lab.serverV4) both.test\n".write(
                toFile: "\(folder)/hosts",
                atomically: true,
                encoding: .utf8
            )
            try await lab.router.nft("table ip6 f { chain c { type filter hook forward priority 0; meta l4proto tcp drop; }; }")
            try await Self.serving(lab.server) {
                let outcome = try await lab.client.sonde("trace", "both.test", "7007").run()
                #expect(
                    outcome.code == 0 && outcome.output.contains("both.test port 7007: \(lab.serverV4):7007, resolved in "),
                    "\(outcome)"
                )
                #expect(outcome.output.contains("; also \(lab.serverV6)"), "\(outcome)")
                #expect(outcome.output.contains("IPv4 connected first"), "\(outcome)")
                #expect(outcome.output.contains("\(lab.serverV6) did not answer within "), "\(outcome)")
            }
        }
    }

    @Test("a flood is read up to a limit, then reset", .needs(.root, .tool("python3")))
    func flood() async throws {
        try await NetworkLab.run { lab in
            let endless = "try:\n    while True: peer.sendall(b'x' * 65536)\nexcept OSError: pass"
            try await Self.serving(lab.server, endless) {
                let outcome = try await lab.client.sonde("trace", lab.serverV4, "7007").run()
                #expect(outcome.code == 0 && outcome.output.contains("the server sent more than a trace reads"), "\(outcome)")
                #expect(outcome.output.contains("reset by the originator"), "\(outcome)")
                #expect(outcome.outputLines.count < 200)
            }
        }
    }

    // MARK: - Without privilege, and faults

    @Test(
        "as nobody: what the kernel knows, the command that grants the rest, and the exit codes of probe",
        .needs(.root, .unprivilegedUser)
    )
    func unprivileged() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.server.sonde("echo", "7007", "--bind", "0.0.0.0", "--bind", "::").running { process in
                _ = try await process.line(within: .seconds(20)) { $0.contains("listening") }
                let open = try await lab.client.sonde("trace", lab.serverV4, "7007").unprivileged().run()
                #expect(open.code == 0 && open.output.contains("7007/tcp open (syn-ack): accepts connections"), "\(open)")
                #expect(open.output.contains("AGREED (TCP_INFO)") && open.output.contains("1448 bytes per segment"), "\(open)")
                #expect(open.error.contains("The segments are not shown: capturing on any needs CAP_NET_RAW"), "\(open)")
                #expect(open.error.contains("sudo setcap cap_net_raw=ep "), "\(open)")
                let lines = try await lab.client.sonde("trace", "--json", lab.serverV4, "7007").unprivileged().run().jsonLines()
                #expect(lines.count == 1 && lines[0]["captured"]?.bool == false && lines[0]["syn"] == .null, "\(lines)")
                #expect(lines[0]["negotiated"]?["timestamps"]?.bool == true && lines[0]["effective_mss"]?.int == 1448)
                let closed = try await lab.client.sonde("trace", lab.serverV4, "7008").unprivileged().run()
                #expect(closed.code == 1 && closed.output.contains("7008/tcp closed (rst): refused"), "\(closed)")
                let file = try await lab.client.sonde("trace", "-w", "/tmp/x.pcap", lab.serverV4, "7007").unprivileged().run()
                #expect(file.code == 77 && file.output.isEmpty, "\(file)")
                process.interrupt()
            }
        }
    }

    @Test("Ctrl-C while nothing answers: what was seen is drawn, exit code 130", .needs(.root, .tool("nft")))
    func interrupted() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(Self.drop("tcp dport 7009 counter drop"))
            let (_, outcome) = try await lab.client.sonde("trace", "-t", "60s", lab.serverV4, "7009").running { process in
                try await eventually {
                    try await lab.router.tool("nft", "list", "ruleset").run().output.contains(#/packets [1-9]/#)
                }
                process.interrupt()
            }
            #expect(outcome.code == 130, "\(outcome)")
            #expect(
                outcome.output.contains("wants to connect") && outcome.output.contains("interrupted before an answer"),
                "\(outcome)"
            )
        }
    }

    @Test("an interface that is set down in mid-trace ends nothing but the connection", .needs(.root, .tool("python3")))
    func interfaceDown() async throws {
        try await NetworkLab.run { lab in
            try await Self.serving(lab.server, "print('accepted', flush=True)\nkept = peer") {
                let command = lab.client.sonde("trace", "-t", "3s", "--send", "x", lab.serverV4, "7007")
                let (_, outcome) = try await command.running { _ in
                    try await eventually {
                        try await lab.client.tool("ss", "-Htn", "state", "established").run().output.contains(":7007")
                    }
                    try await lab.client.ip("link set eth0 down")
                }
                #expect(outcome.code == 0, "\(outcome)")
                #expect(outcome.output.contains("open 3/3") && outcome.output.contains("7007/tcp open"), "\(outcome)")
            }
        }
    }

    @Test("a full disk, a path that can't be written, a closed pipe", .needs(.root))
    func outputs() async throws {
        try await NetworkLab.run { lab in
            let full = try await lab.client.tool("sh", "-c", "\(Binary.sonde) trace \(lab.serverV4) 7008 >/dev/full").run()
            #expect(full.code == 74 && full.error.contains("standard output"), "\(full)")
            let file = try await lab.client.sonde("trace", lab.serverV4, "7008", "-w", "/dev/full").run()
            #expect(file.code == 74 && file.output.contains("7008/tcp closed"), "\(file)")
            let missing = try await lab.client.sonde("trace", lab.serverV4, "7008", "-w", "/nonexistent/x.pcap").run()
            #expect(missing.code == 73, "\(missing)")
            let pipe = try await lab.client.tool(
                "bash",
                "-c",
                "\(Binary.sonde) trace \(lab.serverV4) 7008 | true; echo ${PIPESTATUS[0]}"
            )
            .run()
            #expect(pipe.output == "1\n" && pipe.error.isEmpty, "\(pipe)")
        }
    }

    @Test("the unspecified address is this machine", .needs(.root))
    func unspecified() async throws {
        try await Namespace.with("alone") { spaces in
            for address in ["0.0.0.0", "::"] {
                let outcome = try await spaces[0].sonde("trace", address, "7008").run()
                #expect(outcome.code == 1 && outcome.output.contains("REJ: refused"), "\(outcome)")
            }
        }
    }

    @Test("a name that does not resolve, an address of the other family, no address of the family", .needs(.root))
    func targets() async throws {
        try await Namespace.with("alone") { spaces in
            let unresolved = try await spaces[0].sonde("trace", "nosuch.invalid", "80").run()
            #expect(unresolved.code == 68 && unresolved.error.contains("\"nosuch.invalid\" does not resolve"), "\(unresolved)")
            let family = try await spaces[0].sonde("trace", "-4", "::1", "80").run()
            #expect(family.code == 68, "\(family)")
            let v6 = try await spaces[0].sonde("trace", "2001:db8::1", "80").run()
            #expect(v6.code != 0 && v6.output.contains("no SYN left this machine"), "\(v6)")
        }
    }
}
