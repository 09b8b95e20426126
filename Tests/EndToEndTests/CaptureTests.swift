import Foundation
import Mutations
import Testing

/// `sonde capture` on a real connection and on files that are none.
@Suite("sonde capture", .sideBySide)
struct CaptureTests {
    /// One connection on loopback: a greeting, its echo, and a close that the other side follows a moment later.
    private static let conversation = """
        import socket, threading, time
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen()
        def serve():
            peer, _ = server.accept()
            peer.sendall(peer.recv(100))
            peer.recv(100)
            time.sleep(0.2)
            peer.close()
        thread = threading.Thread(target=serve)
        thread.start()
        client = socket.create_connection(server.getsockname())
        client.sendall(b"hello")
        client.recv(100)
        client.close()
        thread.join()
        """

    /// Captures that conversation in a namespace of its own into a file.
    ///
    /// - Returns: what the capture said, which SIGINT ended.
    private static func captured(to path: String) async throws -> Outcome {
        try await Namespace.with("capture") { spaces in
            let capture = spaces[0].sonde("capture", "-i", "lo", "-w", path)
            return try await capture.running { process in
                // The file is there once frames can come.
                try await eventually { FileManager.default.fileExists(atPath: path) }
                try await spaces[0].tool("python3", "-c", conversation).run().orThrow()
                _ = try await process.line(within: .seconds(20)) { $0.contains("close 4/4") }
                process.interrupt()
            }.1
        }
    }

