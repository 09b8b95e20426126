import Glibc
import Testing

@Suite("The harness itself", .sideBySide)
struct HarnessTests {
    static let refused = [
        "", "{", "{}x", "{\"a\":1,\"a\":2}", "[1,]", "01", "1.", "NaN", "\"\u{1}\"", "\"\\ud800\"", "\"\\x\"", "nul", "{\"a\" 1}",
        "[1 2]", "+1", "\"open", "-",
    ]

    @Test("JSON that RFC 8259 refuses is refused", arguments: refused)
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(text) }
    }

    @Test("JSON values are read as written")
    func reads() throws {
        let value = try JSONValue(#" {"n":null,"t":true,"i":-12,"d":1.5e3,"s":"a\"\u00e9\ud83d\ude00\n","a":[1,[]],"o":{}} "#)
        #expect(value["n"] == .null)
        #expect(value["t"]?.bool == true)
        #expect(value["i"]?.int == -12)
        #expect(value["d"]?.double == 1500)
        #expect(value["s"]?.string == "a\"é😀\n")
        #expect(value["a"]?.array?.count == 2)
        #expect(value["o"]?.object?.isEmpty == true)
        #expect(value["missing"] == nil)
    }

    @Test("output, error and exit code are collected")
    func collects() async throws {
        let outcome = try await Command.tool("sh", "-c", "cat; echo bad >&2; exit 3").input("good\n").run()
        #expect(outcome.output == "good\n")
        #expect(outcome.error == "bad\n")
        #expect(outcome.code == 3)
    }

    @Test("a program that does not read its input ends nothing but itself, and gets the default of SIGPIPE")
    func unreadInput() async throws {
        let input = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<20 { #expect(try await Command.tool("sh", "-c", "exec <&-; exit 3").input(input).run().code == 3) }
        let piped = try await Command.tool("bash", "-c", "head -c 1000000 /dev/zero | true; exit ${PIPESTATUS[0]}").run()
        #expect(piped.code == 128 + SIGPIPE, "\(piped)")
    }

    @Test("a program that outlives its limit is killed and reported with what it wrote")
    func timeLimit() async throws {
        let error = await #expect(throws: TimeLimitExceeded.self) {
            try await Command.tool("sh", "-c", "echo before; exec sleep 60").limit(.seconds(2)).run()
        }
        #expect(error?.outcome.output == "before\n")
    }

    @Test("a line is waited for and a signal ends the program")
    func linesAndSignals() async throws {
        let (line, outcome) = try await Command.tool("sh", "-c", "echo one; read x; echo got $x; exec sleep 60").running {
            process in
            _ = try await process.line(within: .seconds(10)) { $0 == "one" }
            try await process.write("this\n")
            let line = try await process.line(within: .seconds(10)) { $0.hasPrefix("got") }
            process.terminate()
            return line
        }
        #expect(line == "got this")
        #expect(outcome.code == -15)
    }

    @Test("a line that never comes is an error that shows what came")
    func missingLine() async throws {
        await #expect(throws: NoSuchLine.self) {
            try await Command.tool("echo", "other").running { process in
                _ = try await process.line(within: .seconds(10)) { $0 == "expected" }
            }
        }
    }

    @Test(
        "a laboratory routes both families, obeys its rules and leaves nothing behind",
        .needs(.root, .tool("nft"), .tool("socat"))
    )
    func laboratory() async throws {
        let names = try await NetworkLab.run { lab in
            try await lab.server.tool("socat", "-d", "-d", "TCP6-LISTEN:7007,fork,ipv6only=0", "EXEC:cat").running { server in
                _ = try await server.errorLine(within: .seconds(10)) { $0.contains("listening on") }
                for address in [lab.serverV4, "[\(lab.serverV6)]"] {
                    let reached = try await lab.client.tool("socat", "-t5", "-", "TCP:\(address):7007").input("hello").run()
                    #expect(reached.output == "hello", "\(reached)")
                }
                try await lab.router.nft(
                    "table ip f { chain c { type filter hook forward priority 0; ip protocol tcp reject with icmp type admin-prohibited; }; }"
                )
                let refused = try await lab.client.tool("socat", "-t5", "-", "TCP:\(lab.serverV4):7007").input("hello").run()
                #expect(refused.error.contains("No route to host"), "\(refused)")
                server.terminate()
            }
            return [lab.client.name, lab.router.name, lab.server.name]
        }
        let left = try await Command.tool("ls", "/run/netns").run().outputLines
        #expect(Set(left).isDisjoint(with: names))
    }
}
