import CNetwork
import Glibc
package import SystemPackage

/// What an owner wants to hear of a descriptor, or what it hears. Errors and hang-ups are always heard.
package struct Readiness: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: CNET_EPOLLIN)
    package static let writable = Readiness(rawValue: CNET_EPOLLOUT)
    /// An error is pending, or the error queue holds something.
    package static let error = Readiness(rawValue: CNET_EPOLLERR)
    /// Both halves are closed.
    package static let hangUp = Readiness(rawValue: CNET_EPOLLHUP)
    /// Only a change is reported, once (EPOLLET): read or write until it would block.
    package static let edgeTriggered = Readiness(rawValue: CNET_EPOLLET)
    /// Of several loops that watch one listener, not all are woken (EPOLLEXCLUSIVE).
    package static let exclusive = Readiness(rawValue: CNET_EPOLLEXCLUSIVE)
}

/// Waits for many descriptors at once: epoll(7) with a bounded batch of events a turn.
///
/// The owner names each descriptor by a token of its own choosing and hears it back; the loop keeps no table, no closures and no
/// descriptors. A descriptor that is closed leaves by itself. One thread uses a loop; another one reaches it through a `Waker`.
@safe package struct EventLoop: ~Copyable {
    private let epoll: Descriptor
    private let batch: UnsafeMutableBufferPointer<epoll_event>
    private var filled = 0

    /// - Parameter batchSize: how many events one turn takes at most.
    package init(batchSize: Int = 256) throws(Errno) {
        epoll = Descriptor(owning: try systemCall { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        unsafe batch = .allocate(capacity: batchSize)
        unsafe batch.initialize(repeating: epoll_event())
    }

    deinit {
        unsafe batch.deallocate()
    }

    package func add(_ descriptor: BorrowedDescriptor, for interest: Readiness, token: UInt64) throws(Errno) {
        _ = try systemCall { cnet_epoll_control(epoll.number, EPOLL_CTL_ADD, descriptor.number, interest.rawValue, token) }
    }

    package func modify(_ descriptor: BorrowedDescriptor, for interest: Readiness, token: UInt64) throws(Errno) {
        _ = try systemCall { cnet_epoll_control(epoll.number, EPOLL_CTL_MOD, descriptor.number, interest.rawValue, token) }
    }

    package func remove(_ descriptor: BorrowedDescriptor) throws(Errno) {
        _ = try systemCall { cnet_epoll_control(epoll.number, EPOLL_CTL_DEL, descriptor.number, 0, 0) }
    }

    /// Waits until something is ready or the deadline has come (`nil`: however long it takes), and returns how many events there
    /// are; `event(_:)` tells each. A signal that interrupts the wait begins it anew.
    ///
    /// The wait is in nanoseconds where the kernel has epoll_pwait2 (5.11), else rounded up to milliseconds.
    package mutating func wait(until deadline: MonotonicTime?) throws(Errno) -> Int {
        while true {
            let nanoseconds = deadline.map { max(0, ($0 - .now).count) } ?? -1
            // Safe: the kernel writes at most `count` events into the batch.
            let count = unsafe cnet_epoll_wait(epoll.number, batch.baseAddress, Int32(batch.count), nanoseconds)
            if count >= 0 {
                filled = Int(count)
                return filled
            }
            let error = Errno.latest
            guard error == .interrupted else { throw error }
        }
    }

    /// The event at `index` of the last turn.
    @inline(__always)
    package func event(_ index: Int) -> Event {
        precondition(index >= 0 && index < filled)
        // Safe: checked against what the last wait filled.
        let event = unsafe batch[index]
        return unsafe Event(token: event.data.u64, readiness: Readiness(rawValue: event.events))
    }

    package struct Event: Sendable, BitwiseCopyable {
        package let token: UInt64
        package let readiness: Readiness
    }
}

/// Wakes a loop in another thread: an eventfd that the loop watches for readability.
package struct Waker: ~Copyable, Sendable {
    private let event: Descriptor

    package init() throws(Errno) {
        event = Descriptor(owning: try systemCall { eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) })
    }

    /// What the loop watches.
    package var borrowed: BorrowedDescriptor { event.borrowed }

    /// Makes it readable. From any thread, any number of times before it is drained.
    package func wake() {
        _ = eventfd_write(event.number, 1)
    }

    /// Makes it unreadable again, in the loop's thread.
    package func drain() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(event.number, &count)
    }

    /// Blocks the calling thread, which has no loop, until it is woken.
    package func waitBlocking() {
        var request = pollfd(fd: event.number, events: Int16(POLLIN), revents: 0)
        // Safe: one entry, lent for the call. EINTR ends the wait early, which the caller's own loop stands.
        _ = unsafe poll(&request, 1, -1)
    }
}
