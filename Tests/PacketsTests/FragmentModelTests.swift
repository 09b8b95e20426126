import Addresses
import Mutations
import Testing
import Time

@testable import Packets

/// Reassembly against the simplest model: an array of bytes in which the first byte to arrive at an offset stays.
@Suite("Reassembly against a simple model")
struct FragmentModelTests {
    private static func piece(_ range: Range<Int>, of length: Int, identification: UInt32) -> FragmentStore.Piece {
        FragmentStore.Piece(
            source: IPAddress(v4: 1),
            destination: IPAddress(v4: 2),
            identification: identification,
            next: 6,
            offset: range.lowerBound,
            isLast: range.upperBound == length
        )
    }

    @Test("overlapping pieces in any order make the datagram of the bytes that came first", arguments: 0..<40 as Range<UInt64>)
    func overlaps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var store = FragmentStore(memoryLimit: 1 << 20)
        let length = 8 * Int.random(in: 1...100, using: &random)
        var model = [UInt8?](repeating: nil, count: length)
        var hasFirst = false
        var hasLast = false
        for step in 0..<2_000 {
            let start = 8 * Int.random(in: 0..<length / 8, using: &random)
            let range = start..<min(length, start + 8 * Int.random(in: 1...20, using: &random))
            let bytes = range.map { _ in UInt8.random(in: 0...255, using: &random) }
            for (offset, byte) in zip(range, bytes) where model[offset] == nil { model[offset] = byte }
            hasFirst = hasFirst || start == 0
            hasLast = hasLast || range.upperBound == length
            let verdict = store.add(
                Self.piece(range, of: length, identification: 1),
                bytes.span,
                at: Timestamp(nanoseconds: Int64(step))
            )
            let isWhole = hasFirst && hasLast && !model.contains(nil)
            switch verdict {
            case .whole(let datagram, let first, _):
                #expect(isWhole && datagram == model.compactMap(\.self) && first.offset == 0)
                return
            case .held: #expect(!isWhole)
            case .dropped: Issue.record("dropped \(range)")
            }
        }
        Issue.record("never whole")
    }

    @Test("memory stays within the limit, and every datagram is delivered, held or counted as abandoned", arguments: [1, 2, 3])
    func bound(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var store = FragmentStore(memoryLimit: 64 << 10)
        var begun = 0
        var delivered = 0
        var held: Set<UInt64> = []
        for step in 0..<6_000 {
            let identification = UInt32.random(in: 0..<200, using: &random)
            let half = Int.random(in: 0...1, using: &random)
            let range = half == 0 ? 0..<800 : 800..<1600
            let bytes = [UInt8](repeating: UInt8(half), count: 800)
            let piece = Self.piece(range, of: 1600, identification: identification)
            switch store.add(piece, bytes.span, at: Timestamp(nanoseconds: Int64(step) * 10_000_000)) {
            case .held(let datagram):
                if held.insert(datagram).inserted { begun += 1 }
            case .whole(let datagram, _, let number):
                #expect(datagram.count == 1600 && held.contains(number))
                delivered += 1
            case .dropped: Issue.record("dropped")
            }
        }
        #expect(begun >= delivered + Int(store.abandoned))
        // What is still held fits the limit: at most 64 datagrams with a piece of 800 bytes each, or half as many with two.
        #expect(begun - delivered - Int(store.abandoned) <= (64 << 10) / 800)
        #expect(delivered > 300 && store.abandoned > 0)
    }
}
