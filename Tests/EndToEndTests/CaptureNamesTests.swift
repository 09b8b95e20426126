import Foundation
import Testing

/// What a capture knows by name: interfaces, and the servers that clients ask for.
@Suite("Names in sonde capture", .sideBySide)
struct CaptureNamesTests {
    /// A client that begins TLS with `name`, in pieces of the size given; the server reads and closes.
    private static let hello = """
        import socket, ssl, sys, threading
        name, size = sys.argv[1], int(sys.argv[2])
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen()
        client = socket.create_connection(server.getsockname())
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer, _ = server.accept()
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, outgoing, server_hostname=name)
        try: tls.do_handshake()
        except ssl.SSLWantReadError: pass
        message = outgoing.read()
        for start in range(0, len(message), size):
            piece = message[start:start + size]
            client.sendall(piece)
            while piece: piece = piece[len(peer.recv(len(piece))):]
        client.close()
        peer.recv(1)
        peer.close()
        """

    @Test("a connection has the name that its ClientHello asks for", .needs(.root, .tool("python3")), arguments: [100_000, 100])
    func serverName(size: Int) async throws {
        try await Namespace.with("names") { spaces in
            let capture = spaces[0].sonde(
                "capture",
                "-i",
                "lo",
                "--connections",
                "--json",
                "--",
                "python3",
                "-c",
                Self.hello,
                "www.example.org",
                "\(size)"
            )
            let outcome = try await capture.run()
            let connections = try JSONValue.lines(of: outcome.outputBytes)
            #expect(connections.map { $0["server_name"]?.string } == ["www.example.org"], "\(outcome)")
            #expect(connections.first?["community_id"]?.string?.hasPrefix("1:") == true)
        }
    }

    @Test("-D lists the interfaces with their addresses, without privilege", .needs(.root, .unprivilegedUser))
    func interfaces() async throws {
        try await Namespace.with("list") { spaces in
            try await spaces[0].ip("link add v0 type veth peer name v1\naddr add 10.77.5.1/24 dev v0\nlink set v0 up")
            let outcome = try await spaces[0].sonde("capture", "-D").unprivileged().run()
            #expect(outcome.code == 0, "\(outcome)")
            let rows = outcome.outputLines.map { $0.split(separator: " ").map(String.init) }
            #expect(rows.contains { $0.starts(with: ["v0", "up", "10.77.5.1/24"]) }, "\(outcome)")
            #expect(rows.contains { $0.starts(with: ["v1", "down", "-"]) }, "\(outcome)")
            #expect(rows.contains { $0.starts(with: ["any", "-", "-"]) }, "\(outcome)")
        }
    }

    @Test("frames are handed over at once, through a buffer of a chosen size", .needs(.root, .tool("python3")))
    func immediate() async throws {
        try await Namespace.with("immediate") { spaces in
            let capture = spaces[0].sonde(
                "capture",
                "-i",
                "lo",
                "-B",
                "4096",
                "--immediate-mode",
                "--",
                "python3",
                "-c",
                Self.hello,
                "example.org",
                "100000"
            )
            let outcome = try await capture.run()
            #expect(outcome.code == 0 && outcome.output.contains("open 3/3"), "\(outcome)")
        }
    }
}
