import Testing

/// `--netns`: each command works in another namespace, by name and by process.
@Suite("--netns", .sideBySide)
struct NamespaceOptionTests {
    @Test("probe, trace, connect, addrs, echo and capture run in the namespace that is named", .needs(.root))
    func commands() async throws {
        try await NetworkLab.run { lab in
            let echo = Command.sonde("echo", "7007", "--bind", "0.0.0.0", "--netns", lab.server.name)
            _ = try await echo.running { server in
                _ = try await server.line(within: .seconds(20)) { $0.contains("listening") }
                let client = lab.client.name
                // Nothing of this is there outside.
                let probe = try await Command.sonde("probe", "--netns", client, lab.serverV4, "7007").run()
                #expect(probe.code == 0 && probe.output.contains("accepts connections"), "\(probe)")
                let trace = try await Command.sonde("trace", "--netns", client, lab.serverV4, "7007").run()
                #expect(trace.code == 0 && trace.output.contains("1 router in between"), "\(trace)")
                let path = try await Command.sonde("probe", "--path", "--netns", client, lab.serverV4, "7007").run()
                #expect(path.code == 0 && path.output.contains(lab.routerV4), "\(path)")
                let connect = try await Command.sonde("connect", "--netns", client, lab.serverV4, "7007").input("hello\n").run()
                #expect(connect.code == 0 && connect.output == "hello\n", "\(connect)")
                let addrs = try await Command.sonde("addrs", "--netns", client, "--plain").run()
                #expect(addrs.code == 0 && addrs.output.contains(lab.clientV4), "\(addrs)")
                let devices = try await Command.sonde("capture", "--netns", client, "-D").run()
                #expect(devices.code == 0 && devices.output.contains(lab.clientV4), "\(devices)")
                let route = try await Command.sonde("addrs", "--netns", client, "--to", lab.serverV4, "--json").run()
                #expect(try route.jsonLines().first?["gateway"]?.string == lab.routerV4, "\(route)")
                server.interrupt()
            }
        }
    }

    @Test("a capture in the namespace of a process", .needs(.root))
    func capture() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.server.sonde("echo", "7007", "--bind", "0.0.0.0").running { server in
                _ = try await server.line(within: .seconds(20)) { $0.contains("listening") }
                let pid = "\(server.id)"
                let capture = Command.sonde(
                    "capture",
                    "--netns",
                    pid,
                    "-i",
                    "eth0",
                    "--connections",
                    "--until-closed",
                    "tcp port 7007"
                )
                let (_, outcome) = try await capture.running { process in
                    _ = try await process.errorLine(within: .seconds(20)) { $0.contains("listening on") }
                    _ = try await lab.client.sonde("connect", lab.serverV4, "7007").input("hello\n").run().orThrow()
                }
                #expect(outcome.code == 0 && outcome.output.contains("\(lab.serverV4):7007"), "\(outcome)")
                server.interrupt()
            }
        }
    }

    static let commandLines = [
        ["probe", "127.0.0.1", "80"], ["trace", "127.0.0.1", "80"], ["connect", "127.0.0.1", "80"], ["addrs"], ["echo", "0"],
        ["capture", "-i", "lo"], ["sockets"],
    ]

    @Test("a namespace that does not exist, or may not be entered", .needs(.root, .unprivilegedUser), arguments: commandLines)
    func refusals(_ words: [String]) async throws {
        let missing = try await Command(Binary.sonde, words + ["--netns", "nosuch-0"]).run()
        #expect(missing.code == 69 && missing.error.contains("network namespace nosuch-0: no such file"), "\(missing)")
        let refused = try await Command(Binary.sonde, words + ["--netns", "1"]).unprivileged().run()
        #expect(refused.code == 77 && refused.error.contains("CAP_SYS_ADMIN"), "\(refused)")
    }

    @Test("a capture file has no namespace")
    func files() async throws {
        let outcome = try await Command.sonde("capture", "-r", "x.pcap", "--netns", "x").run()
        #expect(outcome.code == 64 && outcome.error.contains("--netns is for live captures"), "\(outcome)")
    }
}
