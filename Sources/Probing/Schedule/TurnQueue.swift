/// Probes that are to be asked again, urgent ones first.
struct TurnQueue {
    struct Turn: BitwiseCopyable {
        let probe: Int32
        /// The probe's number may serve another one by then: its ticket does not.
        let ticket: UInt32
    }

    private var urgent = Queue()
    private var others = Queue()

    private struct Queue {
        var turns: [Turn] = []
        var head = 0

        var first: Turn? { head < turns.count ? turns[head] : nil }

        mutating func removeFirst() {
            head += 1
            guard head > 1024, head * 2 > turns.count else { return }
            turns.removeFirst(head)
            head = 0
        }
    }

    var first: Turn? { urgent.first ?? others.first }
    var isEmpty: Bool { first == nil }

    mutating func removeFirst() {
        if urgent.first != nil { urgent.removeFirst() } else { others.removeFirst() }
    }

    mutating func append(_ turn: Turn) { others.turns.append(turn) }
    mutating func appendUrgent(_ turn: Turn) { urgent.turns.append(turn) }
}
