import CNetwork
import Glibc
package import SystemPackage

/// Signals as something a loop can watch: blocked for the process's threads and read from a signalfd.
///
/// Make it before other threads start, since each inherits the mask of the one that starts it.
package struct SignalSource: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// The two that ask a program to end.
    package static let ending: [Int32] = [SIGINT, SIGTERM]

    package init(_ numbers: [Int32] = ending) throws(Errno) {
        var mask = sigset_t()
        // Safe: the calls fill and read the mask that they are lent.
        let failure = unsafe numbers.withUnsafeBufferPointer { unsafe cnet_block_signals($0.baseAddress, Int32($0.count), &mask) }
        guard failure == 0 else { throw Errno(rawValue: failure) }
        descriptor = Descriptor(owning: try systemCall { unsafe signalfd(-1, &mask, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)) })
    }

    /// What the loop watches for readability.
    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// The number of the next signal that came; `nil` when none waits.
    package func next() -> Int32? { Self.next(from: borrowed) }

    /// The same for a source that is lent as what a loop watches.
    package static func next(from source: BorrowedDescriptor) -> Int32? {
        var record = signalfd_siginfo()
        // Safe: the buffer is the record itself, and signalfd writes whole records only.
        let transfer = try? unsafe withUnsafeMutableBytes(of: &record) { bytes throws(Errno) in
            try unsafe source.read(into: bytes)
        }
        guard case .bytes = transfer else { return nil }
        return Int32(record.ssi_signo)
    }

}
