import CNetwork
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Threads for work that blocks or that wants a core of its own. A thread that the system refuses is an error of the caller's, never
/// work that is left out or done elsewhere.
package enum WorkerThreads {
    /// How many cores this process may run on (sched_getaffinity(2)), at least one.
    package static var availableCores: Int { max(1, Int(cnet_available_cores())) }

    /// Runs `body` once in each of `count` threads with its index, and returns when all have returned. The last index runs in the calling
    /// thread, so a count of one starts no thread and throws nothing.
    ///
    /// All or none: where the system refuses one of the threads, no share runs and the error is thrown.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws(SystemError) {
        let gate = Gate()
        let started = Mutex<[WorkerThread]>([])
        let failure: SystemError? = gate.isOpen.withLock { isOpen in
            do throws(SystemError) {
                for index in 0..<max(0, count - 1) {
                    // The thread waits for the lock, and with it for the decision.
                    let thread = try start { if gate.isOpen.withLock({ $0 }) { body(index) } }
                    started.withLock { $0.append(thread) }
                }
                isOpen = true
                return nil
            } catch {
                return error
            }
        }
        if failure == nil, count > 0 { body(count - 1) }
        for thread in started.withLock({ $0 }) { thread.join() }
        if let failure { throw failure }
    }

    /// Starts a thread that nobody waits for; it ends with the process.
    package static func detach(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        pthread_detach(try start(body).handle)
    }

    /// Starts a thread that is to be joined.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) -> WorkerThread {
        // Safe: the retained box is taken over by the thread, or released here where there is none.
        let box = unsafe Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread,
            nil,
            { raw in
                if let raw = unsafe raw { unsafe Unmanaged<Start>.fromOpaque(raw).takeRetainedValue().body() }
                return nil
            },
            box.toOpaque()
        )
        guard failure == 0 else {
            unsafe box.release()
            throw SystemError("pthread_create", Errno(rawValue: failure))
        }
        return WorkerThread(handle: thread)
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Locked until it is known whether all threads could be started.
    private final class Gate: Sendable {
        let isOpen = Mutex(false)
    }
}

/// A started thread: join it once.
package struct WorkerThread: Sendable {
    fileprivate let handle: pthread_t

    /// Waits until the thread has ended.
    package func join() { pthread_join(handle, nil) }
}
