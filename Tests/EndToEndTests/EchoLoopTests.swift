import Testing

/// UDP servers in a namespace of their own, and datagrams whose source address is forged.
@Suite("sonde echo --udp: loops and forged sources", .sideBySide, .needs(.root, .tool("python3")))
struct EchoLoopTests {
    /// Sends one datagram through a raw socket: SOURCE PORT DESTINATION PORT [TEXT].
    private static let forge = """
        import socket, struct, sys
        source, sport, target, tport = sys.argv[1:5]
        data = (sys.argv[5] if len(sys.argv) > 5 else 'x').encode()
        udp = struct.pack('!HHHH', int(sport), int(tport), 8 + len(data), 0) + data
        if ':' in source:
            ends = b''.join(socket.inet_pton(socket.AF_INET6, a) for a in (source, target))
            total = ends + struct.pack('!II', len(udp), 17) + udp + b'\\0' * (len(udp) % 2)
            check = sum(struct.unpack('!%dH' % (len(total) // 2), total))
            while check >> 16: check = (check & 0xffff) + (check >> 16)
            udp = udp[:6] + struct.pack('!H', ~check & 0xffff) + udp[8:]
            raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 255)
            raw.sendto(struct.pack('!IHBB', 6 << 28, len(udp), 17, 64) + ends + udp, (target, 0))
        else:
            ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                socket.inet_aton(source), socket.inet_aton(target))
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW).sendto(ip + udp, (target, 0))
        """

    /// Runs `body` in a namespace whose loopback has 10.9.9.1, 10.9.9.2 and fd99::1 beside its own addresses.
    private func withNamespace(_ body: @Sendable (Namespace) async throws -> Void) async throws {
        try await Namespace.with("echo") { spaces in
            try await spaces[0].ip("addr add 10.9.9.1/24 dev lo\naddr add 10.9.9.2/24 dev lo\naddr add fd99::1/64 dev lo nodad")
            try await body(spaces[0])
        }
    }

    /// Runs `sonde echo --udp` on a port, and returns its summary.
    private func echo(
        _ port: Int,
        _ options: [String],
        in space: Namespace,
        _ body: @Sendable (RunningProcess) async throws -> Void
    ) async throws -> JSONValue {
        let command = Command(Binary.sonde, ["echo", "\(port)", "--udp", "--json"] + options).inNamespace(space.name)
        let outcome = try await command.running { process in
            _ = try await process.listeningPort()
            try await body(process)
            process.interrupt()
        }.1
        return try #require(outcome.jsonLines().last)
    }

    /// How many datagrams all sockets of the namespace took.
    private func datagrams(in space: Namespace) async throws -> Int {
        let v4 = try await space.tool("cat", "/proc/net/snmp").run().outputLines.filter { $0.hasPrefix("Udp:") }
        let v6 = try await space.tool("cat", "/proc/net/snmp6").run().outputLines.filter { $0.hasPrefix("Udp6InDatagrams") }
        let first = try #require(v4.last?.split(separator: " ")[1])
        let second = try #require(v6.first?.split(whereSeparator: \.isWhitespace).last)
        return (Int(first) ?? 0) + (Int(second) ?? 0)
    }

    private func send(_ forged: String, in space: Namespace) async throws {
        let words = forged.split(separator: " ").map(String.init)
        try await Command("python3", ["-c", Self.forge] + words).inNamespace(space.name).run().orThrow()
    }

    /// Waits until no more datagrams come for a while; at most two seconds.
    private func settle(_ space: Namespace) async throws -> Int {
        var last = -1
        for _ in 0..<8 {
            let count = try await datagrams(in: space)
            if count == last { return count }
            last = count
            try await Task.sleep(for: .milliseconds(250))
        }
        return last
    }

