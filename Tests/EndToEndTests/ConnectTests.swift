import Glibc
import Testing

@Suite("sonde connect", .sideBySide)
struct ConnectTests {
    @Test("carries input and output through a pipe and says what the connection did")
    func pipe() async throws {
        try await withEcho { port, _ in
            let outcome = try await Command.sonde("connect", Loopback.text, "\(port)").input("a\nb\0c").run()
            #expect(outcome.output == "a\nb\0c" && outcome.code == 0, "\(outcome)")
            for words in ["connected in", "rtt", "sent 5 B", "received 5 B", "retransmits", "closed first by this side (FIN)"] {
                #expect(outcome.error.contains(words), "\(outcome)")
            }
        }
    }

    @Test("host:port, --crlf, --quit, UDP and no input at all")
    func options() async throws {
        try await withEcho("--tcp", "--udp") { port, _ in
            let crlf = try await Command.sonde("connect", "--crlf", "\(Loopback.text):\(port)").input("a\nb\r\n").run()
            #expect(crlf.output == "a\r\nb\r\n" && crlf.code == 0, "\(crlf)")
            let quit = try await Command.sonde("connect", "--quit", "q", Loopback.text, "\(port)").input("a\nq\nb\n").run()
            #expect(quit.output == "a\n" && quit.code == 0, "\(quit)")
            let udp = try await Command.sonde("connect", "--udp", "--timeout", "300ms", Loopback.text, "\(port)").input("dgram")
                .run()
            #expect(udp.output == "dgram" && udp.code == 0, "\(udp)")
            let empty = try await Command.sonde("connect", Loopback.text, "\(port)").run()
            #expect(empty.output.isEmpty && empty.code == 0, "\(empty)")
        }
    }

    @Test("the quit word ends the session although the input goes on")
    func quitWithOpenInput() async throws {
        try await withEcho { port, _ in
            let outcome = try await Command.sonde("connect", "--quit", "bye", Loopback.text, "\(port)").running { process in
                try await process.write("hello\nby")
                try await process.write("e\n")
                try await eventually { !process.error.bytes.isEmpty }
            }.1
            #expect(outcome.output == "hello\n" && outcome.code == 0, "\(outcome)")
        }
    }

    @Test("Unix sockets, stream and datagram")
    func unix() async throws {
        let scratch = Scratch()
        try await Command.sonde("echo", "--json", "--unix", "\(scratch.path)/s", "--unix-datagram", "\(scratch.path)/d").running {
            process in
            _ = try await process.line(within: .seconds(20)) { $0.contains("unix-datagram") }
            let stream = try await Command.sonde("connect", "--unix", "\(scratch.path)/s").input("stream").run()
            #expect(stream.output == "stream" && stream.code == 0, "\(stream)")
            let datagram = try await Command.sonde("connect", "--udp", "--timeout", "300ms", "--unix", "\(scratch.path)/d").input(
                "d"
            ).run()
            #expect(datagram.output == "d" && datagram.code == 0, "\(datagram)")
            process.interrupt()
        }
        let missing = try await Command.sonde("connect", "--unix", "\(scratch.path)/s").run()
        #expect(missing.code == 1 && missing.error.contains("ENOENT"), "\(missing)")
    }

    @Test("nobody listens: 1 with errno and number; a name that does not resolve: 68")
    func refused() async throws {
        let tcp = try await Command.sonde("connect", "127.0.0.1", "\(FreePort.tcp())").run()
        #expect(tcp.code == 1 && tcp.error.contains("ECONNREFUSED 111"), "\(tcp)")
        let udp = try await Command.sonde("connect", "--udp", "127.0.0.1", "\(FreePort.udp())").input("x").run()
        #expect(udp.code == 1 && udp.error.contains("ECONNREFUSED 111"), "\(udp)")
        let name = try await Command.sonde("connect", "no.such.host.invalid", "80").run()
        #expect(name.code == 68 && name.error.contains("no.such.host.invalid"), "\(name)")
    }

