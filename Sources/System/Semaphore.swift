internal import Glibc

/// A count that threads wait for (sem_overview(7)).
@safe package struct Semaphore: ~Copyable, @unchecked Sendable {
    private let count: UnsafeMutablePointer<sem_t>

    package init(_ value: UInt32) {
        // Safe: the kernel's structure stays at this address until `deinit`.
        unsafe count = .allocate(capacity: 1)
        unsafe sem_init(count, 0, value)
    }

    deinit {
        unsafe sem_destroy(count)
        unsafe count.deallocate()
    }

    /// Decrements the count; blocks while it is 0.
    package func wait() {
        // Fails only with EINTR.
        while unsafe sem_wait(count) != 0 {}
    }

    /// Increments the count and wakes a waiting thread.
    package func signal() {
        unsafe sem_post(count)
    }
}