    static let pairs: [(options: [String], forged: String)] = [
        (["--bind", "127.0.0.1"], "127.0.0.1 9002 127.0.0.1 9001"),
        (["--bind", "::1"], "::1 9002 ::1 9001"),
        (["--bind", "*"], "127.0.0.1 9002 127.0.0.1 9001"),
        (["--bind", "*"], "::1 9002 ::1 9001"),
        (["--bind", "*"], "10.9.9.2 9002 10.9.9.1 9001"),
        (["--bind", "10.9.9.1", "--bind", "10.9.9.2"], "10.9.9.2 9002 10.9.9.1 9001"),
        (["--bind", "127.0.0.1", "--reply", "text"], "127.0.0.1 9002 127.0.0.1 9001"),
        (["--bind", "*", "--reply", "text", "--delay", "20ms"], "::1 9002 ::1 9001"),
        (["--bind", "*", "--delay", "20ms"], "127.0.0.1 9002 127.0.0.1 9001"),
        (["--bind", "*", "--threads", "2"], "fd99::1 9002 ::1 9001"),
        (["--bind", "*", "--allow", "127.0.0.0/8"], "127.0.0.1 9002 127.0.0.1 9001"),
    ]

    @Test("two servers exchange at most two datagrams after a forged one", arguments: pairs)
    func twoServers(options: [String], forged: String) async throws {
        try await withNamespace { space in
            let summary = try await echo(9001, options, in: space) { _ in
                let other = try await echo(9002, options, in: space) { _ in
                    let before = try await datagrams(in: space)
                    try await send(forged, in: space)
                    #expect(try await settle(space) - before == 2)
                }
                #expect(other["datagrams_out"]?.int == 0 && other["refused"]?.int == 1)
            }
            #expect(summary["datagrams_in"]?.int == 1 && summary["datagrams_out"]?.int == 1)
        }
    }

    static let selves: [(options: [String], forged: String)] = [
        (["--bind", "127.0.0.1"], "127.0.0.1 9001 127.0.0.1 9001"),
        (["--bind", "*"], "127.0.0.1 9001 127.0.0.1 9001"),
        (["--bind", "*"], "::1 9001 ::1 9001"),
        (["--bind", "*"], "fd99::1 9001 fd99::1 9001"),
        (["--bind", "*"], "10.9.9.2 9001 10.9.9.1 9001"),
        (["--bind", "*", "--reply", "text"], "fd99::1 9001 ::1 9001"),
        (["--bind", "*", "--delay", "20ms"], "fd99::1 9001 fd99::1 9001"),
        (["--bind", "10.9.9.1", "--bind", "10.9.9.2"], "10.9.9.2 9001 10.9.9.1 9001"),
        (["--bind", "10.9.9.1", "--bind", "fd99::1", "--threads", "2"], "fd99::1 9001 fd99::1 9001"),
    ]

    @Test("a server answers itself at most once after a forged datagram", arguments: selves)
    func itself(options: [String], forged: String) async throws {
        try await withNamespace { space in
            let summary = try await echo(9001, options, in: space) { process in
                let before = try await datagrams(in: space)
                try await send(forged, in: space)
                #expect(try await settle(space) - before <= 2)
                _ = try await process.object("refused")
            }
            #expect(try #require(summary["datagrams_out"]?.int) <= 1)
        }
    }

    @Test("no answer goes to the port of a service, nor to any port below 1024")
    func services() async throws {
        let ports = [7, 9, 11, 13, 15, 17, 19, 37, 53, 69, 123, 161, 389, 520, 1023, 1434, 1900, 3702, 5353, 11211]
        try await withNamespace { space in
            let summary = try await echo(9001, ["--bind", "*"], in: space) { process in
                for port in ports { try await send("127.0.0.1 \(port) 127.0.0.1 9001", in: space) }
                try await send("::1 7 ::1 9001", in: space)
                try await send("::1 40000 ::1 9001", in: space)
                _ = try await process.object("connect")
            }
            #expect(summary["datagrams_out"]?.int == 1 && summary["datagrams_in"]?.int == 1, "\(summary)")
            #expect(summary["refused"]?.int == ports.count + 1)
        }
    }

