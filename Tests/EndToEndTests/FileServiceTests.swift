import Glibc
import Testing

/// Runs `sonde serve` over a folder on a free loopback port and ends it in order.
@discardableResult
private func withServer(
    _ folder: Scratch,
    unprivileged: Bool = false,
    body: @Sendable (String, RunningProcess) async throws -> Void
) async throws -> Outcome {
    var command = Command.sonde("serve", folder.path, "0", "--json", "--bind", Loopback.text).limit(.seconds(60))
    if unprivileged { command = command.unprivileged() }
    return try await command.running { process in
        try await body("\(Loopback.text):\(try await process.listeningPort())", process)
        process.interrupt()
    }.1
}

@Suite("sonde serve, sonde get", .sideBySide)
struct FileServiceTests {
    @Test("files arrive whole under their names, also empty ones and from folders below")
    func gets() async throws {
        let (served, target) = (Scratch(), Scratch())
        let large = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        mkdir("\(served.path)/sub dir", 0o755)
        try served.write("large", large)
        try served.write("empty", [])
        try served.write("sub dir/a b", Array("deep".utf8))
        try await withServer(served) { server, process in
            for (name, file, bytes) in [
                ("large", "large", large), ("empty", "empty", []), ("sub dir/a b", "a b", Array("deep".utf8)),
            ] {
                let outcome = try await Command.sonde("get", server, name, "-o", target.path, "--json").run()
                #expect(outcome.code == 0 && target.read(file) == bytes, "\(outcome)")
                #expect(try outcome.jsonLines().first?["size"]?.int == bytes.count)
            }
            #expect(target.names == ["a b", "empty", "large"])
            let output = try await Command.sonde("get", server, "large", "-o", "-").run()
            #expect(output.outputBytes == large && output.code == 0)
        }
    }

    @Test("an existing file is kept without --force")
    func force() async throws {
        let (served, target) = (Scratch(), Scratch())
        try served.write("f", Array("new".utf8))
        try target.write("f", Array("old".utf8))
        try await withServer(served) { server, _ in
            let kept = try await Command.sonde("get", server, "f", "-o", "\(target.path)/f").run()
            #expect(kept.code == 73 && kept.error.contains("--force") && target.read("f") == Array("old".utf8), "\(kept)")
            let replaced = try await Command.sonde("get", server, "f", "-o", "\(target.path)/f", "--force").run()
            #expect(replaced.code == 0 && target.read("f") == Array("new".utf8), "\(replaced)")
            #expect(target.names == ["f"])
        }
    }

    static let refused: [(name: String, reason: String)] = [
        ("../../etc/passwd", "leads out"), ("/etc/passwd", "leads out"), ("a/../../b", "leads out"), ("..", "leads out"),
        ("link-out", "leads out"), ("link-absolute", "leads out"), ("a/link-up/secret", "leads out"),
        ("fifo", "not a regular file"),
        ("a", "folder"), (".", "folder"), ("nosuch", "no such file"), ("file/x", "not a folder"), ("unreadable", "no permission"),
        (String(repeating: "x", count: 300), "too long"), (String(repeating: "a/", count: 2100), "too long"),
    ]

    @Test("nothing but readable regular files of the folder can be had", .needs(.unprivilegedUser), arguments: refused)
    func refuses(name: String, reason: String) async throws {
        let served = Scratch()
        try served.write("../secret-\(getpid())", Array("secret".utf8))
        defer { unlink("\(served.path)/../secret-\(getpid())") }
        mkdir("\(served.path)/a", 0o755)
        mkfifo("\(served.path)/fifo", 0o644)
        symlink("../secret-\(getpid())", "\(served.path)/link-out")
        symlink("/etc/passwd", "\(served.path)/link-absolute")
        symlink("../..", "\(served.path)/a/link-up")
        try served.write("file", [1])
        try served.write("unreadable", [1])
        chmod("\(served.path)/unreadable", 0)
        try await withServer(served, unprivileged: true) { server, _ in
            let outcome = try await Command.sonde("get", server, name, "-o", "-").run()
            #expect(outcome.code == 1 && outcome.output.isEmpty && outcome.error.contains(reason), "\(outcome)")
        }
    }

    @Test("requests typed by hand, with NUL, CR LF, and a line without end")
    func typed() async throws {
        let served = Scratch()
        try served.write("f", Array("hello\n".utf8))
        symlink("f", "\(served.path)/link")
        try await withServer(served) { server, _ in
            let parts = server.split(separator: ":").map(String.init)
            let input = "GET a\0b\nFROM 2 f\r\nget f\nFROM 9 f\nFROM x f\nGET\nGET link"
            let outcome = try await Command.sonde("connect", parts[0], parts[1]).input(input).run()
            let lines = outcome.outputLines
            try #require(lines.count == 9, "\(outcome)")
            #expect(lines[0].hasPrefix("NO") && lines[1].hasPrefix("OK 4 ") && lines[2] == "llo")
            #expect(lines[3...6].allSatisfy { $0.hasPrefix("NO ") })
            #expect(lines[7].hasPrefix("OK 6 ") && lines[8] == "hello")
            let long = try await Command.sonde("connect", parts[0], parts[1]).input(String(repeating: "x", count: 5000)).run()
            #expect(long.output == "NO the request is too long\n", "\(long)")
        }
    }

    @Test("lists what can be had, with names escaped")
    func lists() async throws {
        let served = Scratch()
        mkdir("\(served.path)/sub", 0o755)
        try served.write("esc\u{1B}[31m", [1, 2])
        try served.write("line\nfeed", [1])
        symlink("/etc/passwd", "\(served.path)/out")
        try await withServer(served) { server, _ in
            let text = try await Command.sonde("get", server, "--list").run()
            #expect(text.code == 0 && text.output.contains("esc\\x1b[31m") && !text.output.contains("\u{1B}"), "\(text)")
            let json = try await Command.sonde("get", server, "--list", "--json").run().jsonLines()
            #expect(json.map { $0["name"]?.string } == ["esc\u{1B}[31m", "sub/"])
            #expect(json.map { $0["kind"]?.string } == ["file", "folder"])
            let below = try await Command.sonde("get", server, "--list", "..").run()
            #expect(below.code == 1, "\(below)")
        }
    }

    @Test("many clients at once each get the whole file")
    func many() async throws {
        let served = Scratch()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) }
        try served.write("f", bytes)
        try await withServer(served) { server, _ in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask { try await Command.sonde("get", server, "f", "-o", "-").run().outputBytes == bytes }
                }
                for try await isWhole in group { #expect(isWhole) }
            }
        }
    }

    @Test("the folder must exist")
    func folder() async throws {
        for (folder, code) in [("/nosuch", 66), ("/etc/passwd", 66)] {
            let outcome = try await Command.sonde("serve", folder, "0").run()
            #expect(outcome.code == Int32(code) && outcome.error.contains(folder), "\(outcome)")
        }
    }
}
