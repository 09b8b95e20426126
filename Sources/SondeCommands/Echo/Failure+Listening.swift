import SondeSystem
import SystemPackage

extension Failure {
    /// A server that can't listen where it was asked to.
    init(listening error: SystemError) {
        let message = "can't listen on \(error.subject): \(error.errno.explained)"
        switch error.errno {
        case .addressInUse:
            self.init(
                .systemRefused,
                message,
                next: "choose another port or path (port 0 takes a free one), or see who holds it: ss -lntupx"
            )
        case .addressNotAvailable:
            self.init(.systemRefused, message, next: "it is no address of this machine; sonde addrs lists them")
        case .permissionDenied, .notPermitted:
            self.init(
                .noPermission,
                message,
                next: "ports under 1024 need CAP_NET_BIND_SERVICE: sudo setcap cap_net_bind_service=ep $(command -v sonde)",
                "or choose a port from 1024 on; for a Unix path, a directory that you may write to"
            )
        case .fileExists:
            self.init(.cannotCreate, message, next: "the path is a file that is no socket, and stays as it is: choose another path")
        case .fileNameTooLong:
            let most = SocketAddress.longestUnixPath
            self.init(.usage, message, next: "a Unix socket's path has at most \(most) bytes: choose a shorter one, or cd nearer")
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.cannotCreate, message, next: "make the directory first")
        default:
            self.init(error)
        }
    }
}
