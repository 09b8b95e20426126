import CNetwork
internal import Glibc
package import SystemPackage

/// A signal that asks a running program for something, such as SIGUSR1 for the totals so far. It ends nothing; `StopToken` takes those
/// that do. One signal is watched at a time; the end of the object restores what the signal did before.
package final class SignalWatch: Sendable {
    /// Readable once the signal has arrived, until `take()`.
    package let arrived: BorrowedDescriptor

    /// - Throws: EBUSY where a signal is watched already.
    private init(_ number: Int32) throws(Errno) {
        arrived = BorrowedDescriptor(try systemCall { cnet_signal_watch(number) })
    }

    package static func userSignal1() throws(Errno) -> SignalWatch { try SignalWatch(SIGUSR1) }

    deinit { cnet_signal_unwatch() }

    /// Takes all signals that have arrived as one.
    package func take() {
        var count: UInt64 = 0
        // Safe: the kernel writes eight bytes at most.
        _ = unsafe read(arrived.number, &count, 8)
    }
}
