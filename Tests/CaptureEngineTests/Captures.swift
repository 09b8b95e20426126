import CaptureEngine
import CaptureReports
import Console
import Foundation
import PacketCapture
import Packets
import Time
import Tracking

/// The captures at hand: those of the repository, and the folders that the environment names.
enum Captures {
    static let ofRepository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Corpus").path

    static let all: [String] = {
        let environment = ProcessInfo.processInfo.environment
        let named = ["SONDE_CORPUS", "SONDE_WILD", "SONDE_CASES"].compactMap { environment[$0] }
        return ([ofRepository] + named).flatMap(files)
    }()

    /// Every file below a folder that may be a capture.
    private static func files(in folder: String) -> [String] {
        let others = ["py", "tsv", "md", "txt", "json", "c", "sh"]
        let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
        return names.map { "\(folder)/\($0)" }.filter { path in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return false }
            return !others.contains((path as NSString).pathExtension)
        }
    }
}

/// Keeps the text that a report writes.
final class Transcript: TextSink {
    struct Gone: Error {}

    private(set) var bytes: [UInt8] = []
    /// Writes that succeed before the reader is gone.
    private var writesLeft: Int

    init(failingAfter writes: Int = .max) { writesLeft = writes }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func write(_ text: inout TextBuffer) throws {
        defer { text.clear() }
        guard writesLeft > 0 else { throw Gone() }
        writesLeft -= 1
        text.withSpan { span in for index in span.indices { bytes.append(span[index]) } }
    }
}

/// A capture's whole result as it can be compared.
struct Result: Equatable {
    var text: [UInt8]
    var frames: UInt64
    var tally: [UInt64]
    var wrongChecksums: UInt64
    var evictions: UInt64
    var failures: [String]
    var file: [UInt8]?

    init(_ outcome: CaptureEngine.Outcome, _ transcript: Transcript, file: String? = nil) {
        text = transcript.bytes
        frames = outcome.summary.frames
        tally = DecodeOutcome.allCases.map { outcome.summary.tally[$0] }
        wrongChecksums = outcome.summary.wrongChecksums
        evictions = outcome.summary.evictions
        failures = outcome.failures.map { "\($0)" }
        self.file = file.flatMap { FileManager.default.contents(atPath: $0) }.map { Array($0) }
    }
}

/// A folder of its own, removed at the end.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("sonde-engine-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}

/// A fixed seed: no result may depend on the hash.
let testSeed: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
