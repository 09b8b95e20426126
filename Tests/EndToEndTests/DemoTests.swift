import Testing

/// `sonde demo`, with and without the right to capture.
@Suite("sonde demo", .sideBySide)
struct DemoTests {
    @Test("every step of one connection is shown, once and in order", .needs(.root))
    func steps() async throws {
        let outcome = try await Command.sonde("demo").run()
        #expect(outcome.code == 0, "\(outcome.error)")
        let wire = outcome.output.split(separator: "As a ladder")
        #expect(wire.count == 2)
        let steps = ["open 1/3", "open 2/3", "open 3/3", "close 1/4", "close 2/4", "close 3/4", "close 4/4"]
        for part in wire {
            let shown = part.split(separator: "\n").compactMap { line in steps.first { line.contains($0) } }
            #expect(shown == steps)
        }
        #expect(outcome.output.contains("Why three") && outcome.output.contains("Why four"))
        #expect(outcome.output.contains("8 bytes in the direction still open"))
        #expect(outcome.output.contains("TCP_SAVED_SYN") && outcome.output.contains("TCP_INFO"))
        #expect(outcome.error.isEmpty)
    }

    @Test("as JSON it is one connection, opened and closed by the client", .needs(.root))
    func json() async throws {
        let outcome = try await Command.sonde("demo", "--json").run()
        #expect(outcome.code == 0)
        let objects = try outcome.jsonLines()
        let connection = try #require(objects.last)
        #expect(connection["type"]?.string == "connection")
        #expect(connection["conn_state"]?.string == "SF")
        #expect(connection["opened_by"]?.string == "orig" && connection["closed_by"]?.string == "orig")
        #expect(connection["orig_bytes"]?.int == 21 && connection["resp_bytes"]?.int == 21)
        #expect(objects.dropLast().allSatisfy { $0["type"]?.string == "packet" })
        #expect(objects.dropLast().compactMap { $0["step"]?.string }.count == 7)
    }

    @Test("without the privilege it shows what sockets tell, says what is missing, and succeeds", .needs(.unprivilegedUser))
    func unprivileged() async throws {
        let outcome = try await Command.sonde("demo").unprivileged().run()
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.output.contains("TCP_SAVED_SYN") && outcome.output.contains("mss 65495"))
        #expect(outcome.output.contains("TCP_INFO"))
        #expect(!outcome.output.contains("open 1/3"))
        #expect(outcome.error.contains("CAP_NET_RAW") && outcome.error.contains("sudo sonde demo"))

        let json = try await Command.sonde("demo", "--json").unprivileged().run()
        let types = try json.jsonLines().compactMap { $0["type"]?.string }
        #expect(types.filter { $0 != "call" } == ["connect", "close"] && types.first == "call")
    }

    /// Each scene with the steps and notes of its ladders, in their order.
    static let scenes: [(name: String, shown: [String])] = [
        ("refused", ["open 1/3", "refuses", "REJ: refused", "ECONNREFUSED"]),
        (
            "filtered",
            ["open 1/3", "SYN retransmission 1", "SYN retransmission 2", "S0: no answer, SYN retransmitted", "3 retransmitted"]
        ),
        (
            "half-close",
            [
                "open 3/3", "close 1/4", "close 2/4", "11 bytes in the direction still open",
                "10 bytes in the direction still open",
                "close 3/4", "close 4/4", "SF: opened and closed in order, originator first",
            ]
        ),
        ("reset", ["open 3/3", "aborts the established connection", "RSTR: reset by the responder", "ECONNRESET", "EPIPE"]),
        (
            "full-queue",
            [
                "open 3/3", "SF: opened and closed in order", "open 1/3", "SYN retransmission 1", "open 2/3", "open 3/3",
                "SF: opened and closed in order", "1 retransmitted",
            ]
        ),
        (
            "simultaneous",
            [
                "open 1/3", "open 2/4", "open 3/4", "open 4/4", "close 1/4", "close 2/4", "close 3/4", "retransmission",
                "close 4/4",
                "SF: simultaneous open, closed in order",
            ]
        ),
    ]

    @Test("a scene shows its steps in order", .needs(.root), arguments: scenes)
    func scene(name: String, shown: [String]) async throws {
        let outcome = try await Command.sonde("demo", name).run()
        #expect(outcome.code == 0 && outcome.error.isEmpty, "\(outcome.error)")
        let parts = outcome.output.split(separator: "As a ladder")
        var rest = try #require(parts.last)
        for text in shown {
            guard let place = rest.firstRange(of: text) else {
                Issue.record("\(text) is missing or out of order:\n\(outcome.output)")
                break
            }
            rest = rest[place.upperBound...]
        }
    }

    @Test(
        "a scene needs no privilege to be played, and says which pages explain it",
        .needs(.unprivilegedUser),
        arguments: scenes.map(\.name)
    )
    func unprivilegedScene(name: String) async throws {
        let outcome = try await Command.sonde("demo", name).unprivileged().run()
        #expect(outcome.code == 0 && outcome.error.contains("sudo sonde demo \(name)"), "\(outcome.error)")
        let pages = outcome.output.split(separator: "\n").compactMap { line in
            line.hasPrefix("  sonde explain '") ? String(line.dropFirst(17).dropLast()) : nil
        }
        #expect(pages.count == 3)
        for page in pages { #expect(try await Command.sonde("explain", page).run().code == 0, "\(page)") }
    }

    @Test("Ctrl-C in the middle of a scene shows what happened until then", .needs(.root))
    func interrupted() async throws {
        let outcome = try await Command.sonde("demo", "filtered").running { process in
            // The introduction is written before the first call.
            _ = try await process.line(within: .seconds(10)) { !$0.isEmpty }
            process.interrupt()
        }.1
        #expect(outcome.code == 130 && outcome.error.isEmpty, "\(outcome)")
        #expect(outcome.output.contains("open 1/3") && outcome.output.contains("sonde explain 'filtered'"), "\(outcome)")
        #expect(!outcome.output.contains("gives up after 3.3 s"), "\(outcome)")
    }

    @Test("Where the loopback interface is down, that is the reason", .needs(.root))
    func interfaceDown() async throws {
        try await Namespace.with("demodown") { spaces in
            _ = try await spaces[0].tool("ip", "link", "set", "lo", "down").run().orThrow()
            let outcome = try await spaces[0].sonde("demo").run()
            #expect(outcome.code == 69 && outcome.error.contains("interface lo is down"), "\(outcome)")
        }
    }
}
