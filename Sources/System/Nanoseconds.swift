/// A length of time in whole nanoseconds.
package struct Nanoseconds: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }

    package static let zero = Nanoseconds(0)

    package static func seconds(_ seconds: Double) -> Nanoseconds { Nanoseconds(Int64((seconds * 1e9).rounded())) }
    package static func milliseconds(_ milliseconds: Int64) -> Nanoseconds { Nanoseconds(milliseconds * 1_000_000) }

    package var milliseconds: Double { Double(count) / 1e6 }
    package var seconds: Double { Double(count) / 1e9 }

    /// `3s`, `300ms`: in the largest unit that gives a whole number, down to milliseconds, as `sonde`'s options take it.
    package var inOneUnit: String {
        count % 1_000_000_000 == 0 ? "\(count / 1_000_000_000)s" : "\(count / 1_000_000)ms"
    }

    package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
}
