import CNetwork
import Glibc
package import SystemPackage

/// What stat(2) says of a file.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symbolicLink
        case fifo
        case socket
        case characterDevice
        case blockDevice
        case other
    }

    /// The same for all names of one file (inode(7)).
    package struct Identity: Hashable, Sendable {
        fileprivate let device: UInt64
        fileprivate let inode: UInt64
    }

    package let kind: Kind
    /// Bytes; undefined for anything but a regular file.
    package let size: UInt64
    /// The last change of the content: seconds since the epoch and nanoseconds.
    package let modifiedSeconds: Int
    package let modifiedNanoseconds: Int
    package let owner: UInt32
    package let identity: Identity

    fileprivate init(_ status: Stat) {
        switch status.type {
        case .directory: kind = .directory
        case .symbolicLink: kind = .symbolicLink
        case .fifo: kind = .fifo
        case .socket: kind = .socket
        case .characterSpecial: kind = .characterDevice
        case .blockSpecial: kind = .blockDevice
        case .regular: kind = .regular
        default: kind = .other
        }
        size = UInt64(max(0, status.size))
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
        owner = status.userID.rawValue
        identity = Identity(device: UInt64(status.deviceID.rawValue), inode: UInt64(status.inode.rawValue))
    }

    /// stat(2), or lstat(2) where links are not followed; `nil` where there is nothing at `path`.
    package static func of(_ path: String, followsLinks: Bool = true) throws(Errno) -> FileStatus? {
        do {
            return FileStatus(try Stat(SystemPackage.FilePath(path), followTargetSymlink: followsLinks))
        } catch .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Whether `path` leads to a regular file: fixed content, unlike a pipe or a device. False where the system does not say.
    package static func isRegular(_ path: String) -> Bool { (try? of(path))??.kind == .regular }
}

extension Descriptor {
    /// open(2), closed on exec; a file that is made gets mode 0666 less the umask.
    package static func open(_ path: String, flags: Int32) throws(Errno) -> Descriptor {
        Descriptor(owning: try systemCall { unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666) })
    }

    /// Opens a file for reading. A FIFO waits for its writer.
    package static func openForReading(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_RDONLY)
    }

    /// Creates a file, or empties the one that is there.
    package static func create(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    }

    /// Closes the descriptor where the error matters: the last chance to learn that a file could not be written (close(2), ENOSPC on NFS).
    package consuming func closeChecked() throws(Errno) {
        // Not `systemCall`: Linux frees the number whatever close(2) returns, also after EINTR.
        guard close(release()) == -1 else { return }
        let error = Errno.latest
        if error != .interrupted { throw error }
    }

    /// Opens the folder at `path`.
    package static func openDirectory(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_RDONLY | O_DIRECTORY)
    }
}

extension BorrowedDescriptor {
    /// fstat(2).
    package func fileStatus() throws(Errno) -> FileStatus {
        FileStatus(try Stat(FileDescriptor(rawValue: number)))
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
package enum FileSystem {
    /// lstat(2); `nil` where there is nothing.
    package static func status(_ path: String) throws(Errno) -> FileStatus? {
        try FileStatus.of(path, followsLinks: false)
    }

    /// Whether this user may read the file (access(2)); throws the reason where not.
    package static func requireReadable(_ path: String) throws(Errno) {
        _ = try systemCall { unsafe access(path, R_OK) }
    }

    /// The first `limit` bytes of a small file, such as one of /proc.
    package static func read(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
        let file = try Descriptor.openForReading(path)
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit, case .bytes(let more) = try file.borrowed.read(into: &bytes, from: count) { count += more }
        bytes.removeLast(limit - count)
        return bytes
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
            // A file system without RENAME_NOREPLACE: link(2) does not replace either.
            _ = try systemCall { unsafe link(from, to) }
            _ = unsafe unlink(from)
        }
    }

    /// unlink(2), where there is something to unlink.
    package static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// The user who owns the files that this process makes.
    package static var effectiveUser: UInt32 { geteuid() }
}

/// The name of before; it goes with its last user.
package typealias FilePath = FileSystem
