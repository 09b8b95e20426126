import Testing

/// `--source-port` without `--path`.
@Suite("sonde probe --source-port", .sideBySide)
struct ProbeSourcePortTests {
    private static let sourcePort = 40_123

    @Test("every probe leaves from the port, also toward several hosts at once, and UDP", .needs(.root))
    func leavesFromThePort() async throws {
        try await NetworkLab.run { lab in
            try await ProbeVerdictTests.listening(lab.server, port: 80) {
                let targets = [lab.serverV4, lab.serverV6, lab.routerV4]
                for option in [[], ["-u"]] {
                    let words = ["probe", "--json", "--source-port", "\(Self.sourcePort)"] + option + targets + ["79-81"]
                    let outcome = try await Command(Binary.sonde, words).inNamespace(lab.client.name).run()
                    let probes = try outcome.jsonLines().filter { $0["type"]?.string == "probe" }
                    #expect(probes.count == 9 && probes.allSatisfy { $0["local_port"]?.int == Self.sourcePort }, "\(outcome)")
                    #expect(probes.allSatisfy { $0["local_address"]?.string?.isEmpty == false }, "\(outcome)")
                    let open = probes.filter { $0["state"]?.string == "open" }.compactMap { $0["address"]?.string }
                    #expect(Set(open) == (option.isEmpty ? [lab.serverV4, lab.serverV6] : []), "\(outcome)")
                }
            }
        }
    }

    @Test("retransmission is left to the kernel, which keeps the port", .needs(.root, .tool("nft")))
    func retransmits() async throws {
        try await NetworkLab.run { lab in
            // The first SYN is lost.
            try await lab.router.nft(
                """
                table ip lossy { chain forward { type filter hook forward priority 0; tcp dport 80 numgen inc mod 2 0 drop; }; }
                """
            )
            try await ProbeVerdictTests.listening(lab.server, port: 80) {
                let words = ["probe", "--json", "--source-port", "\(Self.sourcePort)", "-t", "60s", lab.serverV4, "80"]
                let outcome = try await Command(Binary.sonde, words).inNamespace(lab.client.name).run()
                let probe = try #require(try outcome.jsonLines().first)
                #expect(probe["state"]?.string == "open" && probe["local_port"]?.int == Self.sourcePort, "\(outcome)")
                #expect(probe["syn_retransmits"]?.int == 1, "\(outcome)")
            }
        }
    }

    @Test("a port in use ends with 71 and says so")
    func inUse() async throws {
        try await Command.sonde("echo", "0", "--bind", "127.0.0.1", "--json").running { process in
            let port = try await process.listeningPort()
            let words = ["probe", "127.0.0.1", "\(FreePort.tcp())", "--source", "127.0.0.1", "--source-port", "\(port)"]
            let table = try await Command(Binary.sonde, words).run()
            #expect(table.code == 71 && table.output.contains("98 EADDRINUSE"), "\(table)")
            let probe = try #require(try await Command(Binary.sonde, words + ["--json"]).run().jsonLines().first)
            #expect(probe["state"]?.string == "error" && probe["connect_ms"]?.isNull == true, "\(probe)")
            process.interrupt()
        }
    }

    @Test("a port that is no port ends with 64", arguments: ["0", "65536", "-1", "x"])
    func mistake(port: String) async throws {
        let outcome = try await Command.sonde("probe", "127.0.0.1", "1", "--source-port=\(port)").run()
        #expect(outcome.code == 64 && outcome.output.isEmpty && !outcome.error.isEmpty, "\(outcome)")
    }
}
