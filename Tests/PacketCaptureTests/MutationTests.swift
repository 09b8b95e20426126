import Foundation
import Mutations
import Packets
import Testing

@testable import PacketCapture

struct MutationTests {
    @Test("Changed captures: none traps, none claims more than it holds", arguments: Corpus.all)
    func mutations(_ corpus: Corpus) throws {
        let captures = try corpus.paths().compactMap { FileManager.default.contents(atPath: $0).map { [UInt8]($0) } }
            .filter { $0.count <= 8192 }
        try #require(captures.count > (corpus.isOwn ? 15 : 300))
        var random = SeededGenerator(seed: 20_260_101)
        var tally = DecodeTally()
        let rounds = Mutation.rounds(3_000, of: 10_000)
        for round in 0..<rounds {
            var bytes = captures[round % captures.count]
            Mutation.apply(1...3, to: &bytes, &random)
            decode(bytes, into: &tally)
        }
        // They are good captures for the most part still.
        #expect(tally[.segment] > rounds / 10 && tally[.malformed] > rounds / 100 && tally[.cut] > rounds / 100)
    }

    private func decode(_ bytes: [UInt8], into tally: inout DecodeTally) {
        var parser = CaptureParser()
        var decoder = Decoder(ignoringChecksums: bytes.count % 2 == 0)
        var offset = 0
        do throws(CaptureDamage) {
            while true {
                let progress = try parser.parse(bytes.span, from: offset) { header, frame in
                    var outcome: DecodeOutcome? = decoder.decode(frame, header)
                    while let found = outcome {
                        tally.count(found)
                        if found == .segment {
                            let segment = decoder.segment
                            #expect(segment.payloadOffset + segment.capturedPayloadLength <= frame.count)
                            #expect(segment.capturedPayloadLength <= segment.payloadLength)
                        }
                        outcome = decoder.next(in: frame)
                    }
                    return .more
                }
                guard progress.needed <= bytes.count - progress.offset else { return }
                offset = progress.offset
            }
        } catch {
            #expect((0...bytes.count).contains(error.offset))
        }
    }
}
