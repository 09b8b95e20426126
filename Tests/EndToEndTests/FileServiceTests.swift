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
            #expect(json.map { $0["name"]?.string } == ["esc\u{1B}[31m", "line\nfeed", "sub/"])
            #expect(json.map { $0["kind"]?.string } == ["file", "file", "folder"])
            let typed = try await Command.sonde("connect", server).input("LIST\n").run()
            #expect(typed.output.contains("# 1 left out") && !typed.output.contains("line"), "\(typed)")
            let below = try await Command.sonde("get", server, "--list", "..").run()
            #expect(below.code == 1, "\(below)")
        }
    }

    @Test("names with line feeds, carriage returns, percent signs and other encodings are listed and fetched")
    func oddNames() async throws {
        let (served, target) = (Scratch(), Scratch())
        let names = ["a\nb", "cr\r", "100%", "%0A", "caf\u{E9}"]
        for name in names { try served.write(name, Array(name.utf8)) }
        let invalid = "$(printf 'bad\\377')"
        try await Command.tool("sh", "-c", "printf content >\"\(invalid)\"").inDirectory(served.path).run().orThrow()
        try await withServer(served) { server, _ in
            let list = try await Command.sonde("get", server, "--list", "--json").run()
            #expect(list.code == 0 && list.error.isEmpty, "\(list)")
            let listed = try list.jsonLines().compactMap { $0["name"]?.string }
            #expect(Set(listed).isSuperset(of: names) && listed.count == 6, "\(list)")
            for name in names {
                let outcome = try await Command.sonde("get", server, name, "-o", target.path).run()
                #expect(outcome.code == 0 && target.read(name) == Array(name.utf8), "\(outcome)")
            }
            let bad = try await Command.tool("sh", "-c", "exec '\(Binary.sonde)' get \(server) \"\(invalid)\" -o -").run()
            #expect(bad.output == "content", "\(bad)")
        }
    }

    @Test("links are served while anything in the system is renamed", .needs(.tool("python3")))
    func linksWhileRenaming() async throws {
        let (served, other) = (Scratch(), Scratch())
        try served.write("n", Array("hello".utf8))
        mkdir("\(served.path)/sub", 0o755)
        symlink("../n", "\(served.path)/sub/rel")
        let script = """
            import os, socket, sys, threading, time
            host, port = sys.argv[1].split(':'); a, b = sys.argv[2] + '/a', sys.argv[2] + '/b'
            open(a, 'w').close(); end = time.time() + 2
            def rename():
                while time.time() < end: os.rename(a, b); os.rename(b, a)
            threading.Thread(target=rename).start()
            answers = set()
            while time.time() < end:
                c = socket.create_connection((host, int(port))); c.sendall(b'GET sub/rel\\n'); c.shutdown(1)
                answers.add(c.recv(99)[:2]); c.close()
            print(answers)
            """
        try await withServer(served) { server, _ in
            let outcome = try await Command.tool("python3", "-c", script, server, other.path).run()
            #expect(outcome.output == "{b'OK'}\n", "\(outcome)")
        }
    }

    @Test("a request that trickles in has the idle timeout as a whole")
    func trickle() async throws {
        let served = Scratch()
        let command = Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text, "--idle-timeout", "1s")
        try await command.running { process in
            let peer = try Peer.tcp(try await process.listeningPort())
            let started = ContinuousClock.now
            while ContinuousClock.now - started < .seconds(20), peer.send("G") == 1 {
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(ContinuousClock.now - started < .seconds(10))
            process.interrupt()
        }
    }

    @Test("used-up descriptors are no fact about the file", .needs(.tool("prlimit")))
    func descriptors() async throws {
        let served = Scratch()
        try served.write("f", [1])
        let arguments = ["--nofile=24:24", Binary.sonde, "serve", served.path, "0", "--json", "--bind", Loopback.text]
        try await Command("prlimit", arguments).running { process in
            let port = try await process.listeningPort()
            let peers = try (0..<40).map { _ in try Peer.tcp(port) }
            _ = try await process.errorLine(within: .seconds(20)) { $0.contains("EMFILE") }
            peers[0].send("GET f\n")
            let answer = String(decoding: peers[0].receive(200) ?? [], as: UTF8.self)
            #expect(answer.contains("out of file descriptors"), "\(answer)")
            process.interrupt()
        }
    }

    @Test("a large folder is listed, once and in order, while others are served", .needs(.tool("python3")))
    func largeFolder() async throws {
        let served = Scratch()
        try served.write("small", [UInt8](repeating: 1, count: 100))
        let script = """
            import os, socket, sys, time
            folder, (host, port), clients = sys.argv[1], sys.argv[2].split(':'), int(sys.argv[3])
            os.mkdir(folder + '/many')
            for i in range(5000): open('%s/many/%05d%s' % (folder, i, 'n' * 200), 'w').close()
            def connect(): return socket.create_connection((host, int(port)))
            lists = [connect() for _ in range(clients)]
            for i, c in enumerate(lists): c.sendall([b'LIST many\\n', b'LIST% many\\n', b'LIST .\\n'][i % 3]); time.sleep(0.02)
            for _ in range(50): c = connect(); c.sendall(b'GET small\\n'); assert c.recv(500); c.close()
            def whole(c):
                data = b''
                while b'\\n' not in data: data += c.recv(65536)
                size = int(data.split()[1]); end = size + data.index(b'\\n') + 1
                while len(data) < end: data += c.recv(65536)
                return data.split(b'\\n')[1:]
            lines = [whole(c) for c in lists]
            names = [line.split(b' ')[2] for line in lines[0][:-1]]
            print(len(names), names == sorted(names), *[len(set(map(tuple, lines[i::3]))) for i in range(3)])
            """
        try await withServer(served) { server, _ in
            let outcome = try await Command.tool("python3", "-c", script, served.path, server, "20").run()
            #expect(outcome.output == "5000 True 1 1 1\n", "\(outcome)")
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
