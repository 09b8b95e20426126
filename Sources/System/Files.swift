import CNetwork
import Glibc
package import SystemPackage

/// What stat(2) says of a file, as far as anybody here asks.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case other
    }

    package let kind: Kind
    /// Bytes; what it means of anything but a regular file is the system's affair.
    package let size: UInt64
    /// Of the last change of its content: seconds since the epoch and nanoseconds.
    package let modifiedSeconds: Int
    package let modifiedNanoseconds: Int
    package let owner: UInt32

    fileprivate init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        default: kind = .other
        }
        size = UInt64(max(0, status.st_size))
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
        owner = status.st_uid
    }
}

extension Descriptor {
    /// open(2), closed on exec; a file that is made gets mode 0666 less the umask.
    package static func open(_ path: String, flags: Int32) throws(Errno) -> Descriptor {
        Descriptor(owning: try systemCall { unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666) })
    }

    /// Opens the folder at `path`.
    package static func openDirectory(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_RDONLY | O_DIRECTORY)
    }
}

extension BorrowedDescriptor {
    /// fstat(2).
    package func fileStatus() throws(Errno) -> FileStatus {
        var status = stat()
        _ = try systemCall { unsafe fstat(number, &status) }
        return FileStatus(status)
    }

    /// Takes note of what is at `path` below this folder without opening it (O_PATH); nothing leads out of the folder.
    package func statusBeneath(_ path: String) throws(Errno) -> FileStatus {
        let file = Descriptor(owning: try systemCall { unsafe cnet_open_beneath(number, path, CNET_O_PATH) })
        return try file.borrowed.fileStatus()
    }

    /// Opens `path` below this folder for reading, without waiting for the writer of a FIFO.
    package func openBeneath(_ path: String, isDirectory: Bool = false) throws(Errno) -> Descriptor {
        let kind = isDirectory ? O_DIRECTORY : O_NOCTTY
        return Descriptor(owning: try systemCall { unsafe cnet_open_beneath(number, path, O_RDONLY | O_NONBLOCK | kind) })
    }

    /// The names in this folder, `.` and `..` left out, in no order; `nil` where there are more than `limit`.
    package func entryNames(limit: Int) throws(Errno) -> [[UInt8]]? {
        // The stream takes its descriptor over and moves its position: it gets one of its own.
        let copy = try systemCall { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            throw .latest
        }
        defer { unsafe closedir(stream) }
        unsafe rewinddir(stream)
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(stream) {
            // Safe: the kernel ends the name with a NUL within d_name.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in unsafe Array(bytes.prefix { $0 != 0 }) }
            guard name != Array(".".utf8), name != Array("..".utf8) else { continue }
            guard names.count < limit else { return nil }
            names.append(name)
        }
        return names
    }

    /// sendfile(2) of at most `count` bytes of `file` from `offset` on, which is moved; `.end` where the file ends there.
    package func sendFile(_ file: BorrowedDescriptor, from offset: inout Int, count: Int) throws(Errno) -> Transfer {
        do {
            let sent = try systemCall { unsafe sendfile(number, file.number, &offset, count) }
            return sent == 0 ? .end : .bytes(sent)
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// Makes the file this long (ftruncate(2)).
    package func truncate(to length: Int) throws(Errno) {
        _ = try systemCall { ftruncate(number, length) }
    }

    /// Moves the position to the end of the file and returns it.
    package func seekToEnd() throws(Errno) -> Int {
        try systemCall { lseek(number, 0, SEEK_END) }
    }

    /// Whether the file could be locked for this process alone (flock(2)); it is until the descriptor is closed.
    package func lockAlone() throws(Errno) -> Bool {
        do {
            _ = try systemCall { flock(number, LOCK_EX | LOCK_NB) }
            return true
        } catch .wouldBlock {
            return false
        }
    }
}

/// Names in the file system.
package enum FilePath {
    /// lstat(2); `nil` where there is nothing.
    package static func status(_ path: String) throws(Errno) -> FileStatus? {
        var status = stat()
        do {
            _ = try systemCall { unsafe lstat(path, &status) }
            return FileStatus(status)
        } catch .noSuchFileOrDirectory {
            return nil
        }
    }

    /// rename(2); where it may not replace, `.fileExists` if there is a file already.
    package static func rename(_ from: String, to: String, replacing: Bool) throws(Errno) {
        guard !replacing else {
            _ = try systemCall { unsafe Glibc.rename(from, to) }
            return
        }
        do {
            _ = try systemCall { unsafe cnet_rename_new(from, to) }
        } catch  where error == .invalidArgument || error == .noFunction {
            // A file system that can't: link(2) refuses to replace as well.
            _ = try systemCall { unsafe link(from, to) }
            _ = unsafe unlink(from)
        }
    }

    package static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// The user whom files that this process makes belong to.
    package static var effectiveUser: UInt32 { geteuid() }
}
