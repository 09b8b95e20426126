import Foundation
import Testing

/// Every view of `sonde capture` on every capture of Tests/Corpus, against what was recorded.
@Suite("Golden output of capture", .sideBySide)
struct GoldenCaptureTests {
    static let captures = [
        "openings.pcap", "closes.pcap", "resets.pcap", "data.pcap", "partial.pcap", "strange.pcap", "encapsulations.pcap",
        "fragments.pcap", "ipv6.pcap", "checksums.pcap", "other-packets.pcap", "snapped.pcap", "cut.pcap", "nanoseconds.pcap",
        "big-endian.pcap", "raw.pcap", "null.pcap", "sll.pcap", "sll2.pcap", "unknown-link.pcap", "empty.pcap",
        "two-interfaces.pcapng",
    ]

    /// One connection each: these views draw a whole picture, and another picture of the same kind proves nothing more.
    static let drawn = ["ipv6.pcap", "big-endian.pcap", "resets.pcap", "two-interfaces.pcapng", "empty.pcap"]

    struct View: CustomTestStringConvertible, Sendable {
        let name: String
        let arguments: [String]
        var captures = GoldenCaptureTests.captures
        var testDescription: String { name }
    }

    static let views = [
        View(name: "segments", arguments: []),
        View(name: "explain", arguments: ["--explain"]),
        View(name: "connections", arguments: ["--connections"]),
        View(name: "connections-explain", arguments: ["--connections", "--explain"]),
        View(name: "ladder", arguments: ["--ladder"]),
        View(name: "ladder-explain", arguments: ["--ladder", "--explain"], captures: drawn),
        View(name: "ladder-ascii", arguments: ["--ladder", "--format", "ascii"], captures: drawn),
        View(name: "ladder-svg", arguments: ["--ladder", "--format", "svg"], captures: drawn),
        View(name: "ladder-mermaid", arguments: ["--ladder", "--format", "mermaid"], captures: drawn),
        View(name: "json", arguments: ["--json"]),
        View(name: "connections-json", arguments: ["--connections", "--json"]),
        View(name: "zeek", arguments: ["--format", "zeek"]),
        View(name: "handshakes", arguments: ["--handshakes"]),
        View(name: "colors", arguments: ["--color", "always"], captures: ["ipv6.pcap", "resets.pcap"]),
        View(name: "ladder-colors", arguments: ["--ladder", "--color", "always"], captures: ["ipv6.pcap"]),
        View(name: "connections-colors", arguments: ["--connections", "--color", "always"], captures: ["resets.pcap"]),
    ]

    @Test("is what was recorded", arguments: views)
    func view(_ view: View) async throws {
        for capture in view.captures {
            let arguments = ["capture", "-r", capture] + view.arguments
            var golden = Golden()
            golden.append(arguments, try await Self.run(arguments))
            try await golden.check("capture/\(capture)/\(view.name)")
        }
    }

    struct Way: CustomTestStringConvertible, Sendable {
        let name: String
        let arguments: [String]
        var testDescription: String { name }
    }

    /// Options that change what is taken or how it is tracked, each on a capture that shows the difference.
    static let ways = [
        Way(name: "filter", arguments: ["-r", "openings.pcap", "--connections", "port 40003"]),
        Way(name: "filter-unfilterable", arguments: ["-r", "unknown-link.pcap", "tcp"]),
        Way(name: "filter-wrong", arguments: ["-r", "openings.pcap", "prot http"]),
        Way(name: "count", arguments: ["-r", "openings.pcap", "-c", "5"]),
        Way(name: "until-closed", arguments: ["-r", "closes.pcap", "--until-closed"]),
        Way(name: "ignore-checksums", arguments: ["-r", "checksums.pcap", "--ignore-checksums"]),
        Way(name: "ignore-checksums-connections", arguments: ["-r", "checksums.pcap", "--ignore-checksums", "--connections"]),
        Way(name: "max-connections", arguments: ["-r", "openings.pcap", "--connections", "--max-connections", "2"]),
        Way(name: "server-ports", arguments: ["-r", "partial.pcap", "--connections", "--server-ports", "none"]),
        Way(
            name: "several",
            arguments: ["-r", "raw.pcap", "-r", "cut.pcap", "-r", "empty.pcap", "-r", "sll.pcap", "--connections"]
        ),
        Way(name: "several-segments", arguments: ["-r", "raw.pcap", "-r", "cut.pcap", "-r", "sll.pcap"]),
        Way(name: "missing", arguments: ["-r", "raw.pcap", "-r", "missing.pcap"]),
        Way(name: "not-a-capture", arguments: ["-r", "make_corpus.py"]),
        Way(name: "handshakes-connections", arguments: ["-r", "closes.pcap", "--handshakes", "--connections"]),
        Way(name: "handshakes-json", arguments: ["-r", "resets.pcap", "--handshakes", "--json"]),
        Way(name: "zeek-ignore-checksums", arguments: ["-r", "checksums.pcap", "--ignore-checksums", "--format", "zeek"]),
    ]

    @Test("by option is what was recorded", arguments: ways)
    func way(_ way: Way) async throws {
        let arguments = ["capture"] + way.arguments
        var golden = Golden()
        golden.append(arguments, try await Self.run(arguments))
        try await golden.check("capture/options/\(way.name)")
    }

    @Test(
        "the comments of a pcapng file, as Wireshark reads them, are what was recorded",
        .needs(.tool("tshark")),
        arguments: ["openings.pcap", "closes.pcap", "resets.pcap", "data.pcap", "two-interfaces.pcapng"]
    )
    func comments(_ capture: String) async throws {
        let written = "/tmp/sonde-golden-\(UUID().uuidString).pcapng"
        defer { try? FileManager.default.removeItem(atPath: written) }
        let arguments = ["capture", "-r", capture, "-w", written, "--connections"]
        var golden = Golden()
        golden.append(arguments, try await Self.run(arguments), volatile: .none.naming(written, "out.pcapng"))
        let fields = ["frame.number", "frame.time_epoch", "frame.interface_name", "frame.cap_len", "frame.comment"]
        let words = ["-r", written, "-T", "fields"] + fields.flatMap { ["-e", $0] }
        let read = try await Command("tshark", words).run().orThrow()
        golden.append("tshark -r out.pcapng -T fields", output: read.output, error: "", code: read.code)
        try await golden.check("capture/\(capture)/comments")
    }

    @Test("the captures are those that make_corpus.py writes", .needs(.tool("python3")))
    func corpus() async throws {
        let folder = "/tmp/sonde-corpus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await Command.tool("python3", "\(Golden.corpus)/make_corpus.py", folder).run().orThrow()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == Self.captures.sorted())
        for capture in Self.captures {
            let made = FileManager.default.contents(atPath: "\(folder)/\(capture)")
            #expect(made == FileManager.default.contents(atPath: "\(Golden.corpus)/\(capture)"), "\(capture)")
        }
    }

    private static func run(_ arguments: [String]) async throws -> Outcome {
        try await Command(Binary.sonde, arguments).inDirectory(Golden.corpus).environment(["TZ": "UTC"]).run()
    }
}
