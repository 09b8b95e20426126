import Glibc

/// A reference to an object that each thread has for itself, while a call lasts (pthread_setspecific(3)).
///
/// Not a task-local value: that would link Swift's concurrency library and libdispatch, which take their time at every start.
package struct ThreadReference<Object: AnyObject>: Sendable {
    private let key: pthread_key_t

    /// Make it once per program: the system has about a thousand.
    package init() {
        var key = pthread_key_t()
        let error = unsafe pthread_key_create(&key, nil)
        precondition(error == 0, "pthread_key_create: no key is left")
        self.key = key
    }

    /// This thread's object; `nil` outside of `with`.
    package var current: Object? {
        // Safe: `with` keeps the object alive until it takes the pointer away.
        unsafe pthread_getspecific(key).map { unsafe Unmanaged<Object>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Calls `body` with the object as this thread's, then restores the one before.
    package func with<Result>(_ object: Object, _ body: () -> Result) -> Result {
        let outer = unsafe pthread_getspecific(key)
        defer { withExtendedLifetime(object) { _ = unsafe pthread_setspecific(key, outer) } }
        _ = unsafe pthread_setspecific(key, Unmanaged.passUnretained(object).toOpaque())
        return body()
    }
}
