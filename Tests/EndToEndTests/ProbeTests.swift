import Foundation
import Testing

/// `sonde probe` against real servers on loopback.
@Suite("sonde probe", .sideBySide)
struct ProbeTests {
    /// Runs `body` with the port of a socat listener that runs `script` for each client.
    static func serving<Result: Sendable>(
        _ space: Namespace,
        _ script: String,
        _ body: @Sendable (Int) async throws -> Result
    ) async throws -> Result {
        let port = 7000
        let server = space.tool("socat", "-d", "-d", "TCP4-LISTEN:\(port),reuseaddr,fork,backlog=128", script)
        return try await server.running { process in
            _ = try await process.errorLine(within: .seconds(10)) { $0.contains("listening on") }
            let result = try await body(port)
            process.terminate()
            return result
        }.0
    }

    static let fields: Set<String> = [
        "type", "target", "address", "port", "transport", "state", "reason", "connect_ex", "errno", "offender", "icmp_type",
        "icmp_code", "service", "local_address", "local_port", "local", "resolve_ms", "connect_ms", "rtt_ms", "syn_retransmits",
        "banner",
        "banner_hex", "after", "after_ms", "zero_window", "other_addresses", "time",
    ]

    @Test("no line is wider than the terminal", .needs(.tool("script")), arguments: [40, 60, 80, 120])
    func narrow(columns: Int) async throws {
        for targets in ["127.0.0.1 1-3", "127.0.0.1 127.0.0.2 1-3"] {
            let line = "stty cols \(columns); exec \(Binary.sonde) probe --color never \(targets)"
            let outcome = try await Command.tool("script", "-qec", line, "/dev/null").run()
            let lines = outcome.output.split(whereSeparator: \.isNewline)
            #expect(lines.count >= 4 && lines.contains { $0.contains("closed") }, "\(outcome)")
            for line in lines where !line.contains("ports:") { #expect(line.count <= columns, "\(line)") }
            #expect(outcome.output.contains("REASON"))
        }
    }

    @Test("with --all-addresses each line says which address it is of", arguments: [["--count", "1"], []])
    func allAddresses(options: [String]) async throws {
        var command = Command.sonde("probe", "localhost", "\(FreePort.tcp())", "-4", "--all-addresses")
        command.arguments += options
        let outcome = try await command.run()
        #expect(outcome.code == 1 && outcome.output.contains("(127.0.0.1)"), "\(outcome)")
    }

    @Test("every JSON object has every field, and the summary counts them")
    func json() async throws {
        let closed = FreePort.tcp()
        let outcome = try await Command.sonde("probe", "--json", "127.0.0.1", "localhost", "\(closed)").run()
        #expect(outcome.code == 1)
        let objects = try outcome.jsonLines()
        for object in objects.dropLast() {
            #expect(Set(try #require(object.object).keys) == Self.fields)
            #expect(object["connect_ex"]?.int == 111)
            #expect(object["errno"]?.string == "ECONNREFUSED")
        }
        let named = try #require(objects.first { $0["target"]?.string == "localhost" })
        #expect(named["resolve_ms"]?.double != nil)
        #expect(objects.first { $0["target"]?.string == "127.0.0.1" }?["resolve_ms"]?.isNull == true)
        let summary = try #require(objects.last)
        #expect(summary["type"]?.string == "summary")
        #expect(summary["probed"]?.int == 2 && summary["closed"]?.int == 2 && summary["open"]?.int == 0)
    }

    @Test("no loopback port is called open because it was connected to itself", .needs(.root))
    func selfConnect() async throws {
        try await Namespace.with("self") { spaces in
            // A small range makes it likely that a socket gets the very port which it probes.
            try await spaces[0].sysctl("net.ipv4.ip_local_port_range", "40000 40063")
            for target in ["127.0.0.1", "::1"] {
                for _ in 0..<20 {
                    let outcome = try await spaces[0].sonde("probe", "--json", target, "40000-40063").run()
                    let summary = try #require(try outcome.jsonLines().last)
                    #expect(summary["closed"]?.int == 64, "\(outcome)")
                }
            }
        }
    }

    @Test("all 65,535 ports, with few descriptors too", .needs(.root))
    func allPorts() async throws {
        try await Namespace.with("all") { spaces in
            try await Self.serving(spaces[0], "/dev/null") { port in
                let outcome = try await spaces[0].sonde("probe", "--open", "--json", "127.0.0.1", "-p-").run()
                #expect(try outcome.jsonLines().map { $0["port"]?.int } == [port, nil])
                let few = try await spaces[0].tool(
                    "sh",
                    "-c",
                    "ulimit -n 64; exec \(Binary.sonde) probe --open --json 127.0.0.1 -p-"
                )
                .run()
                #expect(try few.jsonLines().map { $0["port"]?.int } == [port, nil])
                #expect(try few.jsonLines().last?["closed"]?.int == 65534)
                #expect(try few.jsonLines().last?["errors"]?.int == 0)
            }
        }
    }

    @Test("open ports leave no TIME_WAIT behind", .needs(.root))
    func noTimeWait() async throws {
        try await Namespace.with("tw") { spaces in
            try await Self.serving(spaces[0], "/dev/null") { port in
                let list = (0..<200).map { "127.0.0.\($0 + 1):\(port)" }.joined(separator: "\n")
                let outcome = try await spaces[0].sonde("probe", "--json", "-").input(list).run()
                #expect(outcome.code == 0, "\(outcome)")
                #expect(try outcome.jsonLines().last?["open"]?.int == 200)
                let sockets = try await spaces[0].tool("ss", "-Htan", "state", "time-wait").run().orThrow()
                #expect(sockets.outputLines.isEmpty)
            }
        }
    }

    struct Banner: CustomTestStringConvertible, Sendable {
        let name: String
        /// Run by a shell for each client.
        let script: String
        let text: String

        var testDescription: String { name }
    }

    static let banners = [
        Banner(name: "one byte", script: "printf x", text: "x"),
        Banner(
            name: "64 KiB",
            script: "head -c 65536 /dev/zero | tr '\\0' y",
            text: String(repeating: "y", count: 1024)
        ),
        Banner(name: "escape sequences", script: "printf '220 \\033[31mred\\033[0m\\r\\n'", text: "220 \u{1B}[31mred\u{1B}[0m\r\n"),
        Banner(name: "none", script: "true", text: ""),
    ]

    @Test("banners are bounded and escaped", .needs(.root, .tool("socat")), arguments: banners)
    func banner(_ banner: Banner) async throws {
        try await Namespace.with("banner") { spaces in
            try await Self.serving(spaces[0], "SYSTEM:\"\(banner.script.replacing("\\", with: "\\\\"))\"") { port in
                let outcome = try await spaces[0].sonde("probe", "--banner", "--json", "127.0.0.1", "\(port)").run()
                #expect(outcome.code == 0, "\(outcome)")
                let found = try #require(try outcome.jsonLines().first?["banner"]?.string)
                // The first write of the server may be a part of what it says.
                #expect(banner.text.hasPrefix(found) && found.isEmpty == banner.text.isEmpty, "\(outcome)")
                let table = try await spaces[0].sonde("probe", "--banner", "127.0.0.1", "\(port)").run()
                #expect(table.code == 0)
                #expect(!table.outputBytes.contains(0x1B))
            }
        }
    }

    @Test("a server that accepts and resets is open", .needs(.tool("python3")))
    func acceptsAndResets() async throws {
        let script = """
            import socket, struct, sys
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True)
            while True:
                c, _ = s.accept()
                c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()
            """
        try await Command.tool("python3", "-c", script).running { process in
            let port = try await process.line(within: .seconds(10)) { !$0.isEmpty }
            for option in ["--json", "--banner"] {
                let outcome = try await Command.sonde("probe", option, "127.0.0.1", port).run()
                #expect(outcome.code == 0, "\(outcome)")
            }
            process.terminate()
        }
    }

    @Test("Ctrl-C in the middle prints what was found", .needs(.root, .tool("nft")), arguments: ["--json", "--open"])
    func interrupted(option: String) async throws {
        try await Namespace.with("int") { spaces in
            try await spaces[0].nft(
                "table inet probe {\n chain input {\n type filter hook input priority 0; policy accept;\n tcp dport 9000-9999 drop\n }\n}"
            )
            try await Self.serving(spaces[0], "/dev/null") { port in
                let command = spaces[0].sonde("probe", option, "--timeout", "60s", "127.0.0.1", "\(port),9000-9999")
                let outcome = try await command.running { process in
                    try await Self.waitForProbes(in: spaces[0])
                    process.interrupt()
                }.1
                #expect(outcome.code == 130, "\(outcome)")
                #expect(outcome.output.contains("syn-ack"))
            }
        }
    }

    @Test("Ctrl-C is heard while a single probe is left, whichever loop has it", .needs(.root, .tool("nft")))
    func interruptedAtTheEnd() async throws {
        try await Namespace.with("end") { spaces in
            try await spaces[0].nft(
                "table inet probe {\n chain input {\n type filter hook input priority 0; policy accept;\n tcp dport 9000 drop\n }\n}"
            )
            for _ in 0..<10 {
                let outcome = try await spaces[0].sonde("probe", "--timeout", "300s", "127.0.0.1", "1,9000").running { process in
                    try await Self.waitForProbes(in: spaces[0])
                    process.interrupt()
                }.1
                #expect(outcome.code == 130, "\(outcome)")
            }
        }
    }

    /// Waits until SYNs are out that nobody answers.
    static func waitForProbes(in space: Namespace) async throws {
        for _ in 0..<500 {
            let sockets = try await space.tool("ss", "-Htan", "state", "syn-sent").run().orThrow()
            if !sockets.outputLines.isEmpty { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test("a resolver that does not answer holds neither the other targets nor Ctrl-C up", .needs(.root, .tool("unshare")))
    func slowResolver() async throws {
        try await Namespace.with("dns") { spaces in
            // A name server that is routed into nothing, in a mount namespace of its own.
            try await spaces[0].ip("link add d0 type veth peer name d1\nlink set d0 up\naddr add 192.0.2.1/24 dev d0")
            let script = """
                printf 'nameserver 192.0.2.53\\noptions timeout:30 attempts:5\\n' > /tmp/resolv.$$
                mount --bind /tmp/resolv.$$ /etc/resolv.conf; rm -f /tmp/resolv.$$
                exec \(Binary.sonde) probe --json slow.invalid:1 127.0.0.1:1
                """
            let outcome = try await spaces[0].tool("unshare", "--mount", "sh", "-c", script).running { process in
                let line = try await process.line(within: .seconds(10)) { $0.contains("probe") }
                process.interrupt()
                return line
            }
            #expect(outcome.0.contains("127.0.0.1"))
            #expect(outcome.1.code == 130, "\(outcome.1)")
        }
    }

    @Test("a name with several addresses: the first that connects, or all of them", .needs(.root, .tool("unshare")))
    func severalAddresses() async throws {
        try await Namespace.with("names") { spaces in
            try await Self.serving(spaces[0], "/dev/null") { port in
                func probe(_ options: String) async throws -> [JSONValue] {
                    let script = """
                        printf '::1 two.test\\n127.0.0.2 two.test\\n' > /tmp/hosts.$$
                        mount --bind /tmp/hosts.$$ /etc/hosts; rm -f /tmp/hosts.$$
                        exec \(Binary.sonde) probe --json \(options) two.test:\(port),1
                        """
                    let outcome = try await spaces[0].tool("unshare", "--mount", "sh", "-c", script).run()
                    return try outcome.jsonLines().dropLast().sorted { "\($0)" < "\($1)" }
                }
                let first = try await probe("")
                #expect(Set(first.map { $0["port"]?.int }) == [1, port] && first.count == 2, "\(first)")
                #expect(first.first { $0["port"]?.int == port }?["address"]?.string == "127.0.0.2")
                #expect(first.first { $0["port"]?.int == port }?["state"]?.string == "open")
                #expect(first.first { $0["port"]?.int == 1 }?["state"]?.string == "closed")
                let all = try await probe("--all-addresses")
                #expect(all.count == 4)
                #expect(all.filter { $0["state"]?.string == "open" }.map { $0["address"]?.string } == ["127.0.0.2"])
                #expect(try await probe("-6").allSatisfy { $0["address"]?.string == "::1" })
            }
        }
    }

    /// Which packets are lost is counted, not random: the first SYN to each port whose number is 0 modulo 8, the first RST of each that is 1.
    @Test("a lossy path is not called filtered", .needs(.root, .tool("nft")))
    func lossyPath() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table inet probe {
                  set lost { type inet_service; size 65535; flags dynamic; }
                  set unanswered { type inet_service; size 65535; flags dynamic; }
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    tcp flags == syn tcp dport & 7 == 0 tcp dport != @lost add @lost { tcp dport } drop
                    tcp flags & rst == rst tcp sport & 7 == 1 tcp sport != @unanswered add @unanswered { tcp sport } drop
                  }
                }
                """
            )
            // Time enough for a machine that is busy with other tests.
            let outcome = try await lab.client.sonde("probe", "--json", "--timeout", "20s", lab.serverV4, "1-2000")
                .unprivileged().limit(.seconds(60)).run()
            let lines = try outcome.jsonLines()
            let summary = try #require(lines.last)
            #expect(summary["closed"]?.int == 2000, "\(summary)")
            let sentOnce = lines.filter { $0["syn_retransmits"]?.int == 0 }.compactMap { $0["port"]?.int }
            #expect(sentOnce.allSatisfy { $0 % 8 > 1 }, "an answer to a packet that was dropped")
        }
    }

    @Test("closed UDP ports of a host that limits its ICMP errors, given the time", .needs(.root, .unprivilegedUser))
    func limitedErrors() async throws {
        try await NetworkLab.run { lab in
            let outcome = try await lab.client.sonde("probe", "-u", "--json", "--timeout", "25s", lab.serverV4, "1-10")
                .unprivileged()
                .limit(.seconds(60)).run()
            #expect(try outcome.jsonLines().last?["closed"]?.int == 10, "\(outcome)")
        }
    }

    @Test("--rate spreads attempts over time")
    func rate() async throws {
        let outcome = try await Command.sonde("probe", "--json", "--rate", "100", "127.0.0.1", "1-51").run()
        let times = try outcome.jsonLines().dropLast().compactMap { $0["time"]?.double }
        // Fifty intervals of a hundredth of a second; a busy machine only makes it longer.
        #expect(try #require(times.max()) - (try #require(times.min())) >= 0.48)
    }

    @Test("--source and --interface", .needs(.root, .unprivilegedUser))
    func sourceAndInterface() async throws {
        try await NetworkLab.run { lab in
            try await lab.client.ip("addr add 10.77.1.9/24 dev eth0")
            try await lab.server.nft(
                """
                table inet probe {
                  chain input {
                    type filter hook input priority 0; policy accept;
                    ip saddr 10.77.1.9 tcp dport 9 reject with icmp admin-prohibited
                  }
                }
                """
            )
            let plain = try await lab.client.sonde("probe", "--json", lab.serverV4, "9").unprivileged().run()
            #expect(try plain.jsonLines().first?["reason"]?.string == "rst")
            let sourced = try await lab.client.sonde("probe", "--json", "--source", "10.77.1.9", lab.serverV4, "9").unprivileged()
                .run()
            #expect(try sourced.jsonLines().first?["reason"]?.string == "admin-prohibited", "\(sourced)")
            let bound = try await lab.client.sonde("probe", "--json", "--interface", "eth0", lab.serverV4, "9").unprivileged().run()
            #expect(try bound.jsonLines().first?["reason"]?.string == "rst", "\(bound)")
            let loopback = try await lab.client.sonde("probe", "-t300ms", "--interface", "lo", lab.serverV4, "9").unprivileged()
                .run()
            #expect(
                loopback.code == 1
                    && loopback.output.contains("no answer through lo: this machine's route to it leads through eth0")
            )
            #expect(loopback.error.contains("leave out --interface") && !loopback.error.contains("host is up"), "\(loopback)")
            for transport in [[], ["-u"]] {
                let words = ["probe", "--source", "::1", lab.serverV6, "9"] + transport
                var command = lab.client.sonde().unprivileged()
                command.arguments += words
                let unreachable = try await command.run()
                #expect(
                    unreachable.code == 71 && unreachable.output.contains("the source address cannot reach it"),
                    "\(unreachable)"
                )
            }
            let broadcast = try await lab.client.sonde("probe", "-u", "10.77.1.255", "9").unprivileged().run()
            #expect(broadcast.code == 1 && broadcast.output.contains("a broadcast address"), "\(broadcast)")
            #expect(!broadcast.error.contains("firewall"), "\(broadcast)")
        }
    }

    @Test("a port that is named twice has one sample of each metric")
    func duplicateMetrics() async throws {
        let target = "127.0.0.1:\(FreePort.tcp())"
        let outcome = try await Command.sonde("probe", "--prometheus", target, target).run()
        #expect(outcome.outputLines.count { $0.hasPrefix("sonde_probe_open{") } == 1, "\(outcome)")
    }

    @Test("metrics that promtool takes", .needs(.tool("promtool")))
    func prometheus() async throws {
        let outcome = try await Command.sonde("probe", "--prometheus", "127.0.0.1", "localhost", "\(FreePort.tcp()),1").run()
        #expect(outcome.code == 0)
        let check = try await Command.tool("promtool", "check", "metrics").input(outcome.outputBytes).run()
        #expect(check.code == 0 && check.error.isEmpty, "\(check)")
        #expect(outcome.output.contains("sonde_probe_ports{state=\"closed\"} 4"))
    }

    @Test("--output replaces the file of metrics and leaves no other behind")
    func metricsFile() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sonde-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/sonde.prom"
        let whole = try await Command.sonde("probe", "--prometheus", "-o", path, "127.0.0.1", "\(FreePort.tcp())").run()
        #expect(whole.code == 0 && whole.output.isEmpty, "\(whole)")
        let metrics = try String(contentsOfFile: path, encoding: .utf8)
        #expect(metrics.contains("sonde_probe_ports{state=\"closed\"} 1"))
        let missing = try await Command.sonde("probe", "--prometheus", "-o", "\(path)/x", "127.0.0.1", "1").run()
        #expect(missing.code == 73, "\(missing)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == metrics)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["sonde.prom"])
    }

    @Test("--connect-ex prints what Python's connect_ex returns", .needs(.tool("python3")))
    func connectEx() async throws {
        let script = """
            import socket, sys
            l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
            open_port = l.getsockname()[1]
            f = socket.socket(); f.bind(("127.0.0.1", 0)); closed_port = f.getsockname()[1]
            codes = [socket.socket().connect_ex(("127.0.0.1", p)) for p in (open_port, closed_port)]
            print(open_port, closed_port, *codes, flush=True)
            sys.stdin.read()
            """
        try await Command.tool("python3", "-c", script).running { process in
            let words = try await process.line(within: .seconds(10)) { !$0.isEmpty }.split(separator: " ").map(String.init)
            let outcome = try await Command.sonde("probe", "--connect-ex", "127.0.0.1", "\(words[0]),\(words[1])").run()
            #expect(outcome.outputLines == Array(words[2...]))
            #expect(outcome.code == 1)
            try await process.closeInput()
        }
    }

    @Test("a pipe that closes ends it quietly")
    func closedPipe() async throws {
        let script = "\(Binary.sonde) probe --json 127.0.0.1 1-20000 | head -1; exit ${PIPESTATUS[0]}"
        let outcome = try await Command.tool("bash", "-c", script).run()
        #expect(outcome.code == 141 || outcome.code == 1, "\(outcome)")
        #expect(outcome.outputLines.count == 1 && outcome.error.isEmpty)
    }
}
