import Foundation
import Packets
import Testing

@testable import PacketCapture

/// Numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}

/// What hostile files look like: good ones with something changed.
enum Mutation: CaseIterable {
    case flippedBits
    case cut
    case changedLength
    case movedBytes

    func apply(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard bytes.count > 8 else { return }
        let at = Int.random(in: 0..<bytes.count - 4, using: &random)
        switch self {
        case .flippedBits:
            for _ in 0..<Int.random(in: 1...16, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        case .cut:
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        case .changedLength:
            let values: [UInt32] = [
                0, 1, 4, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, .max, .random(in: 0...2000, using: &random),
            ]
            let value = values.randomElement(using: &random) ?? 0
            for index in 0..<4 { bytes[at + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
        case .movedBytes:
            let count = Int.random(in: 1...min(64, bytes.count - at), using: &random)
            let piece = Array(bytes[at..<at + count])
            bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &random))
        }
    }
}

@Suite(.enabled(if: Corpus.isPresent, Corpus.absence))
struct MutationTests {
    @Test("Ten thousand changed captures: none traps, none claims more than it holds")
    func mutations() throws {
        let captures = Corpus.paths.compactMap { FileManager.default.contents(atPath: $0).map { [UInt8]($0) } }
            .filter { $0.count <= 8192 }
        try #require(captures.count > 300)
        var random = SeededGenerator(seed: 20_260_101)
        var tally = DecodeTally()
        for round in 0..<10_000 {
            var bytes = captures[round % captures.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                Mutation.allCases.randomElement(using: &random)?.apply(to: &bytes, &random)
            }
            decode(bytes, into: &tally)
        }
        // They are good captures for the most part still.
        #expect(tally[.segment] > 1000 && tally[.malformed] > 100 && tally[.cut] > 100)
    }

    private func decode(_ bytes: [UInt8], into tally: inout DecodeTally) {
        var parser = CaptureParser()
        var decoder = Decoder(ignoringChecksums: bytes.count % 2 == 0)
        var offset = 0
        do throws(CaptureDamage) {
            while true {
                let progress = try parser.parse(bytes.span, from: offset) { header, frame in
                    var outcome: DecodeOutcome? = decoder.decode(
                        frame,
                        linkType: header.linkType,
                        wireLength: header.wireLength,
                        time: header.time
                    )
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
