package import SondeSystem

/// Which of a host's addresses to try when, after RFC 8305 ("Happy Eyeballs"): events in, the next action out.
///
/// A pure value that knows neither sockets nor clocks. Tried one after the other, an address that swallows packets costs its whole
/// timeout before the next gets its turn; tried all at once, the server sees connections that nobody wants. So each attempt gets a
/// head start on the next, and none once it has failed. Attempts that are under way stay under way: the first to connect wins.
///
///     var attempts = ConnectionAttempts(count: addresses.count)
///     attempts.next(at: now)      // .start(0)
///     attempts.next(at: now)      // .wait(until: now + 250 ms)
///     attempts.attemptFailed()
///     attempts.next(at: now)      // .start(1)
package struct ConnectionAttempts: Sendable, BitwiseCopyable {
    package enum Action: Hashable, Sendable {
        /// Begin the attempt with the address at this index; then ask again.
        case start(Int)
        /// Nothing to begin before this moment; `nil` where every address has had its turn. Then, or once an attempt fails, ask again.
        case wait(until: MonotonicTime?)
        /// Every address was tried, and every attempt has failed.
        case exhausted
    }

    private let count: Int32
    private let delay: Nanoseconds
    private var started: Int32 = 0
    private var failed: Int32 = 0
    private var nextStart = MonotonicTime(nanoseconds: .min)

    /// The head start of each attempt on the next (RFC 8305 section 5, Connection Attempt Delay), and the least one.
    package static let delay = Nanoseconds.milliseconds(250)
    private static let shortestDelay = Nanoseconds.milliseconds(10)

    /// - Parameters:
    ///   - count: the number of addresses, in the order in which they are to be tried.
    ///   - limit: the time for all of them. The head start is shorter where not every attempt could begin in its first half.
    package init(count: Int, within limit: Nanoseconds? = nil) {
        precondition(count >= 0 && count <= Int(Int32.max))
        self.count = Int32(count)
        let share = limit.map { Nanoseconds($0.count / 2 / Int64(max(1, count - 1))) } ?? Self.delay
        delay = min(Self.delay, max(Self.shortestDelay, share))
    }

    /// The attempts that neither connected nor failed yet.
    package var underWay: Int { Int(started - failed) }

    /// The next action. Answering `.start` counts the attempt as begun.
    package mutating func next(at now: MonotonicTime) -> Action {
        guard started < count else { return underWay > 0 ? .wait(until: nil) : .exhausted }
        guard now >= nextStart else { return .wait(until: nextStart) }
        nextStart = now + delay
        started += 1
        return .start(Int(started) - 1)
    }

    /// An attempt failed: the next one need not wait for it any more.
    package mutating func attemptFailed() {
        precondition(failed < started)
        failed += 1
        nextStart = MonotonicTime(nanoseconds: .min)
    }

    /// The addresses in the order to try them in: the resolver's, with the two families taking turns (RFC 8305 section 4).
    package static func interleaved<Address, Family: Equatable>(
        _ addresses: [Address],
        by family: (Address) -> Family
    ) -> [Address] {
        guard let first = addresses.first.map(family) else { return [] }
        let same = addresses.filter { family($0) == first }
        let other = addresses.filter { family($0) != first }
        var order: [Address] = []
        order.reserveCapacity(addresses.count)
        for index in 0..<max(same.count, other.count) {
            if index < same.count { order.append(same[index]) }
            if index < other.count { order.append(other[index]) }
        }
        return order
    }
}
