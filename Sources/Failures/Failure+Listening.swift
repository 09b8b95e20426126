package import SondeSystem
import SystemPackage

extension Failure {
    /// A server that can't listen where it was asked to.
    package init(listening error: SystemError) {
        let message = "can't listen on \(error.subject): \(error.errno.explained)"
        switch error.errno {
        case .addressInUse:
            self.init(
                .systemRefused,
                message,
                next: "choose another port or path (port 0 picks a free one), or find its owner: ss -lntupx"
            )
        case .addressNotAvailable:
            self.init(.systemRefused, message, next: "choose an address of this machine: sonde addrs lists them")
        case .permissionDenied, .notPermitted:
            self.init(
                .noPermission,
                message,
                next: "for ports below 1024, grant CAP_NET_BIND_SERVICE: sudo setcap cap_net_bind_service=ep $(command -v sonde)",
                "or choose a port from 1024 up; for a Unix path, a directory that you may write to"
            )
        case .fileExists:
            self.init(.cannotCreate, message, next: "choose another path: sonde replaces no file that is not a socket")
        case .fileNameTooLong:
            let most = SocketAddress.longestUnixPath
            self.init(.usage, message, next: "choose a path of at most \(most) bytes, the limit of Unix sockets")
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.cannotCreate, message, next: "create the directory first")
        default:
            self.init(error)
        }
    }
}
