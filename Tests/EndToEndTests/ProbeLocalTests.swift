import Testing

/// Ports of this machine's own addresses: what its sockets say beside what connect says.
@Suite("sonde probe: this machine's own ports", .sideBySide)
struct ProbeLocalTests {
    /// Loopback only, another address only, IPv6 only, UDP only, a full accept queue, and a plain listener: ports 9101 to 9106.
    private static let sockets = """
        import socket, time
        kept = []
        def listen(family, address, port, backlog=8, only=False):
            one = socket.socket(family, socket.SOCK_STREAM)
            if only: one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address, port)); one.listen(backlog); kept.append(one)
        listen(socket.AF_INET, "127.0.0.1", 9101)
        listen(socket.AF_INET, "10.80.0.2", 9102)
        listen(socket.AF_INET6, "::", 9103, only=True)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("0.0.0.0", 9104)); kept.append(udp)
        listen(socket.AF_INET, "0.0.0.0", 9105, backlog=0)
        for _ in range(3):
            peer = socket.socket(); peer.setblocking(False); peer.connect_ex(("10.80.0.1", 9105)); kept.append(peer)
        listen(socket.AF_INET, "0.0.0.0", 9106)
        time.sleep(0.2)
        print("ready", flush=True)
        time.sleep(600)
        """

    private static func run(_ body: @Sendable (Namespace) async throws -> Void) async throws {
        try await Namespace.with("local") { spaces in
            try await spaces[0].ip("addr add 10.80.0.1/32 dev lo\naddr add 10.80.0.2/32 dev lo")
            try await spaces[0].tool("python3", "-c", sockets).limit(.seconds(120)).running { process in
                _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
                try await body(spaces[0])
                process.terminate()
            }
        }
    }

    static let expected: [(port: Int, state: String, listener: String, address: String?, words: String)] = [
        (9100, "closed", "none", nil, "refused: nothing listens there"),
        (9101, "closed", "other-address", "127.0.0.1", "refused: the socket on this port is bound to 127.0.0.1 only"),
        (9102, "closed", "other-address", "10.80.0.2", "refused: the socket on this port is bound to 10.80.0.2 only"),
        (9103, "closed", "other-family", "::", "refused: the socket on this port takes IPv6 only"),
        (9104, "closed", "other-transport", "0.0.0.0", "refused: a UDP socket has the port, no TCP listener"),
        (9105, "filtered", "full-queue", "0.0.0.0", "no answer: the listener's accept queue is full (1 waiting, limit 0)"),
        (9106, "open", "listening", "0.0.0.0", "accepts connections"),
    ]

    @Test("each way to miss a listener has its sentence and its field", .needs(.root, .tool("python3"), .unprivilegedUser))
    func listeners() async throws {
        try await Self.run { space in
            let command = space.sonde("probe", "10.80.0.1", "9100-9106", "--timeout", "1s")
            let table = try await command.unprivileged().run()
            var json = command
            json.arguments.append("--json")
            let objects = try await json.unprivileged().run().jsonLines()
            for row in Self.expected {
                let object = try #require(objects.first { $0["port"]?.int == row.port })
                #expect(object["state"]?.string == row.state, "\(object)")
                #expect(object["local"]?["listener"]?.string == row.listener, "\(object)")
                #expect(object["local"]?["address"]?.string == row.address, "\(object)")
                #expect(table.outputLines.contains { $0.hasPrefix("\(row.port)/") && $0.hasSuffix(row.words) }, "\(table)")
            }
            let full = objects.first { $0["port"]?.int == 9105 }?["local"]
            #expect(full?["queue"]?.int == 1 && full?["queue_limit"]?.int == 0)
        }
    }

    @Test("UDP, and a firewall of this machine", .needs(.root, .tool("python3"), .tool("nft")))
    func others() async throws {
        try await Self.run { space in
            try await space.nft(
                "table ip t { chain in { type filter hook input priority 0; tcp dport 9106 drop; tcp dport 9200 drop; }; }"
            )
            let dropped = try await space.sonde("probe", "10.80.0.1", "9106,9200", "--timeout", "500ms").run()
            #expect(dropped.output.contains("no answer: a socket listens, but a local firewall drops it"), "\(dropped)")
            #expect(dropped.output.contains("no answer: dropped by a local firewall, and nothing listens there"), "\(dropped)")
            let datagrams = try await space.sonde("probe", "-u", "10.80.0.1", "9104,9106", "--timeout", "500ms").run()
            #expect(datagrams.output.contains("refused: a TCP listener has the port, no UDP socket"), "\(datagrams)")
            #expect(datagrams.output.contains("no answer: a silent service, or dropped by a local firewall"), "\(datagrams)")
        }
    }
}
