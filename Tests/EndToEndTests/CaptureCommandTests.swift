import Foundation
import Testing

/// `sonde capture -- COMMAND`: a command's connections alone, and its exit code.
@Suite("sonde capture runs a command", .sideBySide)
struct CaptureCommandTests {
    /// Accepts connections until it is killed, and answers each with one byte.
    private static let server = """
        import socket, sys
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", int(sys.argv[1])))
        server.listen(128)
        print("ready", flush=True)
        while True:
            peer, _ = server.accept()
            peer.sendall(b"x")
            peer.close()
        """

    /// One process that connects, reads to the end and closes, as often as asked; 0 is for ever.
    private static let client = """
        import socket, sys, time
        count = int(sys.argv[1])
        turn = 0
        while turn < count or count == 0:
            client = socket.create_connection(("127.0.0.1", 7007))
            while client.recv(100): pass
            client.close()
            turn += 1
            if turn == 20: print("going", flush=True)
            if count == 0: time.sleep(0.001)
        """

    private static func withServer(
        _ name: String,
        _ body: @Sendable (_ space: Namespace) async throws -> Void
    ) async throws {
        try await Namespace.with(name) { spaces in
            try await spaces[0].tool("python3", "-c", Self.server, "7007").running { server in
                _ = try await server.line(within: .seconds(20)) { $0 == "ready" }
                try await body(spaces[0])
                server.kill()
            }
        }
    }

    private static func file(_ suffix: String) -> String { "/tmp/sonde-command-\(UUID().uuidString)\(suffix)" }

    @Test(
        "beside a neighbour on the same interface: the command's connections alone, in the file as well",
        .needs(.root, .tool("python3"))
    )
    func neighbour() async throws {
        let path = Self.file(".pcapng")
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await Self.withServer("neighbour") { space in
            try await space.tool("python3", "-c", Self.client, "0").running { neighbour in
                _ = try await neighbour.line(within: .seconds(20)) { $0 == "going" }
                let command = space.sonde(
                    "capture",
                    "-i",
                    "lo",
                    "--connections",
                    "--json",
                    "-w",
                    path,
                    "--",
                    "python3",
                    "-c",
                    Self.client + "\nsys.exit(7)",
                    "3"
                )
                let outcome = try await command.run()
                #expect(outcome.code == 7, "\(outcome)")
                let connections = try JSONValue.lines(of: outcome.outputBytes)
                #expect(connections.map { $0["conn_state"]?.string } == ["SF", "SF", "SF"], "\(outcome)")
                #expect(outcome.error.contains(" of other programs, left out (--all keeps them)"))
                let read = try await Command.sonde("capture", "-r", path, "--connections", "--json").run().orThrow()
                #expect(try JSONValue.lines(of: read.outputBytes).map { $0["orig_p"] } == connections.map { $0["orig_p"] })
                neighbour.kill()
            }
        }
    }

    @Test("200 commands in a row lose no handshake, beside a neighbour", .needs(.root, .tool("python3"), .tool("bash")))
    func shortCommands() async throws {
        try await Self.withServer("short") { space in
            try await space.tool("python3", "-c", Self.client, "0").running { neighbour in
                _ = try await neighbour.line(within: .seconds(20)) { $0 == "going" }
                let script = "for turn in $(seq 200); do bash -c 'exec 3<>/dev/tcp/127.0.0.1/7007'; done"
                let outcome = try await space.sonde("capture", "-i", "lo", "--connections", "--json", "--", "bash", "-c", script)
                    .run()
                #expect(outcome.code == 0)
                let connections = try JSONValue.lines(of: outcome.outputBytes)
                #expect(connections.count == 200)
                #expect(connections.allSatisfy { $0["history"]?.string?.hasPrefix("ShA") == true })
                neighbour.kill()
            }
        }
    }

    @Test("the clients of a server that the command is", .needs(.root, .tool("python3")))
    func server() async throws {
        try await Self.withServer("server") { space in
            let capture = space.sonde(
                "capture",
                "-i",
                "lo",
                "--connections",
                "--json",
                "--",
                "python3",
                "-c",
                Self.server,
                "7008"
            )
            let outcome = try await capture.running { process in
                _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
                try await space.tool("python3", "-c", Self.client.replacing("7007", with: "7008"), "2").run().orThrow()
                try await space.tool("python3", "-c", Self.client, "2").run().orThrow()
                _ = try await process.line(within: .seconds(20)) { $0.contains("\"resp_p\":7008") }
                process.terminate()
            }.1
            #expect(outcome.code == 143, "the signal is passed on, and ended the command")
            let connections = try outcome.outputLines.filter { $0.hasPrefix("{") }.map { try JSONValue(Array($0.utf8)) }
            #expect(connections.map { $0["resp_p"]?.int } == [7008, 7008], "\(outcome)")
        }
    }

