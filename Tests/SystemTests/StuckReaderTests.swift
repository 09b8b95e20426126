import Testing

/// Programs whose standard output is a pipe that nobody reads.
@Suite("a reader that stands still")
struct StuckReaderTests {
    /// Starts the server, reads its first line and nothing more, talks to it as many clients, signals it, and prints how it ended.
    private static let script = """
        import json, os, signal, socket, subprocess, sys
        binary, signal_name, question, clients = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
        reader, writer = os.pipe()
        server = subprocess.Popen([binary] + sys.argv[5:], stdout=writer, stderr=subprocess.PIPE, text=True)
        os.close(writer)
        line = b""
        while not line.endswith(b"\\n"):
            line += os.read(reader, 1)
        there = json.loads(line)
        for _ in range(clients):
            with socket.create_connection((there["address"], there["port"]), 60) as client:
                client.sendall(question.encode() + b"\\n")
                assert client.recv(100)
        server.send_signal(getattr(signal, signal_name))
        print(server.wait(120))
        print(server.stderr.read())
        """

    private static func run(_ signal: String, _ question: String, clients: Int, _ arguments: String...) async throws -> String {
        var command = Command.tool("python3", "-c", script, Binary.sonde, signal, question, "\(clients)")
        command.arguments += arguments + ["--json", "--bind", Loopback.text]
        return try await command.run().orThrow().output
    }

    @Test("clients of sonde echo are served, a signal ends it, and what is missing is said", .needs(.tool("python3")))
    func echo() async throws {
        // A pipe holds 64 KiB, which is fewer than 300 lines.
        for signal in ["SIGINT", "SIGTERM"] {
            let output = try await Self.run(signal, "hello", clients: 300, "echo", "0")
            #expect(output.hasPrefix("74\n") && output.contains("standard output: nobody read it"), "\(output)")
        }
    }

    @Test("beyond what may wait, lines are left out and counted, in bounded memory", .needs(.tool("python3")))
    func beyondTheBound() async throws {
        let output = try await Self.run("SIGINT", "hello", clients: 3000, "echo", "0", "--threads", "2")
        let count = output.split(separator: " ").compactMap { Int($0) }.last
        #expect(try #require(count) > 5000, "\(output)")
    }

    @Test("clients of sonde serve are served, and a signal ends it", .needs(.tool("python3")))
    func serve() async throws {
        let output = try await Self.run("SIGTERM", "GET nothing", clients: 1000, "serve", "/", "0")
        #expect(output.hasPrefix("74\n") && output.contains("standard output: nobody read it"), "\(output)")
    }

    @Test("SIGINT and SIGTERM end a probe whose results nobody reads", .needs(.tool("python3")), arguments: ["SIGINT", "SIGTERM"])
    func probe(signal: String) async throws {
        let script = """
            import fcntl, os, signal, struct, subprocess, sys, termios, time
            reader, writer = os.pipe()
            probe = subprocess.Popen(sys.argv[2:], stdout=writer, stderr=subprocess.DEVNULL)
            os.close(writer)
            def waiting():
                return struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, bytes(4)))[0]
            # Full is where it grows no more: each write takes pages of its own.
            last = 0
            while waiting() < 16384 or waiting() != last:
                last = waiting()
                time.sleep(0.3)
            assert probe.poll() is None
            probe.send_signal(getattr(signal, sys.argv[1]))
            print(probe.wait(120))
            """
        let code = signal == "SIGINT" ? 130 : 143
        for arguments in [["127.0.0.1", "-p-", "--json"], ["127.0.0.1", "1-200", "--count", "0", "--interval", "0.01"]] {
            var command = Command.tool("python3", "-c", script, signal, Binary.sonde, "probe")
            command.arguments += arguments
            #expect(try await command.run().orThrow().output == "\(code)\n")
        }
    }

    @Test("what fits the pipe is no loss", .needs(.tool("python3")))
    func fits() async throws {
        let output = try await Self.run("SIGINT", "hello", clients: 3, "echo", "0")
        #expect(output == "0\n\n")
    }
}
