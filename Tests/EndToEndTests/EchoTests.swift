import Glibc
import Testing

@Suite("sonde echo", .sideBySide)
struct EchoTests {
    static let clients: [(name: String, command: String)] = [
        ("sonde", "\(Binary.sonde) connect HOST PORT"), ("socat", "socat -t 30 - TCP:HOST:PORT"),
        ("nc", "nc -N HOST PORT"), ("ncat", "ncat HOST PORT"),
    ]

    @Test(
        "64 MiB come back byte for byte after the half-close",
        .needs(.tool("socat"), .tool("nc"), .tool("ncat")),
        arguments: clients
    )
    func byteExact(name: String, command: String) async throws {
        let scratch = Scratch()
        let outcome = try await withEcho("--threads", name == "sonde" ? "2" : "1") { port, process in
            let line = command.replacing("HOST", with: Loopback.text).replacing("PORT", with: "\(port)")
            let script =
                "head -c 67108864 /dev/urandom > \(scratch.path)/r; sha256sum < \(scratch.path)/r; \(line) < \(scratch.path)/r | sha256sum"
            let sums = try await Command.tool("sh", "-c", script).limit(.seconds(60)).run().orThrow().outputLines
            #expect(sums.count == 2 && sums[0] == sums[1], "\(name)")
            let closed = try await process.object("close")
            #expect(closed["bytes_in"]?.int == 67_108_864 && closed["bytes_out"]?.int == 67_108_864)
            #expect(closed["closed_by"]?.string == "client" && closed["reason"]?.string == "fin")
        }
        #expect(outcome.code == 0, "\(outcome)")
    }

    @Test("says what the SYN said and what the connection did, every field")
    func fields() async throws {
        let outcome = try await withEcho { port, process in
            let peer = try Peer.tcp(port)
            peer.send("hello\n")
            #expect(peer.receiveText(6) == "hello\n")
            peer.closeSending()
            #expect(peer.receive() == [])
            try await process.object("close")
        }
        let objects = try outcome.jsonLines()
        let syn = try #require(objects.first { $0["type"]?.string == "connect" }?["syn"])
        #expect(try #require(syn["mss"]?.int) > 500 && syn["ttl"]?.int == 64)
        #expect(Set(syn.object?.keys ?? [:].keys) == ["mss", "window_scale", "sack", "timestamps", "ttl", "window"])
        let fields: [String: Set<String>] = [
            "listening": ["type", "transport", "address", "port", "time"],
            "connect": ["type", "client", "transport", "address", "port", "syn", "time"],
            "close": [
                "type", "client", "transport", "address", "port", "bytes_in", "bytes_out", "duration_ms", "closed_by", "reason",
                "rtt_ms", "retransmits", "time",
            ],
            "summary": [
                "type", "clients", "refused", "bytes_in", "bytes_out", "datagrams_in", "datagrams_out", "elapsed_ms", "time",
            ],
        ]
        for object in objects {
            let type = try #require(object["type"]?.string)
            #expect(Set(object.object?.keys ?? [:].keys) == fields[type], "\(type)")
        }
        #expect(objects.last?["clients"]?.int == 1 && objects.last?["bytes_in"]?.int == 6)
    }

