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
        #expect(try json.jsonLines().map { $0["type"]?.string } == ["connect", "close"])
    }
}
