import Glibc
import Testing

@Suite("sonde echo: faults", .sideBySide)
struct EchoFaultTests {
    @Test("a client that never reads is not read from, and costs bounded memory while others are served")
    func neverReads() async throws {
        try await withEcho { port, process in
            let greedy = try Peer.tcp(port)
            let sent = greedy.sendUntilFull()
            // What both kernels' buffers hold, and no more: the server stopped reading.
            #expect(sent < 64 << 20)
            #expect(try #require(process.memory("VmRSS")) < 64 << 10)
            let other = try Peer.tcp(port)
            other.send("served")
            #expect(other.receiveText(6) == "served")
            greedy.resetOnClose()
        }
    }

    @Test("a client that resets in the middle is told of, and nobody else notices")
    func resets() async throws {
        try await withEcho { port, process in
            let other = try Peer.tcp(port)
            other.send("a")
            #expect(other.receiveText(1) == "a")
            do {
                let peer = try Peer.tcp(port)
                peer.send([UInt8](repeating: 1, count: 100_000))
                peer.resetOnClose()
            }
            let closed = try await process.object("close", client: 2)
            #expect(closed["reason"]?.string == "reset" && closed["closed_by"]?.string == "client")
            other.send("b")
            #expect(other.receiveText(1) == "b")
        }
    }

    @Test("a thousand that say nothing keep nobody from being served")
    func silent() async throws {
        let outcome = try await withEcho { port, process in
            let silent = try (0..<1000).map { _ in try Peer.tcp(port) }
            let other = try Peer.tcp(port)
            other.send("served")
            #expect(other.receiveText(6) == "served")
            #expect(try #require(process.memory("VmRSS")) < 64 << 10)
            #expect(silent.count == 1000)
        }
        #expect(outcome.code == 0)
        #expect(try outcome.jsonLines().count { $0["type"]?.string == "close" } == 1001)
    }

    @Test("out of descriptors: clients are served on, one warning, the others' turn comes", .needs(.tool("prlimit")))
    func descriptors() async throws {
        let command = Command.tool("prlimit", "--nofile=24:24", Binary.sonde, "echo", "0", "--json", "--bind", Loopback.text)
        let outcome = try await command.running { process in
            let port = try await process.listeningPort()
            var peers = try (0..<40).map { _ in try Peer.tcp(port) }
            peers[0].send("first")
            #expect(peers[0].receiveText(5) == "first")
            _ = try await process.errorLine(within: .seconds(20)) { $0.contains("EMFILE") }
            peers[39].send("last")
            peers.removeFirst(30)
            #expect(peers[9].receiveText(4) == "last")
            process.interrupt()
        }.1
        #expect(outcome.code == 0)
        #expect(outcome.errorLines.count { $0.contains("EMFILE") } == 1, "\(outcome)")
    }

    @Test(
        "threads that the system refuses end it with 71: none of its listeners goes unserved",
        .needs(.root, .tool("setpriv"), .tool("prlimit"))
    )
    func refusedThreads() async throws {
        // A user of its own, since the limit counts all processes of one.
        let command = Command.tool(
            "setpriv",
            "--reuid=61235",
            "--clear-groups",
            "prlimit",
            "--nproc=3:3",
            Binary.sonde,
            "echo",
            "0",
            "--threads",
            "6",
            "--bind",
            Loopback.text
        )
        let outcome = try await command.run()
        #expect(outcome.code == 71 && outcome.error.contains("pthread_create"), "\(outcome)")
    }

    @Test(
        "an address to bind to is never looked up as a name",
        .needs(.tool("strace")),
        arguments: ["abc.de", "cafe", "fe80::1%nosuch0"]
    )
    func noLookUp(text: String) async throws {
        let outcome = try await Command.tool(
            "strace",
            "-f",
            "-e",
            "trace=openat,connect,sendto",
            Binary.sonde,
            "echo",
            "--bind",
            text
        ).run()
        #expect(outcome.code == 64, "\(outcome)")
        #expect(!outcome.error.contains("nsswitch") && !outcome.error.contains("resolv.conf") && !outcome.error.contains("hosts"))
    }

