import Foundation
import Testing

/// Programs whose standard output is a pipe that nobody reads.
@Suite("a reader that stands still", .sideBySide)
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

    /// Starts a program, waits until the pipe that it writes to is full, and so long again, signals it once, and prints how it ended.
    private static let fullPipe = """
        import fcntl, os, signal, struct, subprocess, sys, termios, time
        reader, writer = os.pipe()
        program = subprocess.Popen(sys.argv[3:], stdout=writer, stderr=subprocess.DEVNULL)
        os.close(writer)
        def waiting():
            return struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, bytes(4)))[0]
        # Full is where it grows no more: each write takes pages of its own.
        last = 0
        while waiting() < 16384 or waiting() != last:
            assert program.poll() is None, "it ended before the pipe was full"
            last = waiting()
            time.sleep(0.3)
        time.sleep(float(sys.argv[2]))
        assert program.poll() is None
        program.send_signal(getattr(signal, sys.argv[1]))
        print(program.wait(120))
        """

    private static func signalled(_ signal: String, after seconds: Double, _ arguments: [String]) async throws -> String {
        try await Command("python3", ["-c", fullPipe, signal, "\(seconds)", Binary.sonde] + arguments).run().orThrow().output
    }

    @Test("SIGINT and SIGTERM end a probe whose results nobody reads", .needs(.tool("python3")), arguments: ["SIGINT", "SIGTERM"])
    func probe(signal: String) async throws {
        let code = signal == "SIGINT" ? 130 : 143
        for arguments in [["127.0.0.1", "-p-", "--json"], ["127.0.0.1", "1-200", "--count", "0", "--interval", "0.01"]] {
            for seconds in [0, 3] as [Double] {
                let output = try await Self.signalled(signal, after: seconds, ["probe"] + arguments)
                #expect(output == "\(code)\n", "\(arguments), after \(seconds) s")
            }
        }
    }

    @Test(
        "SIGINT and SIGTERM end a download to a stream that nobody reads",
        .needs(.tool("python3")),
        arguments: ["SIGINT", "SIGTERM"]
    )
    func download(signal: String) async throws {
        let code = signal == "SIGINT" ? 130 : 143
        let folder = Scratch()
        try folder.write("large", [UInt8](repeating: 7, count: 4 << 20))
        let serve = Command.sonde("serve", folder.path, "0", "--json", "--bind", Loopback.text)
        let (output, _) = try await serve.running { process in
            let port = try await process.listeningPort()
            let output = try await Self.signalled(signal, after: 0, ["get", "\(Loopback.text):\(port)", "large", "-o", "-"])
            process.interrupt()
            return output
        }
        #expect(output == "\(code)\n")
    }

    @Test("SIGINT and SIGTERM end a capture that nobody reads, and its file is whole", .needs(.tool("python3")))
    func capture() async throws {
        let path = "/tmp/sonde-stuck-\(UUID().uuidString)"
        defer { for name in [path, path + ".copy"] { try? FileManager.default.removeItem(atPath: name) } }
        // Far more lines than a pipe holds.
        let file = CaptureTests.refusedConnections(fromPorts: 40_000..<43_000)
        try file.write(to: URL(fileURLWithPath: path))
        for (view, signal, code) in [([], "SIGINT", 130), (["--json"], "SIGTERM", 143), (["--connections"], "SIGINT", 130)] {
            let output = try await Self.signalled(signal, after: 0, ["capture", "-r", path, "-w", path + ".copy"] + view)
            #expect(output == "\(code)\n", "\(view)")
            let copy = try await Command.sonde("capture", "-r", path + ".copy", "--json").run()
            #expect(copy.code == 0 && copy.output.utf8.count { $0 == UInt8(ascii: "\n") } > 100, "\(view)")
        }
    }

    @Test("what fits the pipe is no loss", .needs(.tool("python3")))
    func fits() async throws {
        let output = try await Self.run("SIGINT", "hello", clients: 3, "echo", "0")
        #expect(output == "0\n\n")
    }
}
