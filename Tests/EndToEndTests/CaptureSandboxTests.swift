import Foundation
import Testing

/// What the sandbox of `sonde capture` keeps out, and what still works in it.
@Suite("sonde capture in its sandbox", .sideBySide)
struct CaptureSandboxTests {
    /// A folder of root's that nobody else may write.
    private static func withFolder<Result: Sendable>(
        mode: Int = 0o755,
        _ body: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        let folder = "/tmp/sonde-sandbox-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private static func owner(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int
    }

    private static func copy(_ capture: String, to path: String, mode: Int) throws {
        try FileManager.default.copyItem(atPath: Golden.corpus + "/" + capture, toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("files, connections, programs and code are out of reach; what a capture needs is not")
    func attempts() async throws {
        try await Self.withFolder { folder in
            try Self.copy("openings.pcap", to: folder + "/read.pcap", mode: 0o644)
            let outcome = try await Command(Binary.sandboxProbe, [folder, folder + "/read.pcap"]).run()
            try #require(!outcome.output.contains("gap: "), "this kernel lacks a part of the sandbox: \(outcome.output)")
            #expect(
                outcome.outputLines == [
                    "read the shadow file: Permission denied",
                    "write to another folder: Permission denied",
                    "read in the folder: Permission denied",
                    "remove the file: Operation not permitted",
                    "connect by TCP: Operation not permitted",
                    "connect to a Unix socket: Operation not permitted",
                    "execute: Operation not permitted",
                    "spawn: Operation not permitted",
                    "signal another process: Operation not permitted",
                    "map code: Operation not permitted",
                    "write in the folder: done",
                    "read the file: done",
                    "start a thread: done",
                    "state of an interface: done",
                ],
                "\(outcome)"
            )
        }
    }

    @Test("root reads what it alone may read, and its file stays its own", .needs(.root))
    func rootFiles() async throws {
        try await Self.withFolder(mode: 0o700) { folder in
            try Self.copy("openings.pcap", to: folder + "/secret.pcap", mode: 0o600)
            let written = folder + "/out.pcapng"
            let outcome = try await Command.sonde("capture", "-r", folder + "/secret.pcap", "-w", written, "--connections").run()
            #expect(outcome.code == 0 && outcome.output.contains("opened and closed in order"), "\(outcome)")
            let owner = try Self.owner(of: written)
            #expect(owner == 0)
            let again = try await Command.sonde("capture", "-r", written, "--connections").run()
            #expect(again.output == outcome.output)
        }
    }

    @Test("a file belongs to who called sudo, who must be allowed to create it", .needs(.root))
    func sudoFiles() async throws {
        let sudo = ["SUDO_UID": "1234", "SUDO_GID": "1235"]
        try await Self.withFolder(mode: 0o777) { folder in
            let written = folder + "/out.pcap"
            let capture = Command.sonde("capture", "-r", Golden.corpus + "/openings.pcap", "-w", written).environment(sudo)
            try await capture.run().orThrow()
            let owner = try Self.owner(of: written)
            #expect(owner == 1234)
        }
        try await Self.withFolder { folder in
            let capture = Command.sonde("capture", "-r", Golden.corpus + "/openings.pcap", "-w", folder + "/out.pcap")
            let outcome = try await capture.environment(sudo).run()
            #expect(outcome.code == 73 && outcome.error.contains("permission denied (EACCES 13)"), "\(outcome)")
        }
    }

    @Test("a rotation that nobody could continue is refused at once, and one in a folder for all works", .needs(.root))
    func rotation() async throws {
        let rotated = ["capture", "-r", Golden.corpus + "/openings.pcap", "-G", "60", "-w"]
        try await Self.withFolder { folder in
            let outcome = try await Command(Binary.sonde, rotated + [folder + "/out-%H%M%S.pcap"]).run()
            #expect(
                outcome.error.contains(
                    "root captures as the user nobody, who cannot create files there\n  → name the owner of the folder: --user NAME"
                )
            )
            #expect(outcome.code == 73, "\(outcome)")
        }
        try await Self.withFolder(mode: 0o777) { folder in
            let outcome = try await Command(Binary.sonde, rotated + [folder + "/out-%H%M%S.pcap"]).run()
            #expect(outcome.code == 0, "\(outcome)")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.count > 1)
        }
    }

    @Test(
        "compressed files, pipes and names in filters",
        .needs(.tool("gzip"), .tool("bash")),
        arguments: [
            "gzip -c FILE > DIR/a.gz; SONDE capture -r DIR/a.gz --connections",
            "gzip -c FILE | SONDE capture -r - --connections",
            "SONDE capture -r <(cat FILE) --connections",
            "SONDE capture -r FILE --connections tcp port http",
            "SONDE capture -r FILE -w - | SONDE capture -r - --connections",
        ]
    )
    func inputs(script: String) async throws {
        try await Self.withFolder(mode: 0o777) { folder in
            let file = Golden.corpus + "/openings.pcap"
            let words = script.replacing("FILE", with: file).replacing("DIR", with: folder).replacing("SONDE", with: Binary.sonde)
            let outcome = try await Command.tool("bash", "-c", words).run()
            #expect(outcome.code == 0 && outcome.output.contains("opened and closed in order"), "\(outcome)")
        }
    }

    @Test("an interface's counters are read, and its going down is noticed", .needs(.root))
    func interface() async throws {
        try await Namespace.with("counters") { spaces in
            let capture = spaces[0].sonde("capture", "-i", "lo")
            let outcome = try await capture.running { process in
                _ = try await process.errorLine(within: .seconds(20)) { $0 == "listening on lo" }
                process.interrupt()
            }.1
            #expect(outcome.code == 0)
            #expect(outcome.error.contains("0 received, 0 dropped by the kernel\n"), "\(outcome)")
        }
    }
}
