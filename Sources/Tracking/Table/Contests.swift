/// Pairs of connections between the same ends: an open one, and an attempt whose SYN came within it and is not answered yet.
struct Contests {
    struct Contest: BitwiseCopyable {
        let open: UInt32
        let attempt: UInt32
    }

    /// By the slots of both.
    private var all: [UInt32: Contest] = [:]
    /// Asked for each segment.
    private(set) var isEmpty = true

    func of(_ slot: UInt32) -> Contest? { all[slot] }

    func other(than slot: UInt32) -> UInt32? {
        guard !isEmpty, let contest = all[slot] else { return nil }
        return slot == contest.open ? contest.attempt : contest.open
    }

    mutating func begin(over open: UInt32, by attempt: UInt32) {
        let contest = Contest(open: open, attempt: attempt)
        all[open] = contest
        all[attempt] = contest
        isEmpty = false
    }

    /// Forgets the pair of a connection that ends; nothing where it has none.
    mutating func end(_ slot: UInt32) {
        guard let contest = all[slot] else { return }
        all[contest.open] = nil
        all[contest.attempt] = nil
        isEmpty = all.isEmpty
    }
}
