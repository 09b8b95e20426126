/// A set of marks in one number, whose questions are the one machine instruction that they look like.
///
/// `OptionSet`'s own are generic, and the compiler leaves them calls in functions as large as the state machine: a fifth of its
/// work.
package protocol MarkSet: OptionSet, BitwiseCopyable, Sendable where RawValue: FixedWidthInteger, Element == Self {}

extension MarkSet {
    @inline(always)
    package func contains(_ member: Self) -> Bool { rawValue & member.rawValue == member.rawValue }

    @inline(always)
    package func isDisjoint(with other: Self) -> Bool { rawValue & other.rawValue == 0 }

    @inline(always)
    package mutating func formUnion(_ other: Self) { self = Self(rawValue: rawValue | other.rawValue) }

    @inline(always)
    package mutating func subtract(_ other: Self) { self = Self(rawValue: rawValue & ~other.rawValue) }

    @inline(always)
    @discardableResult
    package mutating func insert(_ member: Self) -> (inserted: Bool, memberAfterInsert: Self) {
        let inserted = !contains(member)
        formUnion(member)
        return (inserted, member)
    }

    @inline(always)
    @discardableResult
    package mutating func remove(_ member: Self) -> Self? {
        let removed = Self(rawValue: rawValue & member.rawValue)
        subtract(member)
        return removed.rawValue == 0 ? nil : removed
    }
}
