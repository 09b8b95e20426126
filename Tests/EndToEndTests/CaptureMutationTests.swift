import Foundation
import Mutations
import Testing

/// Captures with bits flipped, cut and lengths changed, through every view and format of the program.
@Suite("sonde capture on damaged files", .sideBySide)
struct CaptureMutationTests {
    private static let mutations = Mutation.rounds(2_500, of: 10_000)
    private static let filesPerRun = 100
    /// Bytes kept of a capture: enough to reach every decoder, little enough for thousands of files.
    private static let mostBytes = 8192
    /// Kilobytes of address space that a run may take; a table of a million connections does not come near it.
    private static let mostMemory = 1 << 20

    /// Every way of telling a capture, and what `-w` writes with it.
    enum View: CaseIterable, Sendable, CustomTestStringConvertible {
        case segments, explained, connections, text, ascii, svg, mermaid, json, connectionsJSON, zeek, pcap, pcapng

        var testDescription: String { arguments.joined(separator: " ") }

        var arguments: [String] {
            switch self {
            case .segments, .pcap: ["--segments"]
            case .explained: ["--explain"]
            case .connections: ["--connections"]
            case .text: ["--ladder", "--format", "text"]
            case .ascii: ["--ladder", "--format", "ascii"]
            case .svg: ["--ladder", "--format", "svg"]
            case .mermaid: ["--ladder", "--format", "mermaid"]
            case .json: ["--json"]
            case .connectionsJSON: ["--json", "--connections"]
            case .zeek: ["--format", "zeek"]
            case .pcapng: ["--connections", "--pcapng"]
            }
        }

        /// A pcap file holds one link type, so that each of its captures is written by a run of its own.
        var isWrittenAlone: Bool { self == .pcap }
        var isWriting: Bool { self == .pcap || self == .pcapng }

        /// Control bytes that belong to the format.
        var separators: Set<UInt8> { self == .zeek ? [0x0A, 0x09] : [0x0A] }
    }

    @Test("no crash, no hang, exit 0 or 65, nothing raw, bounded memory", arguments: View.allCases)
    func survives(_ view: View) async throws {
        let captures = try Self.captures()
        try #require(captures.count > 15)
        let folder = "/tmp/sonde-mutations-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SeededGenerator(seed: 20_261_121)
        var damaged = 0
        var told = 0
        let perRun = view.isWrittenAlone ? 1 : Self.filesPerRun
        var paths: [String] = []
        for round in 0..<Self.mutations {
            var bytes = captures[round % captures.count]
            Mutation.apply(1...3, to: &bytes, &random)
            // Runs of one file cost a hundred times as much: every tenth file has one.
            if view.isWrittenAlone, round % 10 != 0 { continue }
            let path = "\(folder)/\(round % perRun)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            paths.append(path)
            guard paths.count == perRun else { continue }
            let outcome = try await Self.run(view, on: paths, writing: "\(folder)/written")
            // A pcap file holds one link type and times until 2106: a capture of others is refused with the way out.
            let refusals = ["a pcap file has one link type", "a pcap file has no times"]
            let isRefused = view.isWrittenAlone && outcome.code == 74 && refusals.contains { outcome.error.contains($0) }
            #expect(isRefused || [0, 65].contains(outcome.code), "round \(round): \(outcome.status) \(outcome.error.suffix(500))")
            #expect(Self.rawByte(in: outcome.outputBytes, besides: view.separators) == nil, "round \(round)")
            #expect(Self.rawByte(in: outcome.errorBytes, besides: [0x0A]) == nil, "round \(round)")
            damaged += outcome.code == 65 ? 1 : 0
            told += outcome.outputBytes.isEmpty ? 0 : 1
            paths.removeAll(keepingCapacity: true)
        }
        // Files that are all refused, or all good, would mean that nothing was tested.
        #expect(damaged > Self.mutations / 250 && told > Self.mutations / 250)
    }

    private static func captures() throws -> [[UInt8]] {
        try Corpus.all.flatMap { try $0.paths() }.map { Array(try Data(contentsOf: URL(fileURLWithPath: $0)).prefix(mostBytes)) }
    }

    /// Runs the program with its address space bounded: what asks for more traps.
    private static func run(_ view: View, on paths: [String], writing path: String) async throws -> Outcome {
        var arguments = ["capture"] + paths.flatMap { ["-r", $0] } + view.arguments
        if view.isWriting { arguments += ["-w", path] }
        let bounded = ["-c", "ulimit -v \(mostMemory); exec \"$@\"", "sh", Binary.sonde] + arguments
        return try await Command("sh", bounded).run()
    }

    /// The first byte that would steer a terminal: C0, DEL, or C1 in UTF-8.
    private static func rawByte(in bytes: [UInt8], besides separators: Set<UInt8>) -> Int? {
        bytes.indices.first { index in
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7F { return !separators.contains(byte) }
            return byte == 0xC2 && index + 1 < bytes.count && (0x80...0x9F).contains(bytes[index + 1])
        }
    }
}
