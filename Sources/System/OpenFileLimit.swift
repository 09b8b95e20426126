import Glibc

/// How many descriptors this process may have open (getrlimit(2), RLIMIT_NOFILE).
package enum OpenFileLimit {
    /// Raises the soft limit to the hard one, as a server of many clients wants it. Where the system refuses, it stays as it is.
    package static func raise() {
        var limit = rlimit()
        // Safe: both calls work on the structure that they are lent.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
