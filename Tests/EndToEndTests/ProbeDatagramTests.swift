import Testing

/// UDP services that do not answer as an echo server does.
@Suite("sonde probe: datagrams", .sideBySide)
struct ProbeDatagramTests {
    @Test("TFTP answers from a port of its own; what others send counts for nothing", .needs(.root, .tool("python3")))
    func answerFromAnotherPort() async throws {
        // Asked at 69 of 127.0.0.1, the stranger at 127.0.0.2 speaks first; asked at 69 of 127.0.0.3, it speaks alone.
        let script = """
            import select, socket
            def bound(address, port):
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.bind((address, port))
                return s
            service, silent, stranger = bound("127.0.0.1", 69), bound("127.0.0.3", 69), bound("127.0.0.2", 0)
            print("ready", flush=True)
            while True:
                for asked in select.select([service, silent], [], [])[0]:
                    question, client = asked.recvfrom(512)
                    assert question == b"\\0\\1sonde\\0octet\\0", question
                    stranger.sendto(b"stranger", client)
                    if asked is service:
                        bound("127.0.0.1", 0).sendto(b"\\0\\5\\0\\1File not found\\0\\xff", client)
            """
        try await Namespace.with("tftp") { spaces in
            _ = try await spaces[0].tool("python3", "-c", script).running { process in
                _ = try await process.line(within: .seconds(10)) { $0 == "ready" }
                let targets = ["127.0.0.1:69", "127.0.0.3:69", "127.0.0.4:69"]
                var command = spaces[0].sonde("probe", "-u", "--json", "--banner", "--timeout", "1s")
                command.arguments += targets
                let objects = try await command.run().jsonLines().filter { $0["type"]?.string == "probe" }
                let answers = targets.map { target in objects.first { $0["address"]?.string == String(target.dropLast(3)) } }
                #expect(answers.map { $0?["state"]?.string } == ["open", "open|filtered", "closed"])
                #expect(answers[0]?["banner"]?.string == "\u{0}\u{5}\u{0}\u{1}File not found\u{0}\u{FFFD}")
                // The answer's own time, also where its text is asked for.
                #expect((answers[0]?["connect_ms"]?.double ?? 0) > 0)
                let table = try await spaces[0].sonde("probe", "-u", "--banner", "127.0.0.1:69").run()
                #expect(table.output.contains("\\x00\\x05\\x00\\x01File not found\\x00\\xff"), "\(table)")
                process.terminate()
            }
        }
    }
}
