import Testing

@Suite("sonde sockets --watch and --connected")
struct SocketsWatchTests {
    private func watch(
        in space: Namespace,
        _ arguments: String...,
        body: @Sendable (RunningProcess) async throws -> Void
    ) async throws -> Outcome {
        let command = Command(Binary.sonde, ["sockets", "--watch", "--json", "--tcp", "--udp"] + arguments)
        return try await command.inNamespace(space.name).running { process in
            _ = try await process.errorLine(within: .seconds(10)) { $0.hasPrefix("watching ") }
            try await body(process)
            process.interrupt()
        }.1
    }

    @Test("a listener is reported when it is opened, with its process, and when it is closed", .needs(.root, .tool("python3")))
    func kinds() async throws {
        try await Namespace.with("sockwatch") { spaces in
            let outcome = try await watch(in: spaces[0], "--interval", "50ms") { process in
                let holder = Command("python3", ["-c", SocketScript.holder, "tcp 127.0.0.1 3001 ", "udp :: 3002 dual"])
                try await holder.inNamespace(spaces[0].name).running { python in
                    _ = try await python.line(within: .seconds(20)) { $0 == "ready" }
                    _ = try await process.line(within: .seconds(20)) { $0.contains("3001") }
                    _ = try await process.line(within: .seconds(20)) { $0.contains("3002") }
                }
                _ = try await process.line(within: .seconds(20)) { $0.contains("socket-closed") && $0.contains("3001") }
                _ = try await process.line(within: .seconds(20)) { $0.contains("socket-closed") && $0.contains("3002") }
            }
            #expect(outcome.code == 0, "\(outcome)")
            let objects = try outcome.jsonLines()
            let opened = try #require(objects.first { $0["change"]?.string == "socket-opened" && $0["port"]?.int == 3001 })
            #expect(opened["process"]?.string == "python3" && opened["reachable"]?.string == "local", "\(outcome)")
            #expect(objects.count == 4 && objects.allSatisfy { $0["type"]?.string == "change" }, "\(outcome)")
        }
    }

    /// Opens and closes sockets as fast as it can.
    private static let burst = """
        import resource, socket
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        kept = []
        for i in range(250):
            s = socket.socket()
            s.bind(("127.0.0.1", 10000 + i))
            s.listen(1)
            kept.append(s)
            u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            u.bind(("127.0.0.1", 20000 + i))
            u.close()
        for s in kept: s.close()
        s = socket.socket()
        s.bind(("127.0.0.1", 9999))
        s.listen(1)
        print("ready", flush=True)
        input()
        """

    @Test("of a burst of 1,000 changes none is missing, or the number that was lost is reported", .needs(.root, .tool("python3")))
    func burst() async throws {
        try await Namespace.with("sockburst") { spaces in
            let outcome = try await watch(in: spaces[0]) { process in
                try await Command("python3", ["-c", Self.burst]).inNamespace(spaces[0].name).running { python in
                    _ = try await python.line(within: .seconds(30)) { $0 == "ready" }
                    _ = try await process.line(within: .seconds(30)) { $0.contains("\"port\":9999,") }
                    // The kernel sends its notifications some time after the sockets were closed.
                    try? await eventually(within: .seconds(30)) { BurstTally(try process.output.objects()).isComplete }
                }
            }
            let tally = BurstTally(try outcome.jsonLines())
            #expect(tally.isComplete, "\(tally)")
        }
    }

    /// Each of the 500 sockets of `burst` was opened and closed: both at once, or one after the other.
    private struct BurstTally {
        var opened: Set<Int> = []
        var closed: Set<Int> = []
        var lost = 0

        var isComplete: Bool { opened.count + closed.count == 1000 || lost > 0 }

        init(_ objects: [JSONValue]) {
            for object in objects {
                lost += object["lost"]?.int ?? 0
                guard let port = object["port"]?.int, port >= 10000 else { continue }
                let change = object["change"]?.string
                if change != "socket-closed" { opened.insert(port) }
                if change != "socket-opened" { closed.insert(port) }
            }
        }
    }