    @Test("--all keeps the connections of every program", .needs(.root, .tool("python3")))
    func all() async throws {
        try await Self.withServer("all") { space in
            let go = Self.file(".go")
            defer { try? FileManager.default.removeItem(atPath: go) }
            let script = "echo ready; while [ ! -e \(go) ]; do sleep 0.05; done"
            let capture = space.sonde("capture", "-i", "lo", "--all", "--connections", "--json", "--", "sh", "-c", script)
            let outcome = try await capture.running { process in
                _ = try await process.line(within: .seconds(20)) { $0 == "ready" }
                try await space.tool("python3", "-c", Self.client, "1").run().orThrow()
                FileManager.default.createFile(atPath: go, contents: nil)
            }.1
            #expect(outcome.code == 0 && outcome.output.contains("\"resp_p\":7007"), "\(outcome)")
        }
    }

    @Test(
        "its exit code is the command's, as a shell gives it",
        .needs(.root),
        arguments: [
            (["true"], 0, ""), (["sh", "-c", "exit 3"], 3, ""), (["sh", "-c", "kill -9 $$"], 137, ""),
            (["sonde-no-such-command"], 127, "sonde: cannot run \"sonde-no-such-command\": no such file or directory (ENOENT 2)"),
            (["/etc/passwd"], 126, "sonde: cannot run \"/etc/passwd\": permission denied (EACCES 13)"),
        ] as [([String], Int, String)]
    )
    func exitCode(words: [String], code: Int, error: String) async throws {
        try await Namespace.with("exit") { spaces in
            let outcome = try await Command(Binary.sonde, ["capture", "-i", "lo", "--"] + words).inNamespace(spaces[0].name).run()
            #expect(outcome.code == code && (error.isEmpty || outcome.error.contains(error)), "\(outcome)")
        }
    }

    @Test("standard input is the command's", .needs(.root))
    func input() async throws {
        try await Namespace.with("input") { spaces in
            let outcome = try await spaces[0].sonde("capture", "-i", "lo", "--", "cat").input("hello\n").run()
            #expect(outcome.code == 0 && outcome.output == "hello\n")
        }
    }

    @Test(
        "a process that the command leaves behind still connects, and nothing of sonde stays after it",
        .needs(.root, .tool("bash"))
    )
    func leftBehind() async throws {
        let (begun, done) = (Self.file(".begun"), Self.file(".done"))
        defer { for file in [begun, done] { try? FileManager.default.removeItem(atPath: file) } }
        try await Self.withServer("behind") { space in
            // It connects once the capture has ended. Its standard streams are not those that the test reads to their end.
            let waiting = "for i in $(seq 600); do [ -e \(begun) ] && break; sleep 0.1; done"
            let script = "(\(waiting); exec 3<>/dev/tcp/127.0.0.1/7007 && touch \(done)) >/dev/null 2>&1 </dev/null &"
            let outcome = try await space.sonde("capture", "-i", "lo", "--", "bash", "-c", script).run()
            #expect(outcome.code == 0)
            #expect(FileManager.default.createFile(atPath: begun, contents: nil))
            try await eventually { FileManager.default.fileExists(atPath: done) }
        }
    }

    @Test("a key of the terminal reaches the command once, and the capture ends with it", .needs(.root, .tool("python3")))
    func terminal() async throws {
        let script = """
            import os, pty, sys
            child, terminal = pty.fork()
            if child == 0: os.execv(sys.argv[1], sys.argv[1:])
            text = b""
            while True:
                try: more = os.read(terminal, 4096)
                except OSError: break
                if not more: break
                text += more
                if b"ready" in text and b"\\x03" not in text and b"sent" not in text:
                    text += b"sent"
                    os.write(terminal, b"\\x03")
            print(text.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        try await Namespace.with("terminal") { spaces in
            let command = "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done"
            let outcome = try await spaces[0].tool(
                "python3",
                "-c",
                script,
                Binary.sonde,
                "capture",
                "-i",
                "lo",
                "--",
                "sh",
                "-c",
                command
            ).run()
            #expect(outcome.output.components(separatedBy: "caught").count == 2, "\(outcome)")
            #expect(outcome.output.hasSuffix(" 5\n") && outcome.output.contains("packets captured"), "\(outcome)")
        }
    }

    @Test("the command runs as who called sudo", .needs(.root))
    func sudo() async throws {
        try await Namespace.with("sudo") { spaces in
            let command = spaces[0].sonde("capture", "-i", "lo", "--", "id", "-u")
            let outcome = try await command.environment(["SUDO_UID": "1234", "SUDO_GID": "1235"]).run()
            #expect(outcome.code == 0 && outcome.output == "1234\n")
        }
    }

    @Test(
        "what does not go with a command",
        arguments: [
            (["capture", "--all"], "sonde: --all needs a command\n  → add it: -- COMMAND\n"),
            (["capture", "-r", "x", "--", "true"], "sonde: a command after -- needs a live capture\n  → leave -r out\n"),
        ]
    )
    func mistakes(arguments: [String], error: String) async throws {
        let outcome = try await Command(Binary.sonde, arguments).run()
        #expect(outcome.code == 64 && outcome.error == error)
    }
}
