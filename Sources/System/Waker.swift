import CNetwork
import Glibc
package import SystemPackage

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
        _ = try? borrowed.wait(for: .readable)
    }
}
