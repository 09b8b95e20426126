import CNetwork
import Glibc
package import SystemPackage

/// Names in the file system.
package enum FileSystem {
    /// lstat(2); `nil` where there is nothing.
    package static func status(_ path: String) throws(Errno) -> FileStatus? {
        try FileStatus.of(path, followsLinks: false)
    }

    /// The path of a file without symbolic links (realpath(3)).
    package static func resolved(_ path: String) throws(Errno) -> String {
        // Safe: the string that realpath makes is copied and freed.
        guard let resolved = unsafe path.withRawCString({ unsafe realpath($0, nil) }) else { throw .latest }
        defer { unsafe free(resolved) }
        return unsafe String(rawCString: resolved)
    }

    /// Whether this user may read the file (access(2)); throws the reason where not.
    package static func requireReadable(_ path: String) throws(Errno) {
        _ = try systemCall { unsafe path.withRawCString { unsafe access($0, R_OK) } }
    }

    /// Whether this user may write to the file, or create files in the folder (access(2)).
    package static func isWritable(_ path: String) -> Bool {
        unsafe path.withRawCString { unsafe access($0, W_OK) == 0 }
    }

    /// The first `limit` bytes of a small file, such as one of /proc.
    package static func read(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
        let file = try Descriptor.openForReading(path)
        // Grown by need: a limit is often far above the size, and memory that is touched costs.
        var bytes = [UInt8](repeating: 0, count: min(limit, 16 << 10))
        var count = 0
        while count < limit, case .bytes(let more) = try file.borrowed.read(into: &bytes, from: count) {
            count += more
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: min(count, limit - count)) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// rename(2); where it may not replace, `.fileExists` if there is a file already.
    package static func rename(_ from: String, to: String, replacing: Bool) throws(Errno) {
        guard !replacing else {
            _ = try systemCall { unsafe both(from, to) { unsafe Glibc.rename($0, $1) } }
            return
        }
        do {
            _ = try systemCall { unsafe both(from, to) { unsafe cnet_rename_new($0, $1) } }
        } catch  where error == .invalidArgument || error == .noFunction {
            // A file system without RENAME_NOREPLACE: link(2) does not replace either.
            _ = try systemCall { unsafe both(from, to) { unsafe link($0, $1) } }
            _ = unsafe from.withRawCString { unsafe unlink($0) }
        }
    }

    private static func both(_ from: String, _ to: String, _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32) -> Int32 {
        unsafe from.withRawCString { from in unsafe to.withRawCString { to in unsafe body(from, to) } }
    }

    /// unlink(2), where there is something to unlink.
    package static func remove(_ path: String) {
        _ = unsafe path.withRawCString { unsafe unlink($0) }
    }

    /// The user who owns the files that this process makes.
    package static var effectiveUser: UInt32 { geteuid() }
}
