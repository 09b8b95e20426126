import CNetwork
import Glibc
package import SystemPackage

extension BorrowedDescriptor {
    /// Calls `body` with each name in this folder, `.` and `..` left out, in no order, until it returns false. The names are read in
    /// pieces of 32 KiB, so a large folder takes no memory.
    package func forEachEntry(_ body: (Span<UInt8>) -> Bool) throws(Errno) {
        // The stream takes its descriptor over and has a position of its own.
        let copy = try systemCall { unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            throw .latest
        }
        defer { unsafe closedir(stream) }
        while true {
            // readdir(3) returns NULL at the end and for an error, which it alone sets.
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw .latest }
                return
            }
            // Safe: the kernel ends the name with a NUL within d_name, and the span cannot leave the closure.
            let goesOn = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                let name = unsafe UnsafeRawBufferPointer(rebasing: raw[..<(raw.firstIndex(of: 0) ?? raw.count)])
                if unsafe name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { return true }
                return unsafe body(Span(_unsafeBytes: name))
            }
            guard goesOn else { return }
        }
    }

    /// Calls `body` with the inode of each socket among a process's descriptors; this folder is `/proc/PID/fd`. An entry that vanishes
    /// meanwhile is skipped.
    package func forEachSocket(_ body: (UInt32) -> Void) throws(Errno) {
        var target = [UInt8](repeating: 0, count: 32)
        let prefix = Array("socket:[".utf8)
        try forEachEntry { name in
            let length = unsafe target.withUnsafeMutableBytes { target in
                unsafe name.withUnsafeBytes { name in
                    guard let path = name.baseAddress, let start = target.baseAddress else { return -1 }
                    // Safe: readdir(3) ends the name with a NUL, which lies behind the span, and the call writes within the array.
                    return unsafe readlinkat(
                        number,
                        path.assumingMemoryBound(to: CChar.self),
                        start.assumingMemoryBound(to: CChar.self),
                        target.count
                    )
                }
            }
            guard length > prefix.count, target.starts(with: prefix) else { return true }
            var inode: UInt32 = 0
            for byte in target[prefix.count..<length] where byte != UInt8(ascii: "]") {
                inode = inode &* 10 &+ UInt32(byte &- UInt8(ascii: "0"))
            }
            body(inode)
            return true
        }
    }

    /// fstatat(2) of an entry of this folder; a symbolic link is not followed. The name has no slash.
    package func status(ofEntry name: [UInt8]) throws(Errno) -> FileStatus {
        var status = stat()
        let text = name.map { CChar(bitPattern: $0) } + [0]
        // Safe: the array ends with a NUL, and the kernel fills the structure.
        _ = try systemCall { unsafe fstatat(number, text, &status, AT_SYMLINK_NOFOLLOW) }
        return FileStatus(Stat(rawValue: status))
    }
}

extension Descriptor {
    /// memfd_create(2): a file without a name that lives in memory until its last descriptor is closed.
    package static func anonymousFile() throws(Errno) -> Descriptor {
        Descriptor(owning: try systemCall { cnet_anonymous_file() })
    }
}
