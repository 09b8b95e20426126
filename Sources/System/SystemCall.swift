import Glibc
package import SystemPackage

/// The one door to the system: runs a call that reports failure as -1 with errno, again after EINTR, and throws any other error.
///
/// EBADF and EFAULT are mistakes of this program and trap: going on with a descriptor that is not ours could close or write
/// somebody else's.
@inline(__always)
package func systemCall<Result: FixedWidthInteger & SignedInteger>(_ body: () -> Result) throws(Errno) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let error = Errno.latest
        if error == .interrupted { continue }
        precondition(error != .badFileDescriptor && error != .badAddress, "a system call was given a bad descriptor or address")
        throw error
    }
}

extension Errno {
    /// What the last failed call of this thread left behind.
    @inline(__always)
    package static var latest: Errno { Errno(rawValue: errno) }
}
