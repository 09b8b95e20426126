import SondeSystem
import Synchronization

/// Batches on their way from the thread that decodes to the one that tracks, in order.
///
/// Two semaphores count the ring's filled and free places. A place belongs to the decoding thread while it is free and to the tracking one
/// while it is filled; nothing else is shared.
@safe final class BatchRing: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Batch>
    private let filled = Semaphore(0)
    private let free = Semaphore(UInt32(count))
    private var nextToFill = 0
    private var nextToEmpty = 0

    private let isStopped = Atomic(false)

    private static let count = 4

    init() {
        // Safe: the places are initialized here and deinitialized by `deinit`.
        unsafe places = .allocate(capacity: Self.count)
        for place in 0..<Self.count { unsafe (places + place).initialize(to: Batch()) }
    }

    deinit {
        unsafe places.deinitialize(count: Self.count)
        unsafe places.deallocate()
    }

    /// Whether the tracking thread wants no more.
    var hasEnough: Bool { isStopped.load(ordering: .relaxed) }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Fills the next free place; blocks until there is one. In the decoding thread alone.
    func push(_ fill: (inout Batch) -> Void) {
        free.wait()
        // Safe: the place is free, so it is this thread's until it is signalled filled.
        unsafe fill(&places[nextToFill])
        nextToFill = (nextToFill + 1) % Self.count
        filled.signal()
    }

    /// Hands over each filled place in order, up to the last batch; blocks until there is one. In the tracking thread alone.
    func drain(_ consume: (inout Batch) -> Void) {
        while true {
            filled.wait()
            // Safe: the place is filled, so it is this thread's until it is signalled free.
            unsafe consume(&places[nextToEmpty])
            let isLast = unsafe places[nextToEmpty].isLast
            nextToEmpty = (nextToEmpty + 1) % Self.count
            free.signal()
            if isLast { return }
        }
    }
}
