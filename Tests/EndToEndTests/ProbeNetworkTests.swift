import Testing

/// Paths that are slow, that limit the rate of packets, or that end on the own link.
@Suite("sonde probe: slow and limited paths, the own link")
struct ProbeNetworkTests {
    /// Answers each SYN to a port between 2000 and 7999 after as many milliseconds as its last three or four digits say: from 2000 on
    /// with a SYN-ACK, from 5000 on with a RST. Prints each port with the milliseconds that passed between the kernel's receipt of its
    /// first SYN and the answer to that one, which on a busy machine are more.
    private static let responder = """
        import heapq, select, socket, struct, time
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        raw.bind(("eth0", 0))
        raw.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
        def checksum(data):
            total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            return ~total & 0xffff
        def answer(frame):
            ip = frame[14:14 + (frame[14] & 15) * 4]
            source, port, number = struct.unpack(">HHI", frame[14 + len(ip):22 + len(ip)])
            is_reset = port >= 5000
            flags, own = (0x14, 0) if is_reset else (0x12, 1000)
            head = lambda sum: struct.pack(">HHIIBBHHH", port, source, own, number + 1 & 0xffffffff, 0x50, flags, 0 if is_reset else 9000, sum, 0)
            addresses = ip[16:20] + ip[12:16]
            tcp = head(checksum(addresses + struct.pack(">HH", 6, 20) + head(0)))
            outer = lambda sum: struct.pack(">BBHIBBH", 0x45, 0, 40, 0x4000, 64, 6, sum) + addresses
            return frame[6:12] + frame[0:6] + frame[12:14] + outer(checksum(outer(0))) + tcp
        waiting = []
        seen = set()
        print("ready", flush=True)
        while True:
            timeout = max(0, waiting[0][0] - time.time()) if waiting else None
            if select.select([raw], [], [], timeout)[0]:
                frame, control, _, _ = raw.recvmsg(65535, 64)
                header = 14 + (frame[14] & 15) * 4
                if frame[12:14] != b"\\x08\\0" or frame[23] != 6 or frame[header + 13] != 2: continue
                port = struct.unpack(">H", frame[header + 2:header + 4])[0]
                delay = (port - (5000 if port >= 5000 else 2000)) / 1000
                seconds, nanoseconds = struct.unpack("ll", control[0][2])
                received = seconds + nanoseconds / 1e9
                heapq.heappush(waiting, (received + delay, received, None if port in seen else port, answer(frame)))
                seen.add(port)
            while waiting and waiting[0][0] <= time.time():
                due, received, first, frame = heapq.heappop(waiting)
                raw.send(frame)
                if first: print(first, (time.time() - received) * 1000, flush=True)
        """

    @Test(
        "the time of a slow answer is that of its own SYN",
        .needs(.root, .tool("nft"), .tool("python3"), .unprivilegedUser),
        arguments: [("2s", "0"), ("2s", "5"), ("3s", "2")]
    )
    func slowAnswers(timeout: String, retries: String) async throws {
        try await NetworkLab.run { lab in
            // The server's own stack would answer first.
            try await lab.server.nft("table ip own { chain in { type filter hook input priority 0; tcp dport 2000-7999 drop; }; }")
            let delays = [300, 600, 900, 1300, 1900]
            let ports = delays.flatMap { [2000 + $0, 5000 + $0] }.map(String.init).joined(separator: ",")
            let (lines, server) = try await lab.server.tool("python3", "-c", Self.responder).running { process in
                _ = try await process.line(within: .seconds(10)) { $0 == "ready" }
                let outcome = try await lab.client.sonde(
                    "probe",
                    "--json",
                    "--timeout",
                    timeout,
                    "--retries",
                    retries,
                    lab.serverV4,
                    ports
                ).unprivileged().run()
                process.interrupt()
                return try outcome.jsonLines().dropLast()
            }
            #expect(lines.count == 10)
            var answered: [Int: Double] = [:]
            for words in server.outputLines.map({ $0.split(separator: " ") }) where words.count == 2 {
                if let port = Int(words[0]) { answered[port] = Double(words[1]) }
            }
            for line in lines {
                let port = try #require(line["port"]?.int)
                let isOpen = port < 5000
                let delay = Double(port - (isOpen ? 2000 : 5000))
                #expect(line["state"]?.string == (isOpen ? "open" : "closed"), "\(line)")
                let time = try #require(line["connect_ms"]?.double, "\(line)")
                let passed = try #require(answered[port], "\(server)")
                // A busy machine may hear of it much later.
                #expect(time >= delay - 1 && time < passed + 2000, "\(line) \(passed)")
                // The kernel sends the SYN again every second.
                let retransmits = (Int(delay) / 1000)...Int(passed / 1000)
                #expect(retransmits.contains(line["syn_retransmits"]?.int ?? -1), "\(line) \(passed)")
            }
        }
    }

    @Test("behind a limit of packets per second every open port is found", .needs(.root, .tool("nft"), .unprivilegedUser))
    func rateLimit() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table inet pace {
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    ip daddr \(lab.serverV4) limit rate over 300/second burst 50 packets drop
                  }
                }
                """
            )
            let outcome = try await ProbeVerdictTests.listening(lab.server, port: 1000) {
                try await lab.client.sonde("probe", lab.serverV4, "1-1000").unprivileged().limit(.seconds(60)).run()
            }
            #expect(outcome.error.hasPrefix("1,000 ports: 1 open, 999 closed in"), "\(outcome)")
            #expect(outcome.error.contains("→ use --rate "), "\(outcome)")
        }
    }

    @Test("the own firewall, hosts and gateways without ARP, broadcast", .needs(.root, .tool("nft"), .unprivilegedUser))
    func ownLink() async throws {
        try await NetworkLab.run { lab in
            try await lab.client.nft(
                "table inet own { chain out { type filter hook output priority 0; tcp dport 6003 reject; tcp dport 6004 reject with tcp reset; }; }"
            )
            try await lab.client.ip("route add 10.99.0.0/16 via 10.77.1.200")
            let cases = [
                ("\(lab.serverV4):6003", "port-unreach", "rejected by this machine's own firewall"),
                ("10.77.1.77:80", "host-unreach", "no ARP answer: host down, or no such host"),
                ("fd77:1::77", "host-unreach", "no NDP answer: host down, or no such host"),
                ("10.99.0.1:80", "host-unreach", "the gateway 10.77.1.200 does not answer ARP"),
                ("10.77.1.255:80", "net-unreach", "a broadcast address: TCP connects to single hosts"),
            ]
            for (target, reason, words) in cases {
                let word = target.hasPrefix("fd") ? "[\(target)]:80" : target
                let outcome = try await lab.client.sonde("probe", word).unprivileged().run()
                #expect(
                    outcome.code == 1 && outcome.output.contains("filtered  \(reason)") && outcome.output.contains(words),
                    "\(outcome)"
                )
            }
        }
    }

    @Test("a multicast address, and a machine without IPv6", .needs(.root))
    func noNetwork() async throws {
        try await Namespace.with("alone") { spaces in
            try await spaces[0].sysctl("net.ipv6.conf.all.disable_ipv6", "1")
            let multicast = try await spaces[0].sonde("probe", "224.0.0.1:80").run()
            #expect(multicast.output.contains("a multicast address: TCP connects to single hosts"), "\(multicast)")
            let v6 = try await spaces[0].sonde("probe", "::1", "80").run()
            #expect(v6.code == 71 && v6.output.contains("this machine has no IPv6 address"), "\(v6)")
            #expect(!v6.error.contains("--concurrency") && v6.elapsed < .seconds(20), "\(v6)")
        }
    }
}
