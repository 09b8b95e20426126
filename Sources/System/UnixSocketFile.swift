import CNetwork
import Glibc
package import SystemPackage

/// The file at a path where a Unix socket is to be bound, and the file that bind(2) created.
package struct UnixSocketFile: Hashable, Sendable {
    package let path: String
    private let identity: FileStatus.Identity

    /// Identifies the socket at `path` right after it was bound, so that only this very file is ever removed.
    package init(boundAt path: String) throws(Errno) {
        guard let status = try FileSystem.status(path) else { throw .noSuchFileOrDirectory }
        self.path = path
        identity = status.identity
    }

    /// Unlinks the file unless another took its place.
    package func remove() {
        guard let status = try? FileSystem.status(path), status.identity == identity else { return }
        FileSystem.remove(path)
    }

    /// Unlinks the socket file that a dead server left at `path`. Leaves alone, and reports, whatever else is there:
    /// `.fileExists` for another kind of file, `.addressInUse` for a socket that somebody has bound. An error of `connect` or `unlink`
    /// is about a socket's file that this user may not write to or remove.
    ///
    /// The question is a connect(2) with a datagram socket. To the owner of a stream socket it does not show: the kernel refuses with
    /// EPROTOTYPE before there is a connection, which would be the only client of a server that takes one.
    package static func removeStale(at path: String) throws(SystemError) {
        let status = try naming("bind", on: path) { () throws(Errno) in try FileSystem.status(path) }
        guard let status else { return }
        guard status.kind == .socket else { throw SystemError("bind", on: path, .fileExists) }
        guard let address = RawSocketAddress(.unix(path: path)) else { throw SystemError("bind", on: path, .fileNameTooLong) }
        let probe = try naming("socket", on: path) { () throws(Errno) in try Descriptor.socket(domain: AF_UNIX, .datagram) }
        switch probe.borrowed.connect(to: address) {
        case .connectionRefused:
            // Nobody has the file bound any more.
            try naming("unlink", on: path) { () throws(Errno) in
                _ = try systemCall { unsafe path.withRawCString { unsafe unlink($0) } }
            }
        case .permissionDenied:
            throw SystemError("connect", on: path, .permissionDenied)
        default:
            throw SystemError("bind", on: path, .addressInUse)
        }
    }
}
