import Foundation
import PacketCapture
import Packets
import Tracking

/// The folder of captures with known answers that `SONDE_CORPUS` names, and how its files are read.
enum Corpus {
    static let folder = ProcessInfo.processInfo.environment["SONDE_CORPUS"]

    static let skipped = "SONDE_CORPUS names no folder of captures with known answers"

    /// The rows of a table beside the captures, each by the names of its header line.
    static func rows(_ table: String) throws -> [[String: String]] {
        guard let folder else { return [] }
        let text = try String(contentsOfFile: "\(folder)/\(table)", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }

    static func path(of name: String) -> String {
        let folder = folder ?? ""
        let zeek = "\(folder)/zeek/\(name)"
        return FileManager.default.fileExists(atPath: zeek) ? zeek : "\(folder)/tcpdump/\(name)"
    }

    static func files() throws -> [String] {
        guard let folder else { return [] }
        return try ["zeek", "tcpdump"].flatMap { part in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)").sorted().map { "\(folder)/\(part)/\($0)" }
        }
    }

    /// All connections of a capture, in the order of their ends, up to where it is damaged.
    static func connections(
        in path: String,
        policy: TrackingPolicy,
        also look: (Segment, Annotation) -> Void = { _, _ in }
    ) throws -> [ConnectionRecord] {
        var file = try CaptureFile(path: path)
        var decoder = Decoder(ignoringChecksums: policy.ignoresChecksums)
        var table = ConnectionTable(policy: policy, memory: .heap)
        var records: [ConnectionRecord] = []
        do {
            try file.readFrames { header, bytes in
                let outcome = decoder.decode(bytes, header)
                if outcome == .segment {
                    let annotation = table.track(decoder.segment)
                    look(decoder.segment, annotation)
                }
                table.takeEnded { records.append($0) }
                return .more
            }
        } catch CaptureError.notACapture {
        } catch CaptureError.damaged {
            // What was whole counts.
        }
        table.endAll()
        table.takeEnded { records.append($0) }
        return records
    }
}

extension ConnectionRecord {
    var historyText: String { String(decoding: history, as: UTF8.self) }
}

/// A fixed seed: no test may depend on the hash.
let testSeed: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
