import Foundation
import Testing

/// How a live capture begins, ends and fails.
@Suite("sonde capture, live", .sideBySide)
struct CaptureLiveTests {
    /// One connection on loopback, closed in order.
    private static let conversation = """
        import socket
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen()
        client = socket.create_connection(server.getsockname())
        peer, _ = server.accept()
        client.sendall(b"hello")
        peer.recv(100)
        client.close()
        peer.recv(100)
        peer.close()
        """

    @Test("--handshakes --until-closed ends with the connection", .needs(.root, .tool("python3")))
    func handshakesUntilClosed() async throws {
        try await Namespace.with("until") { spaces in
            let capture = spaces[0].sonde("capture", "-i", "lo", "--handshakes", "--until-closed")
            let outcome = try await capture.running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on lo" }
                try await spaces[0].tool("python3", "-c", Self.conversation).run().orThrow()
            }.1
            #expect(outcome.code == 0)
            #expect(outcome.output.contains("open 1/3") && outcome.output.contains("close 1/4"))
        }
    }

    @Test("nflog waits until the kernel logs a packet", .needs(.root, .tool("nft"), .tool("python3")))
    func nflog() async throws {
        try await Namespace.with("nflog") { spaces in
            try await spaces[0].nft(
                "table inet t {\nchain o {\ntype filter hook output priority 0;\nmeta l4proto tcp log group 0\n}\n}"
            )
            let capture = spaces[0].sonde("capture", "-i", "nflog", "--until-closed")
            let outcome = try await capture.running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on nflog" }
                // Longer than the capture waits for a frame at a time.
                try await Task.sleep(for: .milliseconds(1200))
                try await spaces[0].tool("python3", "-c", Self.conversation).run().orThrow()
            }.1
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.contains("close 4/4"))
        }
    }

    @Test("an interface that is removed ends the capture with its name and the next step", .needs(.root))
    func interfaceGone() async throws {
        try await Self.withPair { space in
            let outcome = try await space.sonde("capture", "-i", "v0").running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on v0" }
                try await space.ip("link del v0")
            }.1
            #expect(outcome.code == 69, "\(outcome)")
            #expect(
                outcome.error.contains("sonde: interface v0 disappeared during the capture\n  → see those that exist: sonde addrs")
            )
        }
    }

    @Test(
        "an interface that is set down is reported with the next step, and the capture continues",
        .needs(.root, .tool("python3"))
    )
    func interfaceDown() async throws {
        try await Self.withPair { space in
            let capture = space.sonde("capture", "-i", "v0", "-c", "1", "tcp")
            let outcome = try await capture.running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on v0" }
                try await space.ip("link set v0 down")
                _ = try await process.errorLine(within: .seconds(20)) {
                    $0 == "interface v0 is down: the capture continues once it is up"
                }
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "  → bring it up: sudo ip link set v0 up" }
                try await space.ip(
                    "link set v0 up\naddr replace 10.77.4.1/24 dev v0\nneigh replace 10.77.4.2 lladdr 02:00:00:00:00:01 dev v0"
                )
                // Nobody answers; the SYN alone counts.
                let connect = "import socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('10.77.4.2', 9))"
                try await space.tool("python3", "-c", connect).run().orThrow()
            }.1
            #expect(outcome.code == 0 && outcome.output.contains("wants to connect"), "\(outcome)")
        }
    }

    private static func withPair(_ body: @Sendable (Namespace) async throws -> Void) async throws {
        try await Namespace.with("pair") { spaces in
            try await spaces[0].ip("link add v0 type veth peer name v1\nlink set v0 up\nlink set v1 up")
            try await body(spaces[0])
        }
    }

    @Test("a reader of -w - that goes away ends the capture quietly")
    func closedPipe() async throws {
        let path = "/tmp/sonde-pipe-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // More than a pipe holds.
        try CaptureTests.refusedConnections(fromPorts: 1000..<9000).write(to: URL(fileURLWithPath: path))
        let outcome = try await Command.tool("sh", "-c", "\"$0\" capture -r \(path) -w - | head -c 24", Binary.sonde).run()
        #expect(outcome.code == 0 && outcome.error.isEmpty, "\(outcome)")
        #expect(outcome.outputBytes.count == 24)
    }

    @Test("options joined to their values", .needs(.root, .tool("python3")))
    func joinedOptions() async throws {
        try await Namespace.with("joined") { spaces in
            let path = "/tmp/sonde-joined-\(UUID().uuidString).pcap"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let outcome = try await spaces[0].sonde("capture", "-ilo", "-c3", "-w\(path)").running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on lo" }
                try await spaces[0].tool("python3", "-c", Self.conversation).run().orThrow()
            }.1
            #expect(outcome.code == 0 && outcome.error.contains("3 packets captured"))
            let read = try await Command.sonde("capture", "-r\(path)").run()
            #expect(read.output == outcome.output && read.output.contains("open 3/3"))
            let lone = try await Command.sonde("capture", path).run()
            #expect(lone.code == 64 && lone.error.contains("sonde capture -r \(path)"))
        }
    }

    @Test(
        "a ladder of nothing is an error that says why",
        arguments: [
            (["-r", "empty.pcap"], "give a capture with TCP connections"),
            (["-r", "other-packets.pcap", "udp"], "the filter may exclude it"),
        ] as [([String], String)],
        ["text", "ascii", "svg", "mermaid"]
    )
    func emptyLadder(_ item: (arguments: [String], hint: String), format: String) async throws {
        let command = Command(Binary.sonde, ["capture", "--ladder", "--format", format] + item.arguments).inDirectory(Golden.corpus)
        let outcome = try await command.run()
        #expect(outcome.code == 1 && outcome.output.isEmpty)
        #expect(outcome.error.contains("sonde: no ladder: the capture has no TCP connection") && outcome.error.contains(item.hint))
    }

    @Test(
        "ladders are drawn in ASCII where the locale is set and is not UTF-8",
        arguments: [
            (["LC_ALL": "C"], true), (["LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE.ISO-8859-1"], true),
            (["LC_ALL": "POSIX"], true),
            (["LC_ALL": "C.UTF-8"], false), (["LC_ALL": "", "LANG": "en_US.utf8"], false),
            (["LC_ALL": "", "LC_CTYPE": "", "LANG": ""], false),
        ] as [([String: String], Bool)]
    )
    func locale(environment: [String: String], isASCII: Bool) async throws {
        let command = Command(Binary.sonde, ["capture", "--ladder", "-r", "ipv6.pcap"]).inDirectory(Golden.corpus)
        let outcome = try await command.environment(environment).run()
        #expect(outcome.code == 0 && outcome.outputBytes.allSatisfy { $0 < 0x80 } == isASCII)
    }
}
