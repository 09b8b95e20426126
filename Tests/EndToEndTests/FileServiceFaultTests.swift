import Foundation
import Glibc
import Testing

/// A server that says whatever the test wants: it sends each of its answers in turn to a connection, and closes it.
private final class HostileServer: Sendable {
    let port: Int
    private let listener: Int32

    /// - Parameters:
    ///   - staysOpen: says nothing more behind its answer until the client leaves.
    ///   - beforeAnswer: runs once a request has come.
    init(_ answers: [UInt8]..., staysOpen: Bool = false, beforeAnswer: @escaping @Sendable () -> Void = {}) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = Loopback.bits.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        try #require(result == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
        Task(executorPreference: OwnThreads.shared) { [answers] in
            for answer in answers {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var request = [UInt8](repeating: 0, count: 4096)
                _ = recv(connection, &request, request.count, 0)
                beforeAnswer()
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                if !staysOpen { shutdown(connection, Int32(SHUT_WR)) }
                _ = recv(connection, &request, request.count, 0)
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

@Suite("sonde serve, sonde get: faults", .sideBySide)
struct FileServiceFaultTests {
    static let lies: [(answer: String, code: Int32, words: String)] = [
        ("OK 99999999999999999999\n", 65, "file protocol"), ("OK 9223372036854775807 1\nabc", 74, "after 3 of 9223372036854775807"),
        ("OK -5\n", 65, "file protocol"), ("OK 5 ../../x\nhello", 65, "file protocol"),
        ("HTTP/1.1 400 Bad\r\n\r\n", 65, "HTTP/1.1"),
        (String(repeating: "O", count: 100_000), 65, "file protocol"), ("", 74, "no answer"), ("OK 5", 74, "no answer"),
        ("NO \u{1B}[2J\u{9B}31m gone\n", 1, "\\x1b[2J"), ("\u{1B}]0;title\u{7}\n", 65, "\\x1b]0;title\\x07"),
        ("OK 5 1.1\nhel", 74, "after 3 of 5"),
    ]

    @Test("a server that lies is found out, and nothing it says moves the cursor", arguments: lies)
    func hostile(answer: String, code: Int32, words: String) async throws {
        let target = Scratch()
        let server = try HostileServer(Array(answer.utf8))
        let outcome = try await Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", "\(target.path)/f").run()
        #expect(outcome.code == code && outcome.error.contains(words), "\(outcome)")
        #expect(!outcome.errorBytes.contains(0x1B) && !outcome.errorBytes.contains(0x9B))
        #expect(!target.names.contains("f"))
    }

    @Test("a cut transfer ends with 74, says how much came, and --resume goes on with it")
    func resumes() async throws {
        let target = Scratch()
        let whole = Array("OK 10 1.5\n0123456789".utf8)
        let server = try HostileServer(Array(whole.dropLast(6)), Array("OK 6 1.5\n456789".utf8))
        let file = "\(target.path)/f"
        let cut = try await Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", file).run()
        #expect(cut.code == 74 && cut.error.contains("after 4 of 10") && cut.error.contains("--resume"), "\(cut)")
        #expect(target.names == [".f.10-1.5.part"])
        let rest = try await Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", file, "--resume", "--json").run()
        #expect(rest.code == 0 && target.read("f") == Array("0123456789".utf8), "\(rest)")
        #expect(try rest.jsonLines().first?["resumed_from"]?.int == 4)
        #expect(target.names == ["f"])
    }

    @Test("--resume does not mix two versions of a file", arguments: ["OK 6 1.6\n456789", "OK 7 1.5\n4567890"])
    func changed(answer: String) async throws {
        let target = Scratch()
        try target.write(".f.10-1.5.part", Array("0123".utf8))
        let server = try HostileServer(Array(answer.utf8))
        let outcome = try await Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", "\(target.path)/f", "--resume")
            .run()
        #expect(outcome.code == 1 && outcome.error.contains("changed"), "\(outcome)")
        #expect(target.names == [".f.10-1.5.part"])
    }

    @Test("a reader that has seen enough ends the transfer quietly", .needs(.tool("bash")))
    func closedPipe() async throws {
        let size = 4 << 20
        let server = try HostileServer(Array("OK \(size) 1.5\n".utf8) + [UInt8](repeating: 0x0A, count: size))
        let script = "\(Binary.sonde) get \(Loopback.text):\(server.port) f -o - | head -1; echo ${PIPESTATUS[0]}"
        let outcome = try await Command.tool("bash", "-c", script).run()
        #expect(outcome.output == "\n0\n" && outcome.error.isEmpty, "\(outcome)")
    }

    @Test("a server killed in mid-transfer: 74, how much came, and the rest later")
    func killed() async throws {
        let (served, target) = (Scratch(), Scratch())
        let size = 64 << 20
        try served.write("f", [UInt8](repeating: 0x5A, count: size))
        let file = "\(target.path)/f"
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let port = try await process.listeningPort()
            // A reader that stops keeps the transfer from ending before the kill.
            let script =
                "\(Binary.sonde) get \(Loopback.text):\(port) f -o - | (head -c 1000 >/dev/null; kill -9 $0; cat >/dev/null); echo ${PIPESTATUS[0]}"
            let outcome = try await Command.tool("bash", "-c", script, "\(process.id)").run()
            #expect(outcome.output == "74\n" && outcome.error.contains("of \(size) bytes"), "\(outcome)")
        }
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let port = try await process.listeningPort()
            let outcome = try await Command.sonde("get", "\(Loopback.text):\(port)", "f", "-o", file).run()
            #expect(outcome.code == 0 && target.read("f")?.count == size, "\(outcome)")
            process.interrupt()
        }
    }

    @Test("a full disk: 74, how much came, and no half file at the target", .needs(.root, .tool("unshare")))
    func fullDisk() async throws {
        let (served, target) = (Scratch(), Scratch())
        try served.write("f", [UInt8](repeating: 1, count: 4 << 20))
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let port = try await process.listeningPort()
            let script = """
                mount -t tmpfs -o size=1m tmpfs '\(target.path)' && cd '\(target.path)'
                '\(Binary.sonde)' get \(Loopback.text):\(port) f; echo "code $?"; ls -A
                """
            let outcome = try await Command.tool("unshare", "--mount", "sh", "-c", script).run()
            #expect(outcome.outputLines.first == "code 74" && outcome.error.contains("ENOSPC"), "\(outcome)")
            #expect(!outcome.outputLines.contains("f"))
            process.interrupt()
        }
    }