    private static func withScratch(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/sonde-capture-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test(
        "a connection on loopback: every step, a whole file on SIGINT, and the same again from the file",
        .needs(.root, .tool("python3"))
    )
    func liveAndBack() async throws {
        try await Self.withScratch { path in
            let live = try await Self.captured(to: path)
            #expect(live.code == 0)
            for step in ["open 1/3", "open 2/3", "open 3/3", "close 1/"] { #expect(live.output.contains(step)) }
            #expect(live.error.contains("dropped"))

            let lines = try await Command.sonde("capture", "-r", path).run()
            #expect(lines.code == 0)
            #expect(lines.output == live.output)

            let json = try await Command.sonde("capture", "-r", path, "--json").run()
            let objects = try JSONValue.lines(of: json.outputBytes)
            let connection = try #require(objects.last)
            #expect(objects.count == lines.output.split(separator: "\n").count + 1)
            #expect(connection["conn_state"]?.string == "SF")
            #expect(connection["history"]?.string == "ShADadFf" || connection["history"]?.string == "ShADadFaf")
            #expect(connection["orig_bytes"]?.int == 5 && connection["resp_bytes"]?.int == 5)
            #expect(connection["closed_by"]?.string == "orig" && connection["completeness"]?.int == 31)
        }
    }

    @Test("JSON has the fields of the contract, in order")
    func fields() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            let json = try await Command.sonde("capture", "-r", path, "--json").run()
            let names = json.output.split(separator: "\n").map { line in
                line.matches(of: #/"(\w+)":/#).map { String($0.1) }
            }
            #expect(names.first == Self.packetFields)
            #expect(names.last == Self.connectionFields)
            let last = try #require(try JSONValue.lines(of: json.outputBytes).last)
            #expect(last["conn_state"]?.string == "REJ" && last["verdict"]?.string == "refused")
            #expect(last["initial_rtt_ms"]?.isNull == false && last["opened_by"]?.string == "orig")
        }
    }

    @Test("--format zeek writes header lines, unset fields and a row for each connection")
    func zeek() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            let outcome = try await Command.sonde("capture", "-r", path, "--format", "zeek").run()
            let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
            #expect(lines.map { $0[0].prefix { $0 != " " } }.filter { $0.hasPrefix("#") }.count == 9)
            let fields = try #require(lines.first { $0[0] == "#fields" })
            let row = try #require(lines.first { !$0[0].hasPrefix("#") })
            #expect(row.count == fields.count - 1)
            #expect(row.contains("REJ") && row.contains("Sr"))
        }
    }

    @Test(
        "what can't be captured is told with its exit code",
        arguments: [
            (["-r", "/nonexistent/trace.pcap"], 66, "/nonexistent/trace.pcap"),
            (["-r", "/etc/passwd"], 65, "not a capture file"),
            (["-r", "/dev/null"], 65, "empty"),
            (["-i", "lo", "-r", "x"], 64, "mutually exclusive"),
            (["-r", "x", "--server-ports", "80,x"], 64, "80,x"),
            (["-r", "x", "--max-connections", "0"], 64, "--max-connections 0"),
            (["--format", "svg", "-r", "x"], 64, "--ladder"),
            (["-r", "x", "--duration", "1s"], 64, "live captures"),
            (["-i", "lo", "-w", "x", "-W", "2"], 64, "-C or -G"),
            (["-i", "lo", "-w", "x.pcap", "-G", "60"], 64, "replace the last"),
        ] as [([String], Int, String)]
    )
    func mistakes(arguments: [String], code: Int, words: String) async throws {
        let outcome = try await Command(Binary.sonde, ["capture"] + arguments).run()
        #expect(outcome.code == Int32(code))
        #expect(outcome.error.contains(words))
    }

    @Test("an interface that does not exist: those that do are named", .needs(.root))
    func noInterface() async throws {
        let outcome = try await Command.sonde("capture", "-i", "none-such").run()
        #expect(outcome.code == 69)
        #expect(outcome.error.contains("lo"))
    }

    @Test("without privilege: the capability and the command that grants it", .needs(.root))
    func noPrivilege() async throws {
        let outcome = try await Command(Binary.forEveryone, ["capture", "-i", "lo"]).unprivileged().run()
        #expect(outcome.code == 77)
        #expect(outcome.error.contains("CAP_NET_RAW") && outcome.error.contains("setcap"))
        // It would not help against a name that is wrong.
        let misnamed = try await Command(Binary.forEveryone, ["capture", "-i", "none-such"]).unprivileged().run()
        #expect(misnamed.code == 69 && misnamed.error.contains("no such interface: \"none-such\""))
    }

    @Test("the file that is read is not written, by whatever name")
    func sameFile() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            let links = [path + ".hard", path + ".soft"]
            try FileManager.default.linkItem(atPath: path, toPath: links[0])
            try FileManager.default.createSymbolicLink(atPath: links[1], withDestinationPath: path)
            defer { for link in links { try? FileManager.default.removeItem(atPath: link) } }
            for other in [path, "/." + path] + links {
                let outcome = try await Command.sonde("capture", "-r", path, "-w", other).run()
                #expect(outcome.code == 64 && outcome.error.contains("-r reads that file"), "\(other)")
            }
            // A rotation comes to the file's name later.
            let rotated = try await Command.sonde("capture", "-r", path, "-G", "60", "-W", "9", "-w", path + "%%").run()
            #expect(rotated.code == 0)
            defer { try? FileManager.default.removeItem(atPath: path + "%") }
            let again = try await Command.sonde("capture", "-r", path + "%", "-G", "60", "-W", "9", "-w", path + "%%").run()
            #expect(again.code == 64 && again.error.contains("-r reads that file"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Self.twoSegments)
        }
    }

    static let wellBehaved =
        ["openings.pcap", "closes.pcap", "data.pcap", "encapsulations.pcap", "fragments.pcap"].map(Corpus.own.path)
        + ["tunnels_Teredo.pcap", "ftp_ipv4.pcap", "mixed-vlan-mpls.pcap", "ssh_ssh.pcap"].compactMap { Corpus.named?.path(of: $0) }

    @Test("a file, standard input and a limit tell the same connections in the same order", arguments: wellBehaved)
    func waysAgree(path: String) async throws {
        for view in [["--connections"], ["--connections", "--json"]] {
            let file = try await Command(Binary.sonde, ["capture", "-r", path] + view).run()
            let limited = try await Command(Binary.sonde, ["capture", "-r", path, "-c", "1000000"] + view).run()
            let input = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let piped = try await Command(Binary.sonde, ["capture", "-r", "-"] + view).input(input).run()
            #expect(file.code == 0 && !file.output.isEmpty)
            #expect(limited.output == file.output)
            #expect(piped.output == file.output)
        }
    }

    @Test("a filter that is wrong is told even where no frame comes")
    func wrongFilter() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.prefix(24).write(to: URL(fileURLWithPath: path))
            let wrong = try await Command.sonde("capture", "-r", path, "prot", "http").run()
            #expect(wrong.code == 64 && wrong.error.contains("\"prot http\""))
            let right = try await Command.sonde("capture", "-r", path, "port", "80").run()
            #expect(right.code == 0)
        }
    }

    @Test("nothing that fits the filter still makes a file that can be read")
    func nothingWritten() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path + ".none") }
            let written = try await Command.sonde("capture", "-r", path, "-w", path + ".none", "port", "9").run()
            #expect(written.code == 0)
            let read = try await Command.sonde("capture", "-r", path + ".none").run()
            #expect(read.code == 0 && read.error.hasPrefix("0 packets captured"))
        }
    }

    @Test("a capture file that finds no room: 74, and what was seen is told all the same")
    func noRoom() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            let outcome = try await Command.sonde("capture", "-r", path, "-w", "/dev/full").run()
            #expect(outcome.code == 74 && outcome.error.contains("/dev/full"))
            #expect(outcome.output.contains("open 1/3"))
        }
    }

    @Test("several files: what is wrong with one is told, the others are read, and the end is 65")
    func severalFiles() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            let cut = path + "-cut"
            defer { try? FileManager.default.removeItem(atPath: cut) }
            try Self.twoSegments.dropLast(10).write(to: URL(fileURLWithPath: cut))
            let outcome = try await Command.sonde("capture", "-r", "/etc/passwd", "-r", cut, "-r", path, "-r", "/dev/null").run()
            #expect(outcome.code == 65)
            #expect(outcome.output.split(separator: "\n").count { $0.contains("SYN") } == 2)
            #expect(outcome.output.contains("refuses"))
            let told = outcome.error.split(separator: "\n").filter { $0.hasPrefix("sonde: ") }
            #expect(told.count == 3 && told[0].contains("/etc/passwd") && told[1].contains(cut) && told[2].contains("/dev/null"))
        }
    }

    @Test("a missing file among good ones: said before anything is read or written")
    func missingFile() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.write(to: URL(fileURLWithPath: path))
            let written = path + "-written"
            let outcome = try await Command.sonde("capture", "-r", path, "-r", path + "-missing", "-w", written).run()
            #expect(outcome.code == 66)
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.hasPrefix("sonde: \(path)-missing"))
            #expect(!FileManager.default.fileExists(atPath: written))
        }
    }

    @Test("where nothing was read, nothing is counted", arguments: ["/etc/passwd", "/nonexistent", "/dev/null"])
    func countsNothing(path: String) async throws {
        let outcome = try await Command.sonde("capture", "-r", path).run()
        #expect(outcome.error.hasPrefix("sonde: \(path)"))
        #expect(!outcome.error.contains("captured"))
    }

    @Test(
        "a signal is the end of a capture without a limit, and an early one of a capture with one",
        .needs(.root),
        arguments: [
            ([], SIGINT, 0), ([], SIGTERM, 0), (["--format", "zeek"], SIGINT, 0), (["-c", "100"], SIGINT, 130),
            (["--duration", "1h"], SIGTERM, 143), (["--until-closed"], SIGINT, 130), (["-G", "600", "-W", "1"], SIGTERM, 143),
        ] as [([String], Int32, Int32)]
    )
    func signals(arguments: [String], signal: Int32, code: Int32) async throws {
        try await Self.withScratch { path in
            let outcome = try await Namespace.with("signal") { spaces in
                try await Command(Binary.sonde, ["capture", "-i", "lo", "-w", path] + arguments).inNamespace(spaces[0].name).running
                { process in
                    try await eventually { FileManager.default.fileExists(atPath: path) }
                    if signal == SIGINT { process.interrupt() } else { process.terminate() }
                }.1
            }
            #expect(outcome.code == code)
            #expect(outcome.error.contains("0 packets captured"))
            #expect(try await Command.sonde("capture", "-r", path).run().code == 0)
            if arguments.contains("zeek") { #expect(outcome.output.contains("\n#close\t")) }
        }
    }

    @Test(
        "a file that does not end: a signal does, before its end",
        arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)]
    )
    func signalInFile(signal: Int32, code: Int32) async throws {
        let outcome = try await Command.sonde("capture", "-r", "-").running { process in
            try await process.write(Array(Self.twoSegments))
            _ = try await process.line(within: .seconds(20)) { $0.contains("refuses") }
            if signal == SIGINT { process.interrupt() } else { process.terminate() }
        }.1
        #expect(outcome.code == code)
        #expect(outcome.output.contains("refuses"))
    }

    @Test("a cut file: what is good in it first, then 65")
    func cut() async throws {
        try await Self.withScratch { path in
            try Self.twoSegments.dropLast(10).write(to: URL(fileURLWithPath: path))
            let outcome = try await Command.sonde("capture", "-r", path).run()
            #expect(outcome.code == 65)
            #expect(outcome.output.contains("wants to connect"))
        }
    }

    /// A pcap file of raw IPv4: a SYN, and 25 µs later the RST that refuses it. The checksums are right.
    static let twoSegments = refusedConnections(fromPorts: 40_000..<40_001)

    /// The same for each of the ports.
    static func refusedConnections(fromPorts ports: Range<UInt16>) -> Data {
        let header: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0]
        let (client, server): ([UInt8], [UInt8]) = ([192, 0, 2, 1], [192, 0, 2, 2])
        func record(microseconds: UInt8, _ packet: [UInt8]) -> [UInt8] {
            [0, 0xCA, 0x9A, 0x3B, microseconds, 0, 0, 0, 40, 0, 0, 0, 40, 0, 0, 0] + packet
        }
        let records = ports.flatMap { port in
            record(
                microseconds: 0,
                packet(from: client, to: server, ports: (port, 80), sequence: 1000, acknowledgement: 0, flags: 2)
            )
                + record(
                    microseconds: 25,
                    packet(from: server, to: client, ports: (80, port), sequence: 0, acknowledgement: 1001, flags: 0x14)
                )
        }
        return Data(header + records)
    }

    private static func packet(
        from source: [UInt8],
        to destination: [UInt8],
        ports: (UInt16, UInt16),
        sequence: UInt32,
        acknowledgement: UInt32,
        flags: UInt8
    ) -> [UInt8] {
        func big(_ number: UInt32) -> [UInt8] {
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
        }
        func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }
        func checksum(_ bytes: [UInt8]) -> [UInt8] {
            var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0) { $0 + Int(bytes[$1]) << 8 + Int(bytes[$1 + 1]) }
            while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
            return big(UInt16(0xFFFF - sum))
        }
        var ip: [UInt8] = [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0] + source + destination
        ip.replaceSubrange(10..<12, with: checksum(ip))
        var tcp = big(ports.0) + big(ports.1) + big(sequence) + big(acknowledgement) + [0x50, flags, 0xFA, 0xF0, 0, 0, 0, 0]
        tcp.replaceSubrange(16..<18, with: checksum(source + destination + [0, 6, 0, 20] + tcp))
        return ip + tcp
    }

    private static let packetFields = [
        "type", "number", "time", "connection", "src", "sport", "dst", "dport", "flags", "seq", "ack", "window", "length", "step",
        "note", "relative_seq", "relative_ack", "ttl", "options", "vlan", "interface",
    ]

    private static let connectionFields = [
        "type", "id", "ts", "duration", "orig_h", "orig_p", "resp_h", "resp_p", "conn_state", "history", "orig_pkts", "resp_pkts",
        "orig_bytes", "resp_bytes", "completeness", "initial_rtt_ms", "syn_retransmits", "retransmits", "opened_by", "closed_by",
        "verdict", "community_id", "server_name",
    ]
}
