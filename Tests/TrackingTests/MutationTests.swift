import Foundation
import Mutations
import PacketCapture
import Packets
import Testing
import Tracking

/// Captures of the corpus with bits flipped, cut and lengths changed: whatever comes, the reader, the decoder and the table go on.
@Suite struct MutationTests {
    /// Frames looked at of one file, and bytes of it: enough to reach every decoder, little enough for thousands of files.
    private static let mostBytes = 16 * 1024
    private static let mutations = Mutation.rounds(2_000, of: 10_000)

    @Test(arguments: Corpus.all)
    func nothingTrapsOrHangs(_ corpus: Corpus) throws {
        var random = SeededGenerator(seed: 0x5EED)
        let files = try corpus.paths().map { path in
            try Array(Data(contentsOf: URL(fileURLWithPath: path)).prefix(Self.mostBytes))
        }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("sonde-mutation-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        var segments = 0
        for round in 0..<Self.mutations {
            var mutated = files[round % files.count]
            Mutation.apply(1...3, to: &mutated, &random)
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
}