    @Test("a file that becomes shorter while it is sent is cut, never padded")
    func truncated() async throws {
        let (served, target) = (Scratch(), Scratch())
        try served.write("f", [UInt8](repeating: 1, count: 64 << 20))
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let port = try await process.listeningPort()
            let script = """
                \(Binary.sonde) get \(Loopback.text):\(port) f -o - |
                (head -c 1000 >/dev/null; truncate -s 1000 \(served.path)/f; cat >/dev/null); echo ${PIPESTATUS[0]}
                """
            let outcome = try await Command.tool("bash", "-c", script).run()
            #expect(outcome.output == "74\n", "\(outcome)")
            process.interrupt()
        }
        #expect(target.names == [])
    }

    @Test("Ctrl-C leaves the part, says so, and ends with 130")
    func interrupted() async throws {
        let target = Scratch()
        let server = try HostileServer(Array("OK 10 1\n0123".utf8), staysOpen: true)
        let outcome = try await Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", "\(target.path)/f").running {
            process in
            try await eventually { target.names == [".f.10-1.part"] && target.read(".f.10-1.part") == Array("0123".utf8) }
            process.interrupt()
            try await eventually { !process.error.bytes.isEmpty }
        }.1
        #expect(outcome.code == 130 && outcome.error.contains("after 4 bytes") && outcome.error.contains("--resume"), "\(outcome)")
        #expect(target.names == [".f.10-1.part"])
    }

    /// A server that sends slowly and stops in the middle, and a client whose standard error is a terminal: prints what the terminal got.
    private static let slowTransfer = """
        import os, pty, signal, socket, subprocess, sys, threading, time
        listener = socket.socket()
        listener.bind((sys.argv[2], 0))
        listener.listen()
        def serve():
            connection, _ = listener.accept()
            connection.recv(100)
            connection.sendall(b"OK 100000000 1.0\\n")
            for _ in range(30):
                connection.sendall(b"z" * 50000)
                time.sleep(0.05)
            if sys.argv[3] == "cut": connection.close()
            else: program.send_signal(signal.SIGINT); time.sleep(30)
        controller, terminal = pty.openpty()
        where = "%s:%d" % listener.getsockname()
        program = subprocess.Popen([sys.argv[1], "get", where, "f", "-o", sys.argv[4]], stderr=terminal, stdout=subprocess.DEVNULL,
            env=dict(os.environ, TERM="xterm"))
        os.close(terminal)
        threading.Thread(target=serve, daemon=True).start()
        text = b""
        try:
            while piece := os.read(controller, 65536): text += piece
        except OSError: pass
        print(program.wait(60), flush=True)
        sys.stdout.buffer.write(text)
        """

    @Test(
        "the progress line is gone before an error is printed",
        .needs(.tool("python3")),
        arguments: ["cut", "signal"],
        ["f", "-"]
    )
    func progressEnds(how: String, output: String) async throws {
        let target = Scratch()
        let path = output == "-" ? "-" : "\(target.path)/f"
        let command = Command.tool("python3", "-c", Self.slowTransfer, Binary.sonde, Loopback.text, how, path)
        let text = try await command.run().orThrow().output
        #expect(text.hasPrefix(how == "cut" ? "74" : "130"), "\(text)")
        let error = try #require(text.range(of: "sonde: "), "\(text)")
        let shown = try #require(text[..<error.lowerBound].range(of: " left", options: .backwards), "\(text)")
        #expect(text[shown.upperBound..<error.lowerBound].contains("\u{1B}[K"), "\(text.debugDescription)")
    }

    @Test("a server that falls silent is given up")
    func stalls() async throws {
        let target = Scratch()
        let server = try HostileServer(Array("OK 10 1\n0123".utf8), staysOpen: true)
        let get = Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", "\(target.path)/f", "--timeout", "1s")
        let outcome = try await get.run()
        #expect(outcome.code == 74 && outcome.error.contains("no data for 1.00 s"), "\(outcome)")
    }

    @Test("devices and FIFOs are written to with --force, links are followed, and sockets and folders stay", .needs(.root))
    func specialTargets() async throws {
        let (served, target) = (Scratch(), Scratch())
        try served.write("f", Array("content".utf8))
        try target.write("behind", Array("old".utf8))
        mkdir("\(target.path)/folder", 0o755)
        try await Command.tool("mknod", "\(target.path)/null", "c", "1", "3").run().orThrow()
        mkfifo("\(target.path)/fifo", 0o644)
        try Peer.leaveStaleSocket(at: "\(target.path)/socket")
        symlink("folder", "\(target.path)/to-folder")
        symlink("behind", "\(target.path)/to-file")
        symlink("nowhere", "\(target.path)/to-nothing")
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let server = "\(Loopback.text):\(try await process.listeningPort())"
            @Sendable func get(_ name: String, _ options: String...) async throws -> Outcome {
                try await Command(Binary.sonde, ["get", server, "f", "-o", "\(target.path)/\(name)"] + options).run()
            }
            for name in ["null", "fifo", "socket", "to-file", "to-nothing", "behind"] {
                let outcome = try await get(name)
                #expect(outcome.code == 73 && outcome.error.contains(name), "\(outcome)")
            }
            for name in ["socket", "to-nothing"] {
                let outcome = try await get(name, "--force")
                #expect(outcome.code == 73, "\(outcome)")
            }
            #expect(try await get("null", "--force").code == 0)
            let script = "cat '\(target.path)/fifo' & '\(Binary.sonde)' get \(server) f -o '\(target.path)/fifo' --force; wait"
            let fifo = try await Command.tool("sh", "-c", script).run()
            #expect(fifo.output == "content", "\(fifo)")
            #expect(try await get("to-file", "--force").code == 0 && target.read("behind") == Array("content".utf8))
            #expect(try await get("to-folder").code == 0 && target.read("folder/f") == Array("content".utf8))
            process.interrupt()
        }
        let kinds = try await Command.tool("stat", "-c", "%F", "null", "fifo", "socket", "to-file", "to-folder")
            .inDirectory(target.path).run()
        #expect(
            kinds.outputLines == ["character special file", "fifo", "socket", "symbolic link", "symbolic link"],
            "\(kinds)"
        )
    }

    @Test("a file that appears at the target meanwhile stays, and the message says where the whole download is")
    func targetAppears() async throws {
        let target = Scratch()
        try target.write(".f.10-1.5.part", Array("0123".utf8))
        let server = try HostileServer(Array("OK 6 1.5\n456789".utf8)) { try? target.write("f", Array("other".utf8)) }
        let get = Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", "\(target.path)/f", "--resume")
        let outcome = try await get.run()
        #expect(outcome.code == 73 && outcome.error.contains(".f.10-1.5.part"), "\(outcome)")
        #expect(target.read("f") == Array("other".utf8) && target.read(".f.10-1.5.part") == Array("0123456789".utf8))
    }

    @Test("two downloads to one target: the finished file is never cut by the other", .needs(.tool("strace")))
    func twoAtOnce() async throws {
        let (served, target) = (Scratch(), Scratch())
        let content = [UInt8](repeating: 7, count: 3_000_000)
        try served.write("f", content)
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let server = "\(Loopback.text):\(try await process.listeningPort())"
            // It opens the partial file, and gets the lock only after the other download has renamed it.
            let injection = ["-f", "-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:delay_enter=5000000"]
            let late = Command("strace", injection + [Binary.sonde, "get", server, "f", "-o", "\(target.path)/f"])
            try await late.running { other in
                try await eventually { !target.names.isEmpty }
                let first = try await Command.sonde("get", server, "f", "-o", "\(target.path)/f").run()
                #expect(first.code == 0, "\(first)")
                let deadline = ContinuousClock.now + .seconds(9)
                while ContinuousClock.now < deadline, other.error.bytes.isEmpty {
                    #expect(target.read("f")?.count == content.count)
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(target.read("f") == content)
            process.interrupt()
        }
    }

    @Test("the limit of a file's size is an error like any other, and what came is kept", .needs(.tool("prlimit")))
    func fileSizeLimit() async throws {
        let (served, target) = (Scratch(), Scratch())
        try served.write("f", [UInt8](repeating: 1, count: 200_000))
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let server = "\(Loopback.text):\(try await process.listeningPort())"
            let arguments = ["--fsize=100000:100000", Binary.sonde, "get", server, "f", "-o", "\(target.path)/f"]
            let outcome = try await Command("prlimit", arguments).run()
            #expect(outcome.code == 74 && outcome.error.contains("EFBIG") && outcome.error.contains("100000"), "\(outcome)")
            process.interrupt()
        }
    }

    @Test("options without effect, port 0, and targets that can't be made end with the codes of the page")
    func refusesOptions() async throws {
        let address = "\(Loopback.text):\(FreePort.tcp())"
        let cases: [(arguments: [String], code: Int32)] = [
            ([address, "--list", "-o", "file"], 64), ([address, "--list", "--resume"], 64), ([address, "--list", "--force"], 64),
            (["127.0.0.1:0", "f"], 64), ([address, "f", "-o", String(repeating: "z", count: 256)], 73), ([address, "f"], 1),
        ]
        for test in cases {
            let outcome = try await Command(Binary.sonde, ["get"] + test.arguments).run()
            #expect(outcome.code == test.code, "\(outcome)")
        }
    }

    @Test("what went to standard output is counted where its reader stands still and a signal ends it", .needs(.tool("python3")))
    func countsWhatWasWritten() async throws {
        let served = Scratch()
        try served.write("f", [UInt8](repeating: 1, count: 1_000_000))
        let script = """
            import array, fcntl, signal, subprocess, sys, termios, time
            p = subprocess.Popen([sys.argv[1], 'get', sys.argv[2], 'f', '-o', '-'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            count = array.array('i', [0])
            for _ in range(500):
                before = count[0]; time.sleep(0.05); fcntl.ioctl(p.stdout, termios.FIONREAD, count)
                if count[0] and count[0] == before: break
            p.send_signal(signal.SIGINT); time.sleep(0.2); p.send_signal(signal.SIGINT)
            error = p.stderr.read().decode(); print(p.wait(), count[0], error)
            """
        try await Command.sonde("serve", served.path, "0", "--json", "--bind", Loopback.text).running { process in
            let server = "\(Loopback.text):\(try await process.listeningPort())"
            let outcome = try await Command.tool("python3", "-c", script, Binary.sonde, server).run()
            let words = outcome.output.split(separator: " ")
            try #require(words.count > 2, "\(outcome)")
            #expect(words[0] == "130" && words[1] != "0" && outcome.output.contains("after \(words[1]) bytes"), "\(outcome)")
            process.interrupt()
        }
    }

    @Test("a hostile list of 32 MiB of short entries takes little more than its bytes", .needs(.tool("prlimit")))
    func hostileList() async throws {
        let entry = "5 1.1 name\n"
        let count = (32 << 20) / entry.utf8.count
        let list = Array(String(repeating: entry, count: count).utf8)
        let server = try HostileServer(Array("OK \(list.count)\n".utf8) + list)
        let get = "prlimit --as=314572800 '\(Binary.sonde)' get \(Loopback.text):\(server.port) --list"
        let outcome = try await Command.tool("bash", "-c", "\(get) | wc -l; echo ${PIPESTATUS[0]}").limit(.seconds(120)).run()
        #expect(outcome.outputLines == ["\(count + 1)", "0"], "\(outcome)")
    }

    @Test("a part that somebody laid as a link is not written through")
    func linkedPart() async throws {
        let target = Scratch()
        try target.write("victim", Array("safe".utf8))
        symlink("victim", "\(target.path)/.f.5-1.part")
        let server = try HostileServer(Array("OK 5 1\nhello".utf8))
        let outcome = try await Command.sonde("get", "\(Loopback.text):\(server.port)", "f", "-o", "\(target.path)/f").run()
        #expect(outcome.code == 73 && target.read("victim") == Array("safe".utf8), "\(outcome)")
    }
}
