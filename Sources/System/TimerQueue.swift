/// Deadlines in order: a binary heap. Cancelling is the owner's affair: give the payload a generation and ignore a stale one.
///
/// Inlinable, so that each user's payload gets code of its own: an unspecialised heap costs a probe of closed ports a twentieth of its
/// processor time.
@frozen @usableFromInline
package struct TimerQueue<Payload: BitwiseCopyable> {
    @usableFromInline var heap: [Entry] = []

    @frozen @usableFromInline
    struct Entry: BitwiseCopyable {
        @usableFromInline let deadline: MonotonicTime
        @usableFromInline let payload: Payload

        @inlinable
        init(deadline: MonotonicTime, payload: Payload) {
            self.deadline = deadline
            self.payload = payload
        }
    }

    @inlinable
    package init() {}

    @inlinable package var count: Int { heap.count }
    @inlinable package var isEmpty: Bool { heap.isEmpty }
    /// When the next one is due.
    @inlinable package var next: MonotonicTime? { heap.first?.deadline }

    @inlinable
    package mutating func schedule(_ payload: Payload, at deadline: MonotonicTime) {
        heap.append(Entry(deadline: deadline, payload: payload))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest payload whose deadline is `now` or before; `nil` when none is due.
    @inlinable
    package mutating func popDue(_ now: MonotonicTime) -> Payload? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return first.payload
    }

    @inlinable
    mutating func siftDown() {
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].deadline < heap[left].deadline ? right : left
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
