/// How many frames came to each outcome.
@usableFromInline
package struct DecodeTally: Sendable {
    /// Of the outcomes, and from `firstFlaw` on of the flaws.
    @usableFromInline var counts = InlineArray<24, UInt64>(repeating: 0)

    private static let firstFlaw = 16

    package init() {}

    @inlinable
    package mutating func count(_ outcome: DecodeOutcome) {
        counts[Int(outcome.rawValue)] &+= 1
    }

    /// Counts frames that came to one outcome at first, and to another in the end.
    package mutating func recount(_ frames: UInt64, from first: DecodeOutcome, to last: DecodeOutcome) {
        let moved = min(frames, counts[Int(first.rawValue)])
        counts[Int(first.rawValue)] &-= moved
        counts[Int(last.rawValue)] &+= moved
    }

    package mutating func count(_ flaws: FrameFlaws) {
        for flaw in FrameFlaws.all where flaws.contains(flaw) { counts[Self.index(flaw)] &+= 1 }
    }

    private static func index(_ flaw: FrameFlaws) -> Int { firstFlaw + flaw.rawValue.trailingZeroBitCount }

    /// Adds what was counted elsewhere.
    package mutating func add(_ other: DecodeTally) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
    }

    package subscript(outcome: DecodeOutcome) -> UInt64 { counts[Int(outcome.rawValue)] }

    /// Frames that were decoded in spite of this.
    package subscript(flaw: FrameFlaws) -> UInt64 { counts[Self.index(flaw)] }

    /// All frames.
    package var total: UInt64 { DecodeOutcome.allCases.reduce(0) { $0 + self[$1] } }
}
