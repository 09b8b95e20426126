import Glibc
import Testing

/// The program where a system's usual surroundings are missing: a rescue shell, an initramfs, a minimal container.
@Suite("A root directory without /proc, /sys, /etc and /dev")
struct BareRootTests {
    struct Case: CustomTestStringConvertible {
        let arguments: [String]
        let code: Int32
        /// Expected in standard output, and in standard error.
        var output: String = ""
        var error: String = ""
        var testDescription: String { arguments.joined(separator: " ") }
    }

    /// `CLOSED` is a port on which nobody listens, `OPEN` one on which somebody does.
    static let cases: [Case] = [
        Case(arguments: [], code: 0, output: "USAGE: sonde"),
        Case(arguments: ["--version"], code: 0, output: "."),
        Case(arguments: ["help", "probe"], code: 0, output: "USAGE: sonde probe"),
        Case(arguments: ["nosuch", "--bogus"], code: 64, error: "\"nosuch\": no such command"),
        Case(arguments: ["addrs"], code: 0, output: "127.0.0.1/8"),
        Case(arguments: ["addrs", "--json", "lo"], code: 0, output: "\"kind\":\"loopback\""),
        Case(arguments: ["addrs", "nosuch0"], code: 69, error: "nosuch0: no such interface"),
        Case(arguments: ["probe", "127.0.0.1", "CLOSED"], code: 1, output: "closed"),
        Case(arguments: ["probe", "127.0.0.1", "OPEN"], code: 0, output: "open"),
        Case(arguments: ["probe", "127.0.0.1", "OPEN", "--wait", "5s"], code: 0),
        Case(arguments: ["probe", "127.0.0.1", "OPEN", "--json"], code: 0, output: "\"state\":\"open\""),
        Case(arguments: ["probe", "localhost", "OPEN", "-4"], code: 0, output: "open"),
        Case(arguments: ["probe", "host.invalid", "1"], code: 68, error: "does not resolve"),
        Case(arguments: ["probe", "127.0.0.1", "nosuchservice"], code: 64, error: "nosuchservice"),
        Case(arguments: ["connect", "127.0.0.1", "CLOSED"], code: 1, error: "ECONNREFUSED"),
        Case(arguments: ["connect", "127.0.0.1", "OPEN"], code: 0, error: "received 0 B"),
        Case(arguments: ["get", "127.0.0.1:CLOSED", "name"], code: 1, error: "ECONNREFUSED"),
        Case(arguments: ["serve", "/nosuch"], code: 66, error: "ENOENT"),
        Case(arguments: ["echo", "--unix", "/nosuch/socket"], code: 73, error: "ENOENT"),
        Case(arguments: ["capture", "-r", "/closes.pcap", "--connections"], code: 0, output: "opened and closed in order"),
        Case(arguments: ["capture", "-r", "/nosuch.pcap"], code: 66, error: "ENOENT"),
        Case(arguments: ["capture", "-i", "lo"], code: 69, error: "libpcap can't be loaded"),
        Case(arguments: ["capture", "-r", "/closes.pcap", "tcp"], code: 69, error: "libpcap can't be loaded"),
        Case(arguments: ["demo"], code: 0, error: "libpcap can't be loaded"),
    ]

    @Test("each command has the right answer or a clear error", .needs(.root, .tool("chroot"), .tool("ldd")))
    func commands() async throws {
        try await BareRoot.with { root in
            let closed = String(FreePort.tcp())
            try await root.sonde("echo", "0", "--bind", "127.0.0.1").running { server in
                let line = try await server.line(within: .seconds(10)) { $0.contains("listening on tcp") }
                let open = String(line.split(separator: ":").last ?? "")
                for example in Self.cases {
                    let arguments = example.arguments.map {
                        $0.replacing("CLOSED", with: closed).replacing("OPEN", with: open)
                    }
                    let outcome = try await root.sonde(arguments).run()
                    #expect(outcome.code == example.code, "\(outcome)")
                    #expect(outcome.output.contains(example.output) || example.output.isEmpty, "\(outcome)")
                    #expect(outcome.error.contains(example.error) || example.error.isEmpty, "\(outcome)")
                }
                server.interrupt()
            }
        }
    }

