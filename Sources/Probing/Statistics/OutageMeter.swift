/// The longest run of rounds without an answer. Rounds may end in any order: one is counted once all before it have ended.
package struct OutageMeter: Sendable {
    /// Rounds of the longest outage, and the first of them; 0 where every round was answered.
    package private(set) var longest = 0
    package private(set) var start = 0
    private var current = 0
    private var next = 1
    /// Rounds that ended before an earlier one did.
    private var early: [Int: Bool] = [:]

    /// With more of them the missing rounds are passed over: a name's address that is gone has no more results.
    private static let mostEarly = 1024

    package init() {}

    package mutating func record(round: Int, isAnswered: Bool) {
        guard round >= next else { return }
        early[round] = isAnswered
        if early.count > Self.mostEarly, let first = early.keys.min() { next = first }
        while let isAnswered = early.removeValue(forKey: next) {
            count(isAnswered)
            next += 1
        }
    }

    /// Counts the rounds whose predecessors never ended.
    package mutating func finish() {
        for round in early.keys.sorted() {
            next = round
            count(early[round] ?? false)
        }
        early.removeAll()
        next += 1
    }

    private mutating func count(_ isAnswered: Bool) {
        current = isAnswered ? 0 : current + 1
        guard current > longest else { return }
        longest = current
        start = next - current + 1
    }
}
