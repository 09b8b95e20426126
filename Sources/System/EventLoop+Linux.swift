import CNetwork
import Glibc
package import SystemPackage

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

    /// Waits until something is ready or the deadline has passed (`nil`: no deadline). Returns the number of events; `event(_:)`
    /// returns each. A signal that interrupts the wait restarts it.
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
