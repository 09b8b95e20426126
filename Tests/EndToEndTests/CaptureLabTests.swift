import Foundation
import Testing

/// Live captures on the machines between two others: a bridge and a router.
@Suite("sonde capture between others", .sideBySide)
struct CaptureLabTests {
    /// Serves one connection: echoes what it gets until the other side closes.
    private static func server(_ address: String) -> String {
        """
        import socket
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("\(address)", 7007))
        server.listen()
        print("ready", flush=True)
        peer, _ = server.accept()
        while data := peer.recv(65536): peer.sendall(data)
        peer.close()
        """
    }

    private static func client(_ address: String) -> String {
        """
        import socket
        client = socket.create_connection(("\(address)", 7007), 30)
        for _ in range(20):
            client.sendall(b"x" * 1000)
            left = 1000
            while left: left -= len(client.recv(left))
        client.shutdown(socket.SHUT_WR)
        client.recv(1)
        client.close()
        """
    }

    /// One connection from `client` to `server`, from the SYN to the last acknowledgement.
    private static func converse(from client: Namespace, to server: Namespace, _ address: String) async throws {
        try await server.tool("python3", "-c", Self.server(address)).running { process in
            _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
            try await client.tool("python3", "-c", Self.client(address)).run().orThrow()
        }
    }

    private static func withFolder<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        let folder = "/tmp/sonde-lab-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Captures give root up.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// Two machines on the ports of a bridge, which is itself reached at 10.77.3.3.
    private static func withBridge(
        _ body: @Sendable (_ left: Namespace, _ bridge: Namespace, _ right: Namespace) async throws -> Void
    )
        async throws
    {
        try await Namespace.with("left", "bridge", "right") { spaces in
            let (left, bridge, right) = (spaces[0], spaces[1], spaces[2])
            try await bridge.ip(
                """
                link add br0 type bridge
                link add left type veth peer name eth0 netns \(left.name)
                link add right type veth peer name eth0 netns \(right.name)
                link set left master br0
                link set right master br0
                addr add 10.77.3.3/24 dev br0
                link set left up
                link set right up
                link set br0 up
                """
            )
            try await left.ip("addr add 10.77.3.1/24 dev eth0\nlink set eth0 up")
            try await right.ip("addr add 10.77.3.2/24 dev eth0\nlink set eth0 up")
            try await body(left, bridge, right)
        }
    }

    /// The TCP packets of a file as tcpdump describes them, without their times.
    private static func packets(of path: String) async throws -> [String] {
        try await Command.tool("tcpdump", "-nn", "-t", "-v", "-S", "-r", path, "tcp").run().orThrow().outputLines
            .split { !$0.hasPrefix(" ") }.map { $0.joined() }.sorted()
    }

    /// Whether the file has the RST or the last acknowledgement of the connection already.
    private static func isComplete(_ path: String) async throws -> Bool {
        try await Command.sonde("capture", "-r", path, "--connections").run().output.contains("closed in order")
    }

    @Test(
        "on a bridge: promiscuous by default, it has the same packets as tcpdump",
        .needs(.root, .tool("tcpdump"), .tool("python3"))
    )
    func bridge() async throws {
        try await Self.withBridge { left, bridge, right in
            try await Self.withFolder { folder in
                let (ours, theirs) = ("\(folder)/sonde.pcap", "\(folder)/tcpdump.pcap")
                let dump = bridge.tool("tcpdump", "-i", "br0", "-nn", "-U", "-Z", "root", "-w", theirs, "tcp")
                try await dump.running { peer in
                    _ = try await peer.errorLine(within: .seconds(20)) { $0.contains("listening on br0") }
                    let capture = bridge.sonde("capture", "-i", "br0", "-w", ours, "tcp")
                    let outcome = try await capture.running { process in
                        _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on br0" }
                        try await Self.converse(from: left, to: right, "10.77.3.2")
                        _ = try await process.line(within: .seconds(20)) { $0.contains("close 4/4") }
                        try await eventually { try await Self.isComplete(theirs) }
                        process.interrupt()
                    }.1
                    #expect(outcome.code == 0)
                    peer.interrupt()
                }
                let (own, other) = try await (Self.packets(of: ours), Self.packets(of: theirs))
                #expect(own.count > 40)
                #expect(own == other)
            }
        }
    }

    @Test("on a bridge with --no-promiscuous: its own packets alone", .needs(.root, .tool("python3")))
    func bridgeWithoutPromiscuity() async throws {
        try await Self.withBridge { left, bridge, right in
            let capture = bridge.sonde("capture", "-i", "br0", "-p", "--connections", "--json", "tcp")
            let outcome = try await capture.running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on br0" }
                try await Self.converse(from: left, to: right, "10.77.3.2")
                // The bridge's own connection is captured, so the one before it would have been.
                try await Self.converse(from: left, to: bridge, "10.77.3.3")
                _ = try await process.line(within: .seconds(20)) { $0.contains("10.77.3.3") }
                process.interrupt()
            }.1
            let connections = try JSONValue.lines(of: outcome.outputBytes)
            #expect(connections.map { $0["resp_h"]?.string } == ["10.77.3.3"])
        }
    }

    @Test(
        "on a router, through any: each segment is captured twice, and no frame is a retransmission of itself",
        .needs(.root, .tool("python3")),
        arguments: [4, 6]
    )
    func router(family: Int) async throws {
        try await NetworkLab.run { lab in
            let target = family == 4 ? lab.serverV4 : lab.serverV6
            let capture = lab.router.sonde("capture", "-i", "any", "--json", "tcp port 7007")
            let server =
                family == 4
                ? Self.server(target) : Self.server(target).replacing("socket.socket()", with: "socket.socket(socket.AF_INET6)")
            let outcome = try await capture.running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on any" }
                try await lab.server.tool("python3", "-c", server).running { listener in
                    _ = try await listener.line(within: .seconds(20)) { $0 == "ready" }
                    try await lab.client.tool("python3", "-c", Self.client(target)).run().orThrow()
                }
                _ = try await process.line(within: .seconds(20)) { $0.contains("\"conn_state\":\"SF\"") }
                process.interrupt()
            }.1
            let objects = try JSONValue.lines(of: outcome.outputBytes)
            let connections = objects.filter { $0["type"]?.string == "connection" }
            #expect(connections.count == 1)
            #expect(connections.first?["retransmits"]?.int == 0 && connections.first?["syn_retransmits"]?.int == 0)
            #expect(connections.first?["orig_bytes"]?.int == 20_000 && connections.first?["resp_bytes"]?.int == 20_000)
            let notes = objects.filter { $0["type"]?.string == "packet" }.compactMap { $0["note"]?.string }
            let twice = notes.filter { $0 == "captured twice: one frame seen at two points" }
            #expect(twice.count * 2 == notes.count && twice.count > 40)
            for word in ["retransmission", "duplicate", "out of order", "reuses", "not captured", "unexpected"] {
                #expect(!notes.contains { $0.contains(word) }, "\(word)")
            }
        }
    }
}