    @Test("IPv4 and IPv6 have one port")
    func families() async throws {
        try await Command.sonde("echo", "0", "--json").running { process in
            let port = try await process.listeningPort()
            for host in ["127.0.0.1", "::1"] {
                let outcome = try await Command.sonde("connect", host, "\(port)").input("hi").run()
                // A machine without IPv6 has nothing at ::1.
                if process.output.text.contains("::1") || host != "::1" { #expect(outcome.output == "hi", "\(outcome)") }
            }
            process.interrupt()
        }
    }

    @Test("UDP: datagrams of 0, 1 and 65,507 bytes come back as they were", arguments: [0, 1, 1472, 65_507])
    func datagrams(size: Int) async throws {
        let outcome = try await withEcho("--udp") { port, _ in
            let peer = try Peer.udp(port)
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31) }
            #expect(peer.send(bytes) == size)
            #expect(peer.receive() == bytes)
        }
        #expect(try outcome.jsonLines().last?["datagrams_out"]?.int == 1)
    }

    @Test("many datagrams at once are each answered")
    func manyDatagrams() async throws {
        try await withEcho("--udp", "--tcp", "--threads", "2") { port, _ in
            let peer = try Peer.udp(port)
            for number in 0..<100 { peer.send("datagram \(number)") }
            let answers = (0..<100).map { _ in peer.receiveDatagram() }
            #expect(Set(answers) == Set((0..<100).map { "datagram \($0)" }))
        }
    }

    @Test("Unix sockets, stream and datagram, are served and their files removed")
    func unixSockets() async throws {
        let scratch = Scratch()
        try await Command.sonde("echo", "--json", "--unix", "\(scratch.path)/s", "--unix-datagram", "\(scratch.path)/d").running {
            process in
            _ = try await process.line(within: .seconds(20)) { $0.contains("unix-datagram") }
            let stream = try Peer.unix("\(scratch.path)/s")
            stream.send("stream")
            #expect(stream.receiveText(6) == "stream")
            let datagram = try Peer.unix("\(scratch.path)/d", SOCK_DGRAM, boundTo: "\(scratch.path)/own")
            let long = [UInt8](repeating: 9, count: 100_000)
            #expect(datagram.send(long) == long.count)
            #expect(datagram.receive(200_000) == long)
            process.interrupt()
        }
        #expect(scratch.names == ["own"])
    }

    @Test("--quit, --reply, --discard, --delay, --hex and --once")
    func answers() async throws {
        try await withEcho("--quit", "bye") { port, process in
            let peer = try Peer.tcp(port)
            peer.send("one\nbye\nmore")
            let (bytes, error) = peer.receiveToEnd()
            #expect(String(decoding: bytes, as: UTF8.self) == "one\nbye\n" && error == nil)
        }
        try await withEcho("--reply", "pong") { port, _ in
            let peer = try Peer.tcp(port)
            peer.send("a\nb\nc")
            peer.closeSending()
            #expect(String(decoding: peer.receiveToEnd().bytes, as: UTF8.self) == "pong\npong\n")
        }
        try await withEcho("--discard", "--hex") { port, process in
            let peer = try Peer.tcp(port)
            peer.send("\u{1B}[31m")
            peer.closeSending()
            #expect(peer.receiveToEnd().bytes == [])
            #expect(try await process.object("data")["hex"]?.string == "1b5b33316d")
        }
        try await withEcho("--delay", "200ms", "--udp", "--tcp") { port, _ in
            let clock = ContinuousClock()
            for peer in [try Peer.tcp(port), try Peer.udp(port)] {
                let elapsed = clock.measure {
                    peer.send("late")
                    #expect(peer.receiveText(4) == "late")
                }
                #expect(elapsed >= .milliseconds(200))
            }
        }
        let once = try await Command.sonde("echo", "0", "--once", "--json", "--bind", Loopback.text).running { process in
            let peer = try Peer.tcp(try await process.listeningPort())
            peer.send("x")
            #expect(peer.receiveText(1) == "x")
            peer.closeSending()
        }.1
        #expect(once.code == 0, "\(once)")
    }

    @Test("--max-clients, --allow and --idle-timeout")
    func limits() async throws {
        try await withEcho("--max-clients", "1") { port, process in
            let first = try Peer.tcp(port)
            first.send("x")
            #expect(first.receiveText(1) == "x")
            #expect(try Peer.tcp(port).receiveToEnd().errno == ECONNRESET)
            #expect(try await process.object("refused")["reason"]?.string == "max-clients")
        }
        try await withEcho("--allow", "127.0.0.2", "--allow", "10.0.0.0/8") { port, process in
            #expect(try Peer.tcp(port).receiveToEnd().errno == ECONNRESET)
            #expect(try await process.object("refused")["reason"]?.string == "not-allowed")
            let allowed = try Peer.tcp(port, from: 0x7F00_0002)
            allowed.send("x")
            #expect(allowed.receiveText(1) == "x")
        }
        try await withEcho("--idle-timeout", "100ms") { port, process in
            let peer = try Peer.tcp(port)
            let (bytes, error) = peer.receiveToEnd()
            #expect(bytes.isEmpty && error == nil)
            peer.closeSending()
            let closed = try await process.object("close")
            #expect(closed["reason"]?.string == "idle-timeout" && closed["closed_by"]?.string == "server")
        }
    }
}

extension Peer {
    /// One datagram as text.
    fileprivate func receiveDatagram() -> String? {
        receive().map { String(decoding: $0, as: UTF8.self) }
    }
}
