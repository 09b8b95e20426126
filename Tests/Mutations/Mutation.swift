import Foundation

/// Numbers that are the same in every run (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}

/// What hostile files look like: good ones with something changed.
package enum Mutation: CaseIterable {
    case flippedBits
    case cut
    case changedLength
    case movedBytes

    /// How many files to change: all where `SONDE_THOROUGH` is set, as continuous integration does, else some.
    package static func rounds(_ some: Int, of all: Int) -> Int {
        ProcessInfo.processInfo.environment["SONDE_THOROUGH"] == nil ? some : all
    }

    /// Applies so many mutations, each of a random kind.
    package static func apply(_ counts: ClosedRange<Int>, to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: counts, using: &random) {
            allCases.randomElement(using: &random)?.apply(to: &bytes, &random)
        }
    }

    private func apply(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
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