    @Test("an address in use, one that is not local, a port that needs a privilege", .needs(.root, .unprivilegedUser))
    func addresses() async throws {
        try await withEcho { port, _ in
            let inUse = try await Command.sonde("echo", "\(port)", "--bind", Loopback.text).run()
            #expect(
                inUse.code == 71 && inUse.error.contains("\(Loopback.text):\(port)") && inUse.error.contains("EADDRINUSE"),
                "\(inUse)"
            )
            let threads = try await Command.sonde("echo", "\(port)", "--bind", Loopback.text, "--threads", "2").run()
            #expect(threads.code == 71, "\(threads)")
        }
        let foreign = try await Command.sonde("echo", "0", "--bind", "192.0.2.1").run()
        #expect(foreign.code == 71 && foreign.error.contains("192.0.2.1"), "\(foreign)")
        try await Namespace.with("privilege") { spaces in
            try await spaces[0].sysctl("net.ipv4.ip_unprivileged_port_start", "1024")
            let low = try await spaces[0].sonde("echo", "80").unprivileged().run()
            #expect(low.code == 77 && low.error.contains("CAP_NET_BIND_SERVICE"), "\(low)")
        }
    }

    @Test("a stale Unix socket is replaced, a living one and other files never, a long path is refused")
    func unixPaths() async throws {
        let scratch = Scratch()
        try Peer.leaveStaleSocket(at: "\(scratch.path)/stale")
        try await Command.sonde("echo", "--json", "--unix", "\(scratch.path)/stale").running { process in
            _ = try await process.object("listening")
            let peer = try Peer.unix("\(scratch.path)/stale")
            peer.send("x")
            #expect(peer.receiveText(1) == "x")
            let second = try await Command.sonde("echo", "--unix", "\(scratch.path)/stale").run()
            #expect(second.code == 71 && second.error.contains("EADDRINUSE"), "\(second)")
            process.interrupt()
        }
        #expect(scratch.names == [])

        try scratch.write("file", [1])
        for name in ["file", "."] {
            let outcome = try await Command.sonde("echo", "--unix", "\(scratch.path)/\(name)").run()
            #expect(outcome.code == 73 && outcome.error.contains("EEXIST"), "\(outcome)")
        }
        #expect(scratch.read("file") == [1])

        let long = try await Command.sonde("echo", "--unix", "\(scratch.path)/" + String(repeating: "x", count: 100)).run()
        #expect(long.code == 64 && long.error.contains("107"), "\(long)")
        let missing = try await Command.sonde("echo", "--unix", "\(scratch.path)/no/s").run()
        #expect(missing.code == 73, "\(missing)")
    }

    @Test("a server of one connection does not notice that sonde looks whether its socket lives", .needs(.tool("socat")))
    func livingSocket() async throws {
        for (kind, type) in [("UNIX-LISTEN", SOCK_STREAM), ("UNIX-LISTEN", SOCK_STREAM), ("UNIX-RECVFROM", SOCK_DGRAM)] {
            let scratch = Scratch()
            let path = "\(scratch.path)/s"
            try await Command.tool("socat", "-d", "-d", "\(kind):\(path)", "STDOUT").running { server in
                try await eventually {
                    scratch.names == ["s"] && server.error.text.contains(type == SOCK_STREAM ? "listening" : "receiving")
                }
                for option in ["--unix", "--unix-datagram"] {
                    let outcome = try await Command.sonde("echo", option, path).run()
                    #expect(
                        outcome.code == 71 && outcome.error.contains("EADDRINUSE") && outcome.error.contains("ss -lxp"),
                        "\(outcome)"
                    )
                }
                // It takes the only client that it waits for.
                try Peer.unix(path, type).send("alive\n")
                _ = try await server.line(within: .seconds(10)) { $0 == "alive" }
                server.terminate()
            }
        }
    }

    @Test("paths of others have hints for paths, and names are as long as the kernel allows", .needs(.root, .unprivilegedUser))
    func foreignPaths() async throws {
        let scratch = Scratch()
        chmod(scratch.path, 0o1777)
        try Peer.leaveStaleSocket(at: "\(scratch.path)/stale")
        let stale = try await Command.sonde("echo", "--unix", "\(scratch.path)/stale").unprivileged().run()
        #expect(stale.code == 77 && stale.error.contains("socket of another user"), "\(stale)")
        chmod("\(scratch.path)/stale", 0o777)
        let sticky = try await Command.sonde("echo", "--unix", "\(scratch.path)/stale").unprivileged().run()
        #expect(sticky.code == 77 && sticky.error.contains("socket of another user"), "\(sticky)")
        chmod(scratch.path, 0o755)
        let closed = try await Command.sonde("echo", "--unix", "\(scratch.path)/new").unprivileged().run()
        #expect(closed.code == 77 && closed.error.contains("directory that you may write to"), "\(closed)")
        #expect(!closed.error.contains("CAP_NET_BIND_SERVICE"))
        for (length, code) in [(107, Int32(0)), (108, 64)] {
            let name = "@\(getpid())" + String(repeating: "n", count: length - String(getpid()).count)
            let outcome = try await Command.sonde("echo", "--unix", name).running { process in
                guard code == 0 else { return }
                _ = try await process.line(within: .seconds(10)) { $0.contains("listening") }
                process.interrupt()
            }.1
            #expect(outcome.code == code, "\(outcome)")
        }
    }

    @Test("an address where nobody can connect is refused, and a link-local one asks for its interface", .needs(.root))
    func addressesOfNobody() async throws {
        try await Namespace.with("bind") { spaces in
            try await spaces[0].ip(
                "link add lan0 type veth peer name lan1\nlink set lan1 up\nlink set lan0 up\naddr add 10.8.8.1/24 broadcast 10.8.8.255 dev lan0"
            )
            for address in ["224.0.0.1", "ff02::1", "255.255.255.255", "10.8.8.255"] {
                for transport in ["--tcp", "--udp"] {
                    let outcome = try await spaces[0].sonde("echo", "9001", transport, "--bind", address).run()
                    #expect(outcome.code == 71 && outcome.error.contains("broadcast"), "\(outcome)")
                }
            }
            let zone = try await spaces[0].sonde("echo", "9001", "--bind", "fe80::1").run()
            #expect(zone.code == 64 && zone.error.contains("fe80::1%eth0"), "\(zone)")
        }
    }

    @Test("--once refuses the second client while it serves the first")
    func onceRefuses() async throws {
        let outcome = try await Command.sonde("echo", "0", "--once", "--json", "--bind", Loopback.text).running { process in
            let port = try await process.listeningPort()
            let peer = try Peer.tcp(port)
            peer.send("x")
            #expect(peer.receiveText(1) == "x")
            #expect(throws: Peer.NoConnection.self) { try Peer.tcp(port) }
            peer.closeSending()
        }.1
        #expect(outcome.code == 0, "\(outcome)")
        #expect(try outcome.jsonLines().allSatisfy { $0["time"]?.double != nil }, "\(outcome)")
    }

    @Test("an answer that is held back beyond --idle-timeout comes; a client that is idle after it is closed")
    func delayBeyondIdleTimeout() async throws {
        try await withEcho("--delay", "500ms", "--idle-timeout", "150ms") { port, process in
            let peer = try Peer.tcp(port)
            peer.send("hello")
            #expect(peer.receiveText(5) == "hello")
            #expect(peer.receiveToEnd().bytes.isEmpty)
            peer.closeSending()
            #expect(try await process.object("close")["reason"]?.string == "idle-timeout")
        }
    }

    static let wrong: [[String]] = [
        ["65536"], ["-1"], ["x"], ["--bind", "nohost"], ["--bind", "127.1"], ["--allow", "10.0.0.0/33"], ["--keepalive", "1,2"],
        ["--keepalive", "0,1,1"], ["--delay", "1y"], ["--delay", "-1"], ["--threads", "0"], ["--max-clients", "0"],
        ["--backlog", "0"],
        ["--reply", "a", "--discard"], ["--quit", ""],
    ]

    @Test("a wrong argument is quoted and ends with 64", arguments: wrong)
    func usage(arguments: [String]) async throws {
        let outcome = try await Command(Binary.sonde, ["echo"] + arguments).run()
        #expect(outcome.code == 64 && outcome.output.isEmpty && !outcome.error.isEmpty, "\(outcome)")
    }

    /// No more than the buffers of both kernels hold, so that nothing depends on how soon it is read.
    @Test("Ctrl-C: what was sent before comes back, then FIN, totals, exit 0")
    func drains() async throws {
        let outcome = try await Command.sonde("echo", "0", "--json", "--bind", Loopback.text).running { process in
            let port = try await process.listeningPort()
            let peer = try Peer.tcp(port)
            let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
            #expect(peer.send(bytes) == bytes.count)
            // What is still in this end's buffer may arrive behind the end.
            try await eventually { peer.unacknowledged == 0 }
            process.interrupt()
            let answer = peer.receiveToEnd()
            #expect(answer.bytes == bytes && answer.errno == nil, "\(answer.bytes.count) bytes, errno \(answer.errno ?? 0)")
        }.1
        #expect(outcome.code == 0)
        #expect(try outcome.jsonLines().last?["bytes_out"]?.int == 400_000)
    }

    @Test("a reader of standard output that leaves ends the server quietly")
    func closedPipe() async throws {
        let port = FreePort.tcp()
        let script = "\(Binary.sonde) echo --bind \(Loopback.text) \(port) | head -1; echo ${PIPESTATUS[0]} >&2"
        let outcome = try await Command.tool("bash", "-c", script).limit(.seconds(20)).running { process in
            _ = try await process.line(within: .seconds(20)) { $0.contains("listening") }
            // The server learns of it with the next line that it prints.
            try await eventually {
                _ = try? Peer.tcp(Int(port))
                return !process.error.bytes.isEmpty
            }
        }.1
        #expect(outcome.error == "0\n", "\(outcome)")
    }
}
