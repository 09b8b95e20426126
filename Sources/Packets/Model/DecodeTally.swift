/// How many frames came to each outcome.
@usableFromInline
package struct DecodeTally: Sendable {
    @usableFromInline var counts = InlineArray<16, UInt64>(repeating: 0)

    package init() {}

    @inlinable
    package mutating func count(_ outcome: DecodeOutcome) {
        counts[Int(outcome.rawValue)] &+= 1
    }

    /// Adds what was counted elsewhere.
    package mutating func add(_ other: DecodeTally) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
    }

    package subscript(outcome: DecodeOutcome) -> UInt64 { counts[Int(outcome.rawValue)] }

    /// All frames.
    package var total: UInt64 { DecodeOutcome.allCases.reduce(0) { $0 + self[$1] } }
}
