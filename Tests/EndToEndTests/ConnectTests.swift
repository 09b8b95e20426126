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

    static let wrong: [[String]] = [
        [], ["host"], ["host", "0"], ["host", "65536"], ["host:80", "80"], ["a:b"], ["[::1", "80"], ["--unix", "/x", "host", "80"],
        ["--quit", "", "host", "80"], ["--timeout", "x", "host", "80"], ["--timeout", "0", "host", "80"], ["--unix", ""],
    ]

    @Test("a wrong command line ends with 64", arguments: wrong)
    func usage(arguments: [String]) async throws {
        let outcome = try await Command(Binary.sonde, ["connect"] + arguments).run()
        #expect(outcome.code == 64 && outcome.output.isEmpty && !outcome.error.isEmpty, "\(outcome)")
    }
}