    @Test("a firewall's refusal names who sent it, silence is a timeout", .needs(.root, .tool("nft")))
    func filtered() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table ip f { chain c { type filter hook forward priority 0;
                tcp dport 81 reject with icmp type admin-prohibited; tcp dport 82 drop; }; }
                """
            )
            let prohibited = try await lab.client.sonde("connect", lab.serverV4, "81").run()
            #expect(prohibited.code == 1 && prohibited.error.contains("reported by \(lab.routerV4) (ICMP 3/13)"), "\(prohibited)")
            let silent = try await lab.client.sonde("connect", lab.serverV4, "82", "--timeout", "300ms").run()
            #expect(silent.code == 1 && silent.error.contains("ETIMEDOUT"), "\(silent)")
        }
    }

    @Test("a reset by the peer is told as one and ends with 1")
    func reset() async throws {
        try await withEcho("--allow", "192.0.2.0/24") { port, _ in
            let outcome = try await Command.sonde("connect", Loopback.text, "\(port)").running { process in
                try await eventually { !process.error.bytes.isEmpty }
            }.1
            // It may come before the connection is taken note of, or after.
            #expect(outcome.code == 1 && outcome.error.contains("ECONNRESET"), "\(outcome)")
        }
    }

    @Test("a slow reader of standard output loses nothing")
    func slowReader() async throws {
        try await withEcho { port, _ in
            let script = """
                head -c 8388608 /dev/zero | tr '\\0' x | \(Binary.sonde) connect \(Loopback.text) \(port) 2>/dev/null |
                (sleep 0.3; head -c 1000000 | sha256sum >/dev/null; sleep 0.2; wc -c)
                """
            let outcome = try await Command.tool("sh", "-c", script).run()
            #expect(outcome.output.contains("\(8_388_608 - 1_000_000)"), "\(outcome)")
        }
    }

    @Test("output that can't be written: 74 for a full disk, quiet where the reader left")
    func output() async throws {
        try await withEcho { port, _ in
            let connect = "\(Binary.sonde) connect \(Loopback.text) \(port)"
            let full = try await Command.tool("sh", "-c", "echo x | \(connect) >/dev/full").run()
            #expect(full.code == 74 && full.error.contains("ENOSPC"), "\(full)")
            let script = "head -c 9000000 /dev/zero | \(connect) | head -c 1 >/dev/null; echo ${PIPESTATUS[1]}"
            let closed = try await Command.tool("bash", "-c", script).run()
            #expect(closed.output == "0\n" && closed.error.isEmpty, "\(closed)")
        }
    }

    @Test("standard streams that came closed are empty, not somebody else's")
    func closedStreams() async throws {
        try await withEcho { port, _ in
            let connect = "\(Binary.sonde) connect \(Loopback.text) \(port)"
            let noInput = try await Command.tool("sh", "-c", "\(connect) <&-").run()
            #expect(noInput.code == 0 && noInput.output.isEmpty, "\(noInput)")
            let noOutput = try await Command.tool("sh", "-c", "(echo x | \(connect) >&- 2>&-); echo $?").run()
            #expect(noOutput.output == "0\n", "\(noOutput)")
        }
    }

    @Test("signals end it with their code and the summary", arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func signals(number: Int32, code: Int32) async throws {
        try await withEcho { port, _ in
            let outcome = try await Command.sonde("connect", Loopback.text, "\(port)").running { process in
                try await process.write("x\n")
                _ = try await process.line(within: .seconds(20)) { $0 == "x" }
                process.send(signal: number)
                try await eventually { !process.error.bytes.isEmpty }
            }.1
            #expect(outcome.code == code && outcome.error.contains("left open"), "\(outcome)")
        }
    }

    @Test(
        "a signal ends connect and get while they connect",
        .needs(.root, .tool("nft")),
        arguments: [["connect", "127.0.0.1", "9000"], ["get", "127.0.0.1:9000", "f"]]
    )
    func signalWhileConnecting(arguments: [String]) async throws {
        try await Namespace.with("dial") { spaces in
            try await spaces[0].nft(
                "table inet t {\n chain input {\n type filter hook input priority 0; policy accept;\n tcp dport 9000 drop\n }\n}"
            )
            var command = Command(Binary.sonde, arguments + ["--timeout", "1h"])
            command.namespace = spaces[0].name
            let outcome = try await command.running { process in
                try await ProbeTests.waitForProbes(in: spaces[0])
                process.terminate()
            }.1
            #expect(outcome.code == -SIGTERM, "\(outcome)")
        }
    }

    /// A server that says something, closes, and stays or ends.
    private static let closingServer = """
        import socket, sys, time
        listener = socket.socket(); listener.bind((sys.argv[1], 0)); listener.listen()
        print(listener.getsockname()[1], flush=True)
        connection, _ = listener.accept()
        connection.sendall(b"bye\\n")
        if sys.argv[2] == "half":
            connection.shutdown(socket.SHUT_WR)
            data = b""
            while piece := connection.recv(100): data += piece
            print(data.decode(), flush=True)
        elif sys.argv[2] == "patient":
            # Gives up at a FIN, as some servers do; answers otherwise.
            connection.settimeout(0.3)
            connection.recv(100)
            try: connection.recv(100)
            except TimeoutError: connection.sendall(b"answer\\n")
        connection.close()
        """

    private func withServer(
        _ kind: String,
        in space: Namespace? = nil,
        _ body: @Sendable (String, RunningProcess) async throws -> Void
    ) async throws {
        let host = space == nil ? Loopback.text : "127.0.0.1"
        var command = Command.tool("python3", "-c", Self.closingServer, host, kind)
        command.namespace = space?.name
        try await command.running { server in
            let port = try await server.line(within: .seconds(20)) { !$0.isEmpty }
            try await body("\(host):\(port)", server)
            server.kill()
        }
    }

    @Test("--end-with-peer ends with the peer's close although standard input is an open pipe", .needs(.tool("python3")))
    func endsWithPeer() async throws {
        try await withServer("close") { address, _ in
            let outcome = try await Command.sonde("connect", "--end-with-peer", address).running { process in
                try await eventually { process.error.text.contains("closed first by the peer") }
            }.1
            #expect(outcome.output == "bye\n" && outcome.code == 0, "\(outcome)")
        }
    }

    @Test("a peer that only closed its half gets what comes on standard input", .needs(.tool("python3")))
    func peerClosedItsHalf() async throws {
        try await withServer("half") { address, server in
            let outcome = try await Command.sonde("connect", address).running { process in
                _ = try await process.line(within: .seconds(20)) { $0 == "bye" }
                try await process.write("still ")
                try await process.write("heard\n")
            }.1
            #expect(outcome.code == 0, "\(outcome)")
            _ = try await server.line(within: .seconds(20)) { $0 == "still heard" }
        }
    }

    @Test("a peer that closed for good is found gone although standard input is silent", .needs(.root, .tool("python3")))
    func findsPeerGone() async throws {
        try await Namespace.with("gone") { spaces in
            try await spaces[0].sysctl("net.ipv4.tcp_fin_timeout", "1")
            try await withServer("close", in: spaces[0]) { address, _ in
                let outcome = try await spaces[0].sonde("connect", address).limit(.seconds(60)).running { process in
                    let deadline = ContinuousClock.now + .seconds(100)
                    while process.error.bytes.isEmpty, ContinuousClock.now < deadline {
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }.1
                #expect(outcome.output == "bye\n" && outcome.code == 0 && outcome.elapsed < .seconds(60), "\(outcome)")
            }
        }
    }

    @Test("--no-shutdown keeps the sending half open at the end of input", .needs(.tool("python3")))
    func noShutdown() async throws {
        for (options, expected) in [([], "bye\n"), (["--no-shutdown"], "bye\nanswer\n")] {
            try await withServer("patient") { address, _ in
                let outcome = try await Command(Binary.sonde, ["connect"] + options + [address]).input("GET\n").run()
                #expect(outcome.output == expected && outcome.code == 0, "\(outcome)")
            }
        }
    }

    @Test("used-up descriptors have a hint that helps, and a folder as standard input ends with 66", .needs(.tool("prlimit")))
    func hints() async throws {
        try await withEcho { port, _ in
            let full = try await Command.tool("prlimit", "--nofile=5:5", Binary.sonde, "connect", Loopback.text, "\(port)").run()
            #expect(full.code == 71 && full.error.contains("ulimit -n") && !full.error.contains("sonde probe"), "\(full)")
            let folder = try await Command.tool("sh", "-c", "exec \(Binary.sonde) connect \(Loopback.text) \(port) </tmp").run()
            #expect(folder.code == 66 && folder.error.contains("EISDIR"), "\(folder)")
        }
    }

    static let wrong: [[String]] = [
        ["--udp", "--no-shutdown", "host", "80"], ["--udp", "--end-with-peer", "host", "80"], [], ["host"], ["host", "0"],
        ["host", "65536"], ["host:80", "80"], ["a:b"], ["[::1", "80"], ["--unix", "/x", "host", "80"],
        ["--quit", "", "host", "80"], ["--timeout", "x", "host", "80"], ["--timeout", "0", "host", "80"], ["--unix", ""],
    ]

    @Test("a wrong command line ends with 64", arguments: wrong)
    func usage(arguments: [String]) async throws {
        let outcome = try await Command(Binary.sonde, ["connect"] + arguments).run()
        #expect(outcome.code == 64 && outcome.output.isEmpty && !outcome.error.isEmpty, "\(outcome)")
    }
}
