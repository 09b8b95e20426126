import Glibc
package import SystemPackage

extension BorrowedDescriptor {
    /// Waits until one of the two directions is ready (poll(2)), for threads that serve one descriptor. Errors and hang-ups count
    /// as ready; so does a regular file, always. False when the deadline came first.
    package func wait(for readiness: Readiness, until deadline: MonotonicTime? = nil) throws(Errno) -> Bool {
        let events = (readiness.contains(.readable) ? POLLIN : 0) | (readiness.contains(.writable) ? POLLOUT : 0)
        var request = pollfd(fd: number, events: Int16(events), revents: 0)
        while true {
            // Rounded up, so that a wait of less than a millisecond does not spin.
            let milliseconds = deadline.map { min(max(0, ($0 - .now).count), 3_600_000_000_000) / 1_000_000 + 1 } ?? -1
            if let deadline, deadline <= .now { return false }
            // Safe: the call works on the request that it is lent.
            let ready = try systemCall { unsafe poll(&request, 1, Int32(milliseconds)) }
            if ready > 0 { return true }
        }
    }
}
