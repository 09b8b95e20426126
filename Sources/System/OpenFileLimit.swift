internal import Glibc
internal import Synchronization

/// How many descriptors this process may have open (getrlimit(2), RLIMIT_NOFILE).
package enum OpenFileLimit {
    /// The limit that the process started with, once it was raised.
    private static let original = Mutex<(soft: rlim_t, hard: rlim_t)?>(nil)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    /// What is assumed where the system does not say.
    private static let unknown = 256

    /// Raises the soft limit to the hard one and returns what it is then. Where the system refuses, it stays as it is.
    @discardableResult
    package static func raise() -> Int {
        guard var limit = current else { return unknown }
        if limit.rlim_cur < limit.rlim_max {
            let before = (soft: limit.rlim_cur, hard: limit.rlim_max)
            limit.rlim_cur = limit.rlim_max
            // Safe: the call reads the structure that it is lent.
            guard unsafe setrlimit(resource, &limit) == 0 else { return Int(clamping: before.soft) }
            original.withLock { $0 = $0 ?? before }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Restores the limit that the process started with: for a program that takes its place, which may use select(2).
    package static func restore() {
        guard let original = original.withLock({ $0 }) else { return }
        var limit = rlimit(rlim_cur: original.soft, rlim_max: original.hard)
        // Safe: the call reads the structure that it is lent.
        _ = unsafe setrlimit(resource, &limit)
    }

    private static var current: rlimit? {
        var limit = rlimit()
        // Safe: the call fills the structure that it is lent.
        return unsafe getrlimit(resource, &limit) == 0 ? limit : nil
    }
}
