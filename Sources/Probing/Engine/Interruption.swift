import SondeSystem
import Synchronization
import SystemPackage

/// A loop's waker, shared with the threads that wake it.
package final class LoopWaker: Sendable {
    private let waker: Waker

    init() throws(Errno) { waker = try Waker() }

    var borrowed: BorrowedDescriptor { waker.borrowed }
    func wake() { waker.wake() }
    func drain() { waker.drain() }

    /// Waits in a thread that has nothing else to do.
    func waitBlocking() {
        waker.waitBlocking()
        waker.drain()
    }
}

/// Whether a run goes on: shared by its loops.
package final class RunControl: Sendable {
    private let isStopping = Atomic(false)
    private let loops: Mutex<[LoopWaker]> = Mutex([])

    package init() {}

    package var isStopped: Bool { isStopping.load(ordering: .relaxed) }

    /// Ends the run soon; from any thread. What is under way is given up without a result.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        loops.withLock { loops in
            for loop in loops { loop.wake() }
        }
    }

    func register(_ waker: LoopWaker) {
        loops.withLock { $0.append(waker) }
    }
}