    @Test("no answer goes to what was sent to a broadcast or multicast address")
    func groups() async throws {
        try await withNamespace { space in
            let summary = try await echo(9001, ["--bind", "*"], in: space) { process in
                try await space.ip(
                    """
                    link add lan0 type veth peer name lan1
                    link set lan1 up
                    link set lan0 up
                    addr add 10.8.8.1/24 broadcast 10.8.8.255 dev lan0
                    addr add fd88::1/64 dev lan0 nodad
                    route add 224.0.0.0/4 dev lan0
                    """
                )
                let script = """
                    import socket
                    for target in ('10.8.8.255', '224.0.0.1'):
                        u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.setsockopt(1, 6, 1); u.sendto(b'x', (target, 9001))
                    u = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                    u.sendto(b'x', ('ff02::1', 9001, 0, socket.if_nametoindex('lan0')))
                    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b'x', ('10.9.9.1', 9001)); u.recv(9)
                    """
                try await space.tool("python3", "-c", script).run().orThrow()
                _ = try await process.object("connect")
            }
            #expect(summary["datagrams_out"]?.int == 1, "\(summary)")
        }
    }

    @Test("an echo server of another kind is not answered for ever", .needs(.tool("socat")))
    func foreignServer() async throws {
        try await withNamespace { space in
            let summary = try await echo(9001, ["--bind", "127.0.0.1"], in: space) { _ in
                try await space.tool("socat", "-d", "-d", "UDP4-RECVFROM:9002,bind=127.0.0.1,fork", "EXEC:cat").running { other in
                    _ = try await other.errorLine(within: .seconds(10)) { $0.contains("receiving on") }
                    try await send("127.0.0.1 9002 127.0.0.1 9001", in: space)
                    _ = try await settle(space)
                    other.terminate()
                }
            }
            let sent = try #require(summary["datagrams_out"]?.int)
            #expect((2...18).contains(sent), "\(summary)")
        }
    }

    @Test("--reply to a short question is short, unless --allow says who may ask")
    func amplification() async throws {
        let text = String(repeating: "A", count: 4096)
        let ask = """
            import socket, sys
            for question in (b'', b'x' * 100):
                u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.settimeout(5)
                u.sendto(question, ('127.0.0.1', 9001)); print(len(u.recv(65535)))
            """
        try await withNamespace { space in
            for (options, expected) in [([], ["56", "356"]), (["--allow", "127.0.0.0/8"], ["4097", "4097"])] {
                _ = try await echo(9001, ["--bind", "127.0.0.1", "--reply", text] + options, in: space) { _ in
                    let outcome = try await space.tool("python3", "-c", ask).run()
                    #expect(outcome.outputLines == expected, "\(outcome)")
                }
            }
        }
    }

    @Test("an answer leaves from the address that its question came to, also when it is held back", arguments: ["0", "20ms"])
    func answersFromWhereItWasAsked(delay: String) async throws {
        let ask = """
            import socket
            for family, target in ((socket.AF_INET, '10.9.9.2'), (socket.AF_INET6, 'fd99::1')):
                u = socket.socket(family, socket.SOCK_DGRAM); u.settimeout(5)
                u.sendto(b'q', (target, 9001)); print(u.recvfrom(9)[1][0])
            """
        try await withNamespace { space in
            _ = try await echo(9001, ["--bind", "*", "--delay", delay], in: space) { _ in
                let outcome = try await space.tool("python3", "-c", ask).run()
                #expect(outcome.outputLines == ["10.9.9.2", "fd99::1"], "\(outcome)")
            }
        }
    }

    @Test("--once waits for a datagram that it may answer, and refused ones are in no sum")
    func onceAndRefused() async throws {
        try await withNamespace { space in
            let summary = try await echo(9001, ["--bind", "127.0.0.1", "--once", "--allow", "127.0.0.2/32"], in: space) { process in
                try await send("127.0.0.1 40000 127.0.0.1 9001", in: space)
                let refused = try await process.object("refused")
                #expect(refused["reason"]?.string == "not-allowed")
                try await send("127.0.0.2 40000 127.0.0.1 9001", in: space)
                _ = try await process.object("summary")
            }
            #expect(summary["datagrams_in"]?.int == 1 && summary["bytes_in"]?.int == 1 && summary["refused"]?.int == 1)
        }
    }
}
