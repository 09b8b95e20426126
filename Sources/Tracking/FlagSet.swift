/// A set of flags in one number, each of whose operations compiles to one machine instruction.
///
/// The operations of `OptionSet` are generic, and the compiler does not inline them in functions as large as the state machine: they
/// were a fifth of its work.
package protocol FlagSet: OptionSet, BitwiseCopyable, Sendable where RawValue: FixedWidthInteger, Element == Self {}

extension FlagSet {
    /// Not `[]`: a literal is an array, which is allocated and released wherever the optimizer loses sight of it.
    @inline(always)
    package static var none: Self { Self(rawValue: 0) }

    /// The flags of both. For the same reason not `[left, right]`.
    @inline(always)
    package static func | (left: Self, right: Self) -> Self { Self(rawValue: left.rawValue | right.rawValue) }

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
