import Dispatch
import Foundation
import Synchronization
import Testing

/// Runs a few of the tests at a time, each step in a thread that nobody else waits for.
///
/// Swift Testing starts all tests at once in as many threads as there are cores. A test that blocks there, in `recv` or a large `send`,
/// keeps the others from reading what their programs write, and so those programs from answering in time. Here it keeps nobody.
struct SideBySide: SuiteTrait, TestTrait, TestScoping {
    /// Enough that tests which sleep hold up no others, and few enough that each program gets its turn on two cores.
    private static let places = Places(12)

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        testCase == nil ? nil : self
    }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        await SideBySide.places.take()
        defer { SideBySide.places.giveBack() }
        try await withTaskExecutorPreference(OwnThreads.shared) { try await function() }
    }
}

extension Trait where Self == SideBySide {
    static var sideBySide: Self { SideBySide() }
}

/// A counting semaphore whose waiters are suspended, first come first served.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 { state.waiting.append(continuation) } else { state.free -= 1 }
                return state.waiting.isEmpty
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// Gives each job that is ready a thread of its own: an idle one, or a new one.
final class OwnThreads: TaskExecutor {
    static let shared = OwnThreads()

    private struct State {
        var ready: [UnownedJob] = []
        /// Threads that wait and that no job has claimed.
        var idle = 0
    }

    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isClaimed = state.withLock { state in
            state.ready.append(job)
            guard state.idle > 0 else { return false }
            state.idle -= 1
            return true
        }
        if isClaimed { wakeUps.signal() } else { Thread.detachNewThread { self.work() } }
    }

    private func work() {
        while true {
            let job = state.withLock { state -> UnownedJob? in
                guard !state.ready.isEmpty else {
                    state.idle += 1
                    return nil
                }
                return state.ready.removeFirst()
            }
            if let job { job.runSynchronously(on: asUnownedTaskExecutor()) } else { wakeUps.wait() }
        }
    }
}