    @Test("the primary address is the same as outside", .needs(.root, .tool("chroot"), .tool("ldd")))
    func primary() async throws {
        try await BareRoot.with { root in
            let outside = try await Command.sonde("addrs", "--primary").run()
            let inside = try await root.sonde("addrs", "--primary").run()
            #expect(inside.output == outside.output)
            #expect(inside.code == outside.code)
        }
    }

    @Test("a file is served and fetched", .needs(.root, .tool("chroot"), .tool("ldd")))
    func files() async throws {
        try await BareRoot.with { root in
            try await root.sonde("serve", "/", "0", "--bind", "127.0.0.1").running { server in
                let line = try await server.line(within: .seconds(10)) { $0.contains("127.0.0.1:") }
                let port = line.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
                let list = try await root.sonde("get", "127.0.0.1:\(port)", "--list").run()
                #expect(list.code == 0 && list.output.contains("closes.pcap"), "\(list)")
                let get = try await root.sonde("get", "127.0.0.1:\(port)", "closes.pcap", "-o", "/copy.pcap").run()
                #expect(get.code == 0, "\(get)")
                let same = try await Command.tool("cmp", "\(root.path)/closes.pcap", "\(root.path)/copy.pcap").run()
                #expect(same.code == 0, "\(same)")
                server.interrupt()
            }
        }
    }

    @Test("closed standard streams are nobody's sockets, without /dev/null too", .needs(.root, .tool("chroot"), .tool("ldd")))
    func closedStreams() async throws {
        try await BareRoot.with { root in
            for streams in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
                let script = "exec chroot \"$1\" /sonde probe 127.0.0.1 \"$2\" \(streams)"
                let outcome = try await Command("sh", ["-c", script, "sh", root.path, String(FreePort.tcp())]).run()
                #expect(outcome.code == 1, "\(streams) \(outcome)")
            }
        }
    }

    @Test("without HOME, and with one that cannot be written, nothing changes")
    func home() async throws {
        for home in [["-u", "HOME"], ["HOME=/nonexistent"], ["HOME=/proc"]] {
            let outcome = try await Command("env", home + [Binary.sonde, "addrs", "lo", "--plain", "-4"]).unprivileged().run()
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.contains("127.0.0.1/8"), "\(outcome)")
        }
    }
}

/// A folder to be the root directory: the program, the libraries it is linked with, a capture, nothing else.
struct BareRoot: Sendable {
    let path: String

    static func with(_ body: @Sendable (BareRoot) async throws -> Void) async throws {
        var template = Array("/tmp/sonde-root-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no folder: errno \(errno)")
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let root = BareRoot(path: path)
        do {
            try await root.fill()
            try await body(root)
        } catch {
            await root.remove()
            throw error
        }
        await root.remove()
    }

    func sonde(_ arguments: String...) -> Command { sonde(arguments) }

    func sonde(_ arguments: [String]) -> Command {
        // The library path of the tests is not one of the new root's.
        Command("chroot", [path, "/sonde"] + arguments)
    }

    private func fill() async throws {
        let script = """
            set -e
            cp "$1" "$2/sonde"
            cp "$3" "$2/"
            ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
                mkdir -p "$2${library%/*}"
                cp "$library" "$2$library"
            done
            """
        try await Command("sh", ["-c", script, "sh", Binary.sonde, path, "\(Repository.root)/Tests/Corpus/closes.pcap"]).run()
            .orThrow()
    }

    private func remove() async {
        // In a task of its own, which a cancelled test does not cancel.
        await Task { _ = try? await Command.tool("rm", "-rf", path).run() }.value
    }
}
