import Glibc
import Testing

/// `--wait` and `--count`.
@Suite("sonde probe --wait, --count", .sideBySide)
struct ProbeWaitTests {
    @Test("waits for a server that starts later, then runs the command", .needs(.tool("socat")))
    func startsLater() async throws {
        let port = FreePort.tcp()
        let target = "127.0.0.1:\(port)"
        let probe = Command.sonde("probe", "--wait", "60s", target, "--", "sh", "-c", "echo ran; exit 7")
        let outcome = try await probe.limit(.seconds(60)).running { process in
            try await Self.waitUntilSignalsAreTaken(by: process)
            try await Command.tool("socat", "TCP4-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork", "PIPE").running { server in
                _ = try await process.line(within: .seconds(60)) { $0 == "ran" }
                server.terminate()
            }
        }.1
        #expect(outcome.code == 7, "\(outcome)")
        #expect(outcome.error.contains("open") && outcome.output == "ran\n")
    }

    @Test("runs the command with the limits and signals that sonde was started with")
    func leavesNothingBehind() async throws {
        let look = "ulimit -Sn; grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status"
        let direct = try await Command.tool("sh", "-c", "ulimit -Sn 512; sh -c \"\(look)\"").run().orThrow()
        let probe = "\(Binary.sonde) probe --wait 0 --invert 127.0.0.1:\(FreePort.tcp()) -- sh -c"
        let through = try await Command.tool("sh", "-c", "ulimit -Sn 512; \(probe) \"\(look)\"").run().orThrow()
        #expect(direct.outputLines.first == "512")
        #expect(
            through.outputLines.suffix(4).map(Self.withoutInternalSignals) == direct.outputLines.map(Self.withoutInternalSignals)
        )
    }

    /// A line of /proc/self/status without the signals from 32 on, of which the C library keeps two for itself.
    private static func withoutInternalSignals(_ line: String) -> String {
        guard line.hasPrefix("Sig"), let mask = UInt32(line.suffix(8), radix: 16) else { return line }
        return "\(line.prefix(6)) \(mask & 0x7FFF_FFFF)"
    }

    @Test("gives up on a server that never starts, and runs nothing")
    func neverStarts() async throws {
        let outcome = try await Command.sonde("probe", "--wait", "1s", "127.0.0.1:\(FreePort.tcp())", "--", "echo", "ran").run()
        #expect(outcome.code == 1)
        #expect(!outcome.output.contains("ran"))
        #expect(outcome.elapsed >= .seconds(1))
    }

    @Test("waits for a Unix socket", .needs(.tool("socat")))
    func unixPath() async throws {
        let path = "/tmp/sonde-wait-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
        defer { unlink(path) }
        let outcome = try await Command.tool("sh", "-c", "sleep 0.5; exec socat UNIX-LISTEN:\(path),fork PIPE").running {
            process in
            let outcome = try await Command.sonde("probe", "--json", "--wait", "20s", path).run()
            process.terminate()
            return outcome
        }.0
        #expect(outcome.code == 0, "\(outcome)")
        let object = try #require(try outcome.jsonLines().first)
        #expect(object["transport"]?.string == "unix" && object["state"]?.string == "open")
        #expect(object["port"]?.isNull == true && object["address"]?.isNull == true)
        let gone = try await Command.sonde("probe", "--wait", "300ms", path + ".not").run()
        #expect(gone.code == 1)
    }

    @Test("--any is content with one, --invert with none", .needs(.tool("socat")))
    func anyAndInvert() async throws {
        let port = FreePort.tcp()
        let closed = FreePort.tcp()
        try await Command.tool("socat", "-d", "-d", "TCP4-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork", "PIPE").running {
            process in
            _ = try await process.errorLine(within: .seconds(10)) { $0.contains("listening on") }
            // What is not so at once never will be, and costs the whole wait.
            func code(_ options: String...) async throws -> Int32 {
                let wait = options.contains("--any") ? "60s" : "500ms"
                var command = Command.sonde("probe", "--wait", wait, "127.0.0.1", "-p", "\(port),\(closed)")
                command.arguments += options
                return try await command.run().code
            }
            #expect(try await code() == 1)
            #expect(try await code("--any") == 0)
            #expect(try await code("--invert") == 1)
            #expect(try await code("--invert", "--any") == 0)
            process.terminate()
        }
        let outcome = try await Command.sonde("probe", "--wait", "60s", "--invert", "127.0.0.1", "\(closed)").run()
        #expect(outcome.code == 0)
    }

    /// Waits until the process catches SIGINT.
    static func waitUntilSignalsAreTaken(by process: RunningProcess) async throws {
        try await eventually {
            let status = try await Command.tool("cat", "/proc/\(process.id)/status").run().outputLines
            let mask = status.first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
            return mask & 1 << UInt64(SIGINT - 1) != 0
        }
    }

    @Test("a round that the end cuts short takes back nothing", .needs(.root))
    func cutRound() async throws {
        try await Namespace.with("alone") { spaces in
            // With hardly a pause between rounds, the end cuts one.
            let outcome = try await spaces[0].sonde("probe", "--json", "-w", "1s", "--interval", "1ms", "127.0.0.1:1").run()
            let objects = try outcome.jsonLines()
            #expect(outcome.code == 1 && objects.first?["reason"]?.string == "rst", "\(outcome)")
            #expect(objects.last?["closed"]?.int == 1, "\(outcome)")
        }
    }

    @Test("an interrupted wait reports what was still unanswered", .needs(.root, .tool("nft")))
    func interruptedUnanswered() async throws {
        try await Namespace.with("alone") { spaces in
            try await spaces[0].nft("table inet own { chain in { type filter hook input priority 0; tcp dport 81 drop; }; }")
            let outcome = try await spaces[0].sonde("probe", "-w", "60s", "-t", "50s", "127.0.0.1:81").running { process in
                try await ProbeTests.waitForProbes(in: spaces[0])
                process.interrupt()
            }.1
            #expect(outcome.code == 130 && outcome.error.contains("1 port: 1 without an answer when interrupted"), "\(outcome)")
        }
    }

    @Test("an interrupted wait exits with 130")
    func interrupted() async throws {
        let outcome = try await Command.sonde("probe", "--wait", "60s", "127.0.0.1:\(FreePort.tcp())").running { process in
            try await Self.waitUntilSignalsAreTaken(by: process)
            process.interrupt()
        }.1
        #expect(outcome.code == 130, "\(outcome)")
    }

    @Test("--wait 0 looks once")
    func waitZero() async throws {
        let closed = FreePort.tcp()
        let outcome = try await Command.sonde("probe", "--json", "--wait", "0", "--invert", "127.0.0.1:\(closed)").run()
        #expect(outcome.code == 0, "\(outcome)")
        #expect(try outcome.jsonLines().first?["reason"]?.string == "rst")
    }

    @Test("--wait with a command leaves standard output to it")
    func commandsOutput() async throws {
        let closed = FreePort.tcp()
        let outcome = try await Command.sonde("probe", "--wait", "1s", "--invert", "127.0.0.1:\(closed)", "--", "echo", "mine")
            .run()
        #expect(outcome.code == 0 && outcome.output == "mine\n", "\(outcome)")
        #expect(outcome.error.contains("closed"), "\(outcome)")
    }

    @Test("--quiet prints nothing, and its exit code is the answer")
    func quiet() async throws {
        let closed = FreePort.tcp()
        for words in [["-q"], ["-q", "-w", "100ms"]] {
            var command = Command.sonde("probe", "127.0.0.1:\(closed)")
            command.arguments += words
            let outcome = try await command.run()
            #expect(outcome.code == 1 && outcome.output.isEmpty && outcome.error.isEmpty, "\(outcome)")
        }
    }

    @Test("rounds of --count begin on time although the ports are silent", .needs(.root))
    func silentRounds() async throws {
        try await Namespace.with("alone") { spaces in
            try await spaces[0].ip("addr add 192.0.2.1/24 dev lo")
            try await spaces[0].nft("table inet own { chain in { type filter hook input priority 0; tcp dport 81 drop; }; }")
            let outcome = try await spaces[0].sonde(
                "probe",
                "--json",
                "-c",
                "5",
                "--interval",
                "100ms",
                "-t",
                "1s",
                "192.0.2.1:81"
            ).run()
            let objects = try outcome.jsonLines()
            #expect(objects.last?["filtered"]?.int == 5, "\(outcome)")
            // 4 intervals and one timeout; one after the other they would take 5 s.
            #expect(try #require(objects.last?["elapsed_ms"]?.double) < 3000, "\(outcome)")
        }
    }

    @Test("SIGINT reports what was sent and not answered", .needs(.root))
    func interruptedCount() async throws {
        try await Namespace.with("alone") { spaces in
            try await spaces[0].nft("table inet own { chain in { type filter hook input priority 0; tcp dport 81 drop; }; }")
            func interrupt(_ options: String...) async throws -> Outcome {
                var command = spaces[0].sonde("probe", "-t", "60s", "127.0.0.1:81")
                command.arguments += options
                return try await command.running { process in
                    try await ProbeTests.waitForProbes(in: spaces[0])
                    process.interrupt()
                }.1
            }
            let counted = try await interrupt("-c", "0")
            // No round has a result, so there is no answer yet.
            #expect(counted.code == 130 && counted.output.contains(" sent, 0 answered, 100.0 % lost"), "\(counted)")
            let once = try await interrupt()
            #expect(once.code == 130 && once.error.hasPrefix("1 port: 1 without an answer when interrupted"), "\(once)")
        }
    }

    @Test("SIGUSR1 writes the totals so far to standard error, and the rounds go on")
    func totalsSoFar() async throws {
        let words = ["probe", "-c", "0", "--interval", "20ms", "127.0.0.1:\(FreePort.tcp())"]
        let outcome = try await Command(Binary.sonde, words).running { process in
            for number in [3, 6] {
                _ = try await process.line(within: .seconds(30)) { $0.hasPrefix("\(number)  ") }
                process.send(signal: SIGUSR1)
                // More rounds than before the signal of the same number.
                let totals = try await process.errorLine(within: .seconds(30)) { line in
                    let sent = line.split(separator: ": ").last?.split(separator: " ").first.flatMap { Int($0) } ?? 0
                    return sent >= number && line.contains(" sent, ") && line.contains(" answered, 0.0 % lost")
                }
                #expect(totals.hasPrefix("127.0.0.1:"))
            }
            process.interrupt()
        }.1
        // Closed ports answer, and are not open. The totals at the end are on standard output.
        #expect(outcome.code == 1 && outcome.output.contains(" answered, 0.0 % lost"), "\(outcome)")
        #expect(outcome.errorLines.count { $0.contains(" sent, ") } == 2, "\(outcome)")
        #expect(outcome.errorLines.count { $0.hasPrefix("min ") } == 2, "\(outcome)")
    }

    @Test("--count gives each round and the statistics")
    func count() async throws {
        let port = FreePort.tcp()
        let outcome = try await Command.sonde("probe", "--json", "--count", "3", "--interval", "10ms", "127.0.0.1:\(port)").run()
        #expect(outcome.code == 1)
        let objects = try outcome.jsonLines()
        #expect(objects.map { $0["type"]?.string } == ["probe", "probe", "probe", "statistics", "summary"])
        let statistics = try #require(objects.dropLast().last)
        #expect(statistics["sent"]?.int == 3 && statistics["received"]?.int == 3 && statistics["loss"]?.double == 0)
        let minimum = try #require(statistics["min_ms"]?.double)
        let mean = try #require(statistics["avg_ms"]?.double)
        let maximum = try #require(statistics["max_ms"]?.double)
        #expect(minimum <= mean && mean <= maximum)
    }
}
