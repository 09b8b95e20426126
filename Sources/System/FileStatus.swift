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
        package let device: UInt64
        package let inode: UInt64
    }

    package let kind: Kind
    /// Bytes; undefined for anything but a regular file.
    package let size: UInt64
    /// The last change of the content: seconds since the epoch and nanoseconds.
    package let modifiedSeconds: Int
    package let modifiedNanoseconds: Int
    /// The last change of content or attributes (ctime), which nobody can set.
    package let changedSeconds: Int
    package let changedNanoseconds: Int
    package let owner: UInt32
    package let identity: Identity

    init(_ status: Stat) {
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
        changedSeconds = status.st_ctim.tv_sec
        changedNanoseconds = status.st_ctim.tv_nsec
        owner = status.userID.rawValue
        identity = Identity(device: UInt64(status.deviceID.rawValue), inode: UInt64(status.inode.rawValue))
    }

    /// stat(2), or lstat(2) where links are not followed; `nil` where there is nothing at `path`.
    package static func of(_ path: String, followsLinks: Bool = true) throws(Errno) -> FileStatus? {
        do {
            return FileStatus(try Stat(path.rawPath, followTargetSymlink: followsLinks))
        } catch .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Whether `path` leads to a regular file: fixed content, unlike a pipe or a device. False where the system does not say.
    package static func isRegular(_ path: String) -> Bool { (try? of(path))??.kind == .regular }
}
