internal import SondeSystem
internal import Synchronization
internal import SystemPackage

/// Work for clients that would keep all others waiting if the event loop did it: one piece after the other, in a thread of its own.
final class BackgroundWork: Sendable {
    /// Woken when a piece is done.
    let finished: Waker
    private let state = Mutex(State())
    private let waiting = Semaphore(0)

    private struct State {
        var pieces: [@Sendable () -> Void] = []
        var hasThread = false
    }

    init() throws(SystemError) {
        finished = try naming("eventfd") { () throws(Errno) in try Waker() }
    }

    /// Queues a piece of work. The first one starts the thread.
    func submit(_ piece: @escaping @Sendable () -> Void) throws(SystemError) {
        let needsThread = state.withLock { state in
            state.pieces.append(piece)
            return !state.hasThread
        }
        if needsThread {
            do {
                try WorkerThreads.detach { self.work() }
            } catch {
                state.withLock { $0.pieces.removeAll() }
                throw error
            }
            state.withLock { $0.hasThread = true }
        }
        waiting.signal()
    }

    private func work() {
        while true {
            waiting.wait()
            guard let piece = state.withLock({ $0.pieces.isEmpty ? nil : $0.pieces.removeFirst() }) else { continue }
            piece()
            finished.wake()
        }
    }
}

/// The result of background work, for the clients that wait for it.
final class PendingResult<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let clients = Atomic<Int>(0)
    private let isStarted = Atomic<Bool>(false)

    func join() { clients.add(1, ordering: .sequentiallyConsistent) }
    func leave() { clients.subtract(1, ordering: .sequentiallyConsistent) }

    /// Whether nobody waits any more: the work may be given up.
    var isAbandoned: Bool { clients.load(ordering: .sequentiallyConsistent) == 0 }

    /// Whether the work has begun: its result may be older than a new request.
    var hasStarted: Bool { isStarted.load(ordering: .sequentiallyConsistent) }
    func start() { isStarted.store(true, ordering: .sequentiallyConsistent) }

    /// `nil` until the work is done.
    var result: Value? { value.withLock { $0 } }
    func finish(_ result: Value) { value.withLock { $0 = result } }
}
