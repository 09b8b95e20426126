import CNetwork
import Glibc
package import SystemPackage

extension Descriptor {
    /// open(2), closed on exec; a file that is made gets mode 0666 less the umask.
    static func open(_ path: String, flags: Int32) throws(Errno) -> Descriptor {
        Descriptor(owning: try systemCall { unsafe path.withRawCString { unsafe Glibc.open($0, flags | O_CLOEXEC, 0o666) } })
    }

    /// Opens a file for reading. A FIFO waits for its writer.
    package static func openForReading(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_RDONLY)
    }

    /// Creates a file, or empties the one that is there.
    package static func create(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    }

    /// Opens a file for writing, or creates it; what is in it stays.
    package static func openOrCreateForWriting(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_WRONLY | O_CREAT)
    }

    /// Opens a file for reading and writing, or creates it. A symbolic link is refused (ELOOP): it would have another file written.
    package static func openOrCreate(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
    }

    /// Opens a file for reading and writing that is there, and no symbolic link.
    package static func openExisting(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_RDWR | O_NOFOLLOW | O_NONBLOCK)
    }

    /// Opens a device or FIFO for writing. A FIFO waits for its reader.
    package static func openStream(_ path: String) throws(Errno) -> Descriptor {
        try open(path, flags: O_WRONLY | O_NOCTTY)
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
        let file = Descriptor(
            owning: try systemCall { unsafe path.withRawCString { unsafe cnet_open_beneath(number, $0, CNET_O_PATH) } }
        )
        return try file.borrowed.fileStatus()
    }

    /// Opens `path` below this folder for reading, without waiting for the writer of a FIFO.
    package func openBeneath(_ path: String, isDirectory: Bool = false) throws(Errno) -> Descriptor {
        let kind = isDirectory ? O_DIRECTORY : O_NOCTTY
        let flags = O_RDONLY | O_NONBLOCK | kind
        return Descriptor(
            owning: try systemCall { unsafe path.withRawCString { unsafe cnet_open_beneath(number, $0, flags) } }
        )
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

    /// Waits until what was written is on the disk (fsync(2)).
    package func synchronize() throws(Errno) {
        _ = try systemCall { fsync(number) }
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