    @Test(
        "a watch that was stopped reports how many notifications were lost, and ends in the right state",
        .needs(.root, .tool("python3"))
    )
    func overflow() async throws {
        try await Namespace.with("sockoverflow") { spaces in
            // The kernel counts what it discards, and does so some time after the sockets were closed.
            let flood = """
                import socket, time
                def dropped():
                    rows = [row.split() for row in open("/proc/net/netlink").readlines()[1:]]
                    return sum(int(row[8]) for row in rows if row[1] == "4")
                end = time.monotonic() + 50
                while not dropped() and time.monotonic() < end:
                    for i in range(1000):
                        u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                        u.bind(("127.0.0.1", 20000 + i))
                        u.close()
                s = socket.socket()
                s.bind(("127.0.0.1", 9999))
                s.listen(1)
                print("ready", flush=True)
                input()
                """
            let outcome = try await watch(in: spaces[0]) { process in
                process.send(signal: 19)
                try await Command("python3", ["-c", flood]).inNamespace(spaces[0].name).running { python in
                    _ = try await python.line(within: .seconds(60)) { $0 == "ready" }
                    process.send(signal: 18)
                    _ = try await process.line(within: .seconds(30)) { $0.contains("\"port\":9999,") }
                }
            }
            let objects = try outcome.jsonLines()
            #expect(objects.compactMap { $0["lost"]?.int }.reduce(0, +) > 0, "\(objects.count) objects")
            #expect(objects.contains { $0["change"]?.string == "socket-opened" && $0["port"]?.int == 9999 })
        }
    }

    @Test("a connection has its peer, the peer's process, RTT and retransmissions", .needs(.root))
    func connected() async throws {
        try await Namespace.with("sockpeer") { spaces in
            let server = spaces[0].sonde("echo", "8007")
            try await server.running { echo in
                _ = try await echo.line(within: .seconds(10)) { $0.contains("listening") && $0.contains("127.0.0.1") }
                try await spaces[0].sonde("connect", "127.0.0.1", "8007").running { client in
                    try await client.write("hello\n")
                    _ = try await client.line(within: .seconds(10)) { $0 == "hello" }
                    let outcome = try await spaces[0].sonde("sockets", "--connected", "--json", "8007").run().orThrow()
                    let objects = try outcome.jsonLines()
                    #expect(objects.count == 2, "\(outcome)")
                    let ours = try #require(objects.first { $0["peer_port"]?.int == 8007 })
                    #expect(ours["state"]?.string == "established" && ours["pid"]?.int == Int(client.id), "\(outcome)")
                    #expect(ours["peer_pid"]?.int == Int(echo.id) && ours["peer_process"]?.string == "sonde", "\(outcome)")
                    #expect((ours["rtt_ms"]?.double ?? 0) > 0 && ours["retransmits"]?.int == 0, "\(outcome)")
                    let table = try await spaces[0].sonde("sockets", "--connected").run().orThrow()
                    #expect(table.output.contains("sonde \(echo.id)"), "\(table)")
                }
                echo.interrupt()
            }
        }
    }

    @Test("names with hostile bytes reach no terminal raw, in any format", .needs(.root, .tool("python3")))
    func hostileNames() async throws {
        try await Namespace.with("sockhostile") { spaces in
            let script = """
                import ctypes, socket
                ctypes.CDLL(None).prctl(15, b"a\\x1b[31m\\n\\xff\\t")
                s = socket.socket(socket.AF_UNIX)
                s.bind(b"\\0sonde-hostile\\x1b[2J\\n\\xff")
                s.listen(1)
                t = socket.socket()
                t.bind(("127.0.0.1", 4001))
                t.listen(1)
                print("ready", flush=True)
                input()
                """
            try await Command("python3", ["-c", script]).inNamespace(spaces[0].name).running { python in
                _ = try await python.line(within: .seconds(20)) { $0 == "ready" }
                for format in [[], ["--json"], ["--plain"]] {
                    let command = Command(Binary.sonde, ["sockets"] + format).inNamespace(spaces[0].name)
                    let outcome = try await command.run().orThrow()
                    #expect(outcome.output.contains("sonde-hostile"), "\(outcome)")
                    let raw = outcome.outputBytes.contains { $0 == 0x1B || $0 == 0xFF || $0 < 0x20 && $0 != 0x0A && $0 != 0x09 }
                    #expect(!raw, "\(outcome)")
                    #expect(outcome.outputLines.count == (format.isEmpty ? 3 : 2), "\(outcome)")
                }
            }
        }
    }

    @Test("processes that end while they are read cost nothing but their rows", .needs(.root, .tool("python3")))
    func endingProcesses() async throws {
        try await Namespace.with("sockending") { spaces in
            let churn = "while :; do sh -c : ; done"
            let holder = Command("python3", ["-c", SocketScript.holder, "tcp 127.0.0.1 3001 "]).inNamespace(spaces[0].name)
            try await holder.running { python in
                _ = try await python.line(within: .seconds(20)) { $0 == "ready" }
                _ = try await Command.tool("sh", "-c", churn).running { shell in
                    for _ in 0..<50 {
                        let outcome = try await spaces[0].sonde("sockets", "3001", "--plain").run().orThrow()
                        #expect(outcome.output.hasSuffix("\troot\tpython3\t\(python.id)\n"), "\(outcome)")
                    }
                    shell.terminate()
                }
            }
        }
    }
}
