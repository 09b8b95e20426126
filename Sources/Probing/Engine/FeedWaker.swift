import SondeSystem
import SystemPackage

/// A driver's waker, shared with the threads that resolve names and read lists.
final class FeedWaker: Sendable {
    private let waker: Waker

    init() throws(Errno) { waker = try Waker() }

    /// What an event loop watches.
    var borrowed: BorrowedDescriptor { waker.borrowed }
    func wake() { waker.wake() }
    func drain() { waker.drain() }

    /// Blocks a thread that has nothing else to do until it is woken.
    func waitBlocking() {
        waker.waitBlocking()
        waker.drain()
    }
}
