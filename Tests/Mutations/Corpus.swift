import Foundation

/// A folder of captures with the answers that Zeek and tshark gave for them.
package struct Corpus: Sendable, CustomStringConvertible {
    package let folder: String
    /// The subfolders that hold captures.
    private let parts: [String]

    /// Tests/Corpus, which is always there.
    package static let own = Corpus(folder: #filePath.replacing("/Mutations/Corpus.swift", with: "/Corpus"), parts: ["."])

    /// The folder that `SONDE_CORPUS` names, if it does.
    package static let named: Corpus? = ProcessInfo.processInfo.environment["SONDE_CORPUS"].flatMap {
        $0.isEmpty ? nil : Corpus(folder: $0, parts: ["zeek", "tcpdump"])
    }

    /// The folder that `SONDE_WILD` names, if it does: tshark's answers alone.
    package static let wild: Corpus? = ProcessInfo.processInfo.environment["SONDE_WILD"].flatMap {
        $0.isEmpty ? nil : Corpus(folder: $0, parts: ["captures"])
    }

    package static let all = [own] + (named.map { [$0] } ?? [])

    package var isOwn: Bool { folder == Corpus.own.folder }
    package var description: String { isOwn ? "Tests/Corpus" : folder }

    /// All captures, sorted within each subfolder.
    package func paths() throws -> [String] {
        try parts.flatMap { part in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)").sorted()
                .filter { !isOwn || $0.contains(".pcap") }
                .map { "\(folder)/\(part)/\($0)" }
        }
    }

    package func path(of name: String) -> String {
        let paths = parts.map { "\(folder)/\($0)/\(name)" }
        return paths.first { FileManager.default.fileExists(atPath: $0) } ?? paths[0]
    }

    /// The rows of a table beside the captures, each by the names of its header line.
    package func rows(_ table: String) throws -> [[String: String]] {
        let text = try String(contentsOfFile: "\(folder)/\(table)", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }
}
