import Foundation
import Handshakes
import PacketCapture
import Packets
import Testing

/// Captures of the corpus with bits flipped, cut and lengths changed: whatever comes, the reader, the decoder and the table go on.
@Suite struct MutationTests {
    /// A generator with a seed, so that every run sees the same ones (xorshift64*).
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }
    }

    /// Frames looked at of one file, and bytes of it: enough to reach every decoder, little enough for thousands of files.
    private static let mostBytes = 16 * 1024
    private static let mutations = 10_000

    @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.skipped)))
    func nothingTrapsOrHangs() throws {
        var random = Seeded(state: 0x5EED)
        let files = try Corpus.files().map { path in
            try Array(Data(contentsOf: URL(fileURLWithPath: path)).prefix(Self.mostBytes))
        }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("sonde-mutation-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        var segments = 0
        for round in 0..<Self.mutations {
            let mutated = Self.mutate(files[round % files.count], with: &random)
            try Data(mutated).write(to: URL(fileURLWithPath: scratch))
            var policy = round % 2 == 0 ? TrackingPolicy.zeek(hashSeed: testSeed) : .patient(hashSeed: testSeed)
            policy.ignoresChecksums = round % 3 != 0
            policy.maximumConnections = 16
            let records = try? Corpus.connections(in: scratch, policy: policy) { _, annotation in
                segments += 1
                #expect(annotation.connection > 0)
            }
            for record in records ?? [] {
                #expect(record.originatorBytes >= 0 && record.responderBytes >= 0)
                #expect(record.history.count <= 256)
            }
        }
        // Most files still hold some segment; none at all would mean that nothing was tested.
        #expect(segments > Self.mutations)
    }

    static func mutate(_ original: [UInt8], with random: inout Seeded) -> [UInt8] {
        var bytes = original
        guard bytes.count > 40 else { return bytes }
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let at = Int.random(in: 24..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 2 where at + 2 <= bytes.count:
                // A length, as any two bytes may be one.
                bytes[at] = 0
                if at + 1 < bytes.count { bytes[at + 1] = UInt8.random(in: 0...64, using: &random) }
            default: if bytes.count > 80, Bool.random(using: &random) { bytes.removeLast(bytes.count / 8) }
            }
            if bytes.count <= 25 { break }
        }
        return bytes
    }
}
