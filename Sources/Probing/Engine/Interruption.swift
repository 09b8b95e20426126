package import SondeSystem
import Synchronization
package import SystemPackage

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

/// The signals that ask a run to end, and the flag that says one came or that the run has its answer.
///
/// Make it before other threads start.
package final class Interruption: Sendable {
    private let source: SignalSource
    private let number = Atomic<Int32>(0)

    package init() throws(Errno) {
        source = try SignalSource()
    }

    /// What a loop watches for readability.
    package var borrowed: BorrowedDescriptor { source.borrowed }

    /// The signal that came first; `nil` as long as none did.
    package var signal: Int32? {
        let number = number.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Takes what waits; called when `borrowed` is readable.
    package func take() {
        while let next = source.next() {
            _ = number.compareExchange(expected: 0, desired: next, ordering: .relaxed)
        }
    }

    /// Waits until the deadline or a signal.
    package func sleep(until deadline: MonotonicTime) throws(Errno) {
        var loop = try EventLoop(batchSize: 1)
        try loop.add(borrowed, for: .readable, token: 0)
        while signal == nil, MonotonicTime.now < deadline {
            if try loop.wait(until: deadline) > 0 { take() }
        }
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
