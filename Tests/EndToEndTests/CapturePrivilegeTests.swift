import Glibc
import Testing

/// What `sonde capture` still may do once it captures: nothing, and who it is then.
@Suite("sonde capture gives its privilege up", .sideBySide)
struct CapturePrivilegeTests {
    @Test(
        "to --user, to who called sudo, or to nobody",
        .needs(.root),
        arguments: [
            (
                arguments: ["--user", "nobody"], environment: ["SUDO_UID": "1234", "SUDO_GID": "1235"], user: "65534",
                group: "65534"
            ),
            (arguments: [], environment: ["SUDO_UID": "1234", "SUDO_GID": "1235"], user: "1234", group: "1235"),
            (arguments: [], environment: ["SUDO_UID": "0", "SUDO_GID": "0"], user: "65534", group: "65534"),
            (arguments: [], environment: [:], user: "65534", group: "65534"),
            (arguments: ["--no-sandbox"], environment: [:], user: "65534", group: "65534"),
        ] as [(arguments: [String], environment: [String: String], user: String, group: String)]
    )
    func privilege(arguments: [String], environment: [String: String], user: String, group: String) async throws {
        try await Namespace.with("capture") { spaces in
            let command = Command(Binary.sonde, ["capture", "-i", "lo"] + arguments).inNamespace(spaces[0].name)
                .environment(environment)
            try await command.running { process in
                let status = try await Self.settled(process.id, isConfined: !arguments.contains("--no-sandbox"))
                let same = { (number: String) in [String](repeating: number, count: 4) }
                #expect(status["Uid"] == same(user))
                #expect(status["Gid"] == same(group))
                for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(status[set] == ["0000000000000000"], "\(set)") }
                #expect(status["Seccomp"] == [arguments.contains("--no-sandbox") ? "0" : "2"])
                if user != "0" { #expect(Set(status["Groups"] ?? []).isSubset(of: [group]), "the groups of the user alone") }
                process.interrupt()
            }
        }
    }

    /// /proc/PID/status once the last step is done.
    private static func settled(_ id: Int32, isConfined: Bool) async throws -> [String: [String]] {
        try await eventually { status(id)["NoNewPrivs"] == ["1"] && (!isConfined || status(id)["Seccomp"] == ["2"]) }
        return status(id)
    }

    private static func status(_ id: Int32) -> [String: [String]] {
        guard let file = fopen("/proc/\(id)/status", "r") else { return [:] }
        defer { fclose(file) }
        var text = [UInt8](repeating: 0, count: 8192)
        let count = fread(&text, 1, text.count, file)
        let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n")
        return lines.reduce(into: [:]) { fields, line in
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].split(whereSeparator: \.isWhitespace).map(String.init) }
        }
    }
}
