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
    /// `.fileExists` for another kind of file, `.addressInUse` for a socket on which somebody listens.
    package static func removeStale(at path: String, _ kind: SocketKind) throws(Errno) {
        guard let status = try FileSystem.status(path) else { return }
        guard status.kind == .socket else { throw .fileExists }
        guard let address = RawSocketAddress(.unix(path: path)) else { throw .fileNameTooLong }
        let probe = try Descriptor.socket(domain: AF_UNIX, kind)
        // Nobody has the file bound any more: only then connect(2) is refused. EPROTOTYPE is a living socket of another kind.
        guard probe.borrowed.connect(to: address) == .connectionRefused else { throw .addressInUse }
        _ = try systemCall { unsafe path.withRawCString { unsafe unlink($0) } }
    }
}
