package import Glibc

/// Threads for work that blocks or that wants a core of its own.
package enum WorkerThreads {
    /// How many cores this process may run on (sched_getaffinity(2)), at least one.
    package static var availableCores: Int {
        max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// Runs `body` once in each of `count` threads, giving each its index, and returns when all have returned.
    ///
    /// The last index runs in the calling thread, so that a count of one starts none. Where the system refuses a thread, its share
    /// runs in the calling one as well, after the others were started.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var started: [pthread_t] = []
        var leftOver: [Int] = []
        for index in 0..<max(0, count - 1) {
            if let thread = start({ body(index) }) { started.append(thread) } else { leftOver.append(index) }
        }
        for index in leftOver { body(index) }
        if count > 0 { body(count - 1) }
        for thread in started { join(thread) }
    }

    /// Waits until a thread has ended that `start` began; once for each.
    package static func join(_ thread: pthread_t) {
        pthread_join(thread, nil)
    }

    /// Starts a thread that nobody waits for; it ends with the process. False where the system refuses it.
    package static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
        guard let thread = start(body) else { return false }
        pthread_detach(thread)
        return true
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that is to be joined; `nil` where the system refuses it.
    package static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
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
        if failure != 0 { unsafe box.release() }
        return failure == 0 ? thread : nil
    }
}
