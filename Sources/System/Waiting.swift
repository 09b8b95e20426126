import CNetwork
import Glibc
package import SystemPackage

/// What a wait ended with.
package enum WaitOutcome: Equatable, Sendable {
    /// What each descriptor is ready for, in the order given; at least one is ready.
    case ready([Readiness])
    case deadline
    /// The token has reached the level that ends the wait.
    case stopped
}

/// Waits until one of the descriptors is ready (ppoll(2)), the deadline passes or `stop` reaches `level`: the door for threads that have
/// no event loop.
///
/// A stop wins over readiness, and readiness over the deadline. Errors and hang-ups count as ready for whatever was asked; a regular
/// file is always ready.
package func waitForFirst(
    of watched: [(descriptor: BorrowedDescriptor, readiness: Readiness)],
    until deadline: MonotonicTime? = nil,
    stop: StopToken? = nil,
    at level: StopToken.Level = .drain
) throws(Errno) -> WaitOutcome {
    var requests = watched.map { descriptor, readiness in
        let events = (readiness.contains(.readable) ? POLLIN : 0) | (readiness.contains(.writable) ? POLLOUT : 0)
        return pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
    }
    if let stop { requests.append(pollfd(fd: stop.descriptor(at: level).number, events: Int16(POLLIN), revents: 0)) }
    while true {
        let left = deadline.map { max(0, ($0 - .now).count) } ?? -1
        let count = nfds_t(requests.count)
        // Safe: the kernel works within the entries that it is lent.
        let ready = try systemCall {
            unsafe requests.withUnsafeMutableBufferPointer { unsafe cnet_poll($0.baseAddress, count, left) }
        }
        if let stop, stop.level >= level { return .stopped }
        if ready > 0 { return .ready(zip(requests, watched).map { Readiness($0, asked: $1.readiness) }) }
        if let deadline, deadline <= .now { return .deadline }
    }
}

extension BorrowedDescriptor {
    /// Waits for this descriptor alone. False when the deadline came first.
    package func wait(for readiness: Readiness, until deadline: MonotonicTime? = nil) throws(Errno) -> Bool {
        try waitForFirst(of: [(self, readiness)], until: deadline) != .deadline
    }
}

extension Readiness {
    /// The result of poll(2). Errors and hang-ups count as readiness; the next read or write reports them.
    fileprivate init(_ request: pollfd, asked: Readiness) {
        let found = Int32(request.revents)
        var readiness: Readiness = []
        if found & POLLIN != 0 { readiness.insert(.readable) }
        if found & POLLOUT != 0 { readiness.insert(.writable) }
        if found & (POLLERR | POLLHUP | POLLNVAL) != 0 { readiness.formUnion(asked.intersection([.readable, .writable])) }
        self = readiness
    }
}
