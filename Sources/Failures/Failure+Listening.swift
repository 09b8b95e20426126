internal import Addresses
package import Serving
import SondeSystem
import SystemPackage

extension Failure {
    /// A server that can't listen where it was asked to.
    package init(listening error: ListenError) {
        let message = "can't listen on \(error.address): \(error.errno.explained)"
        if error.address.endpoint == nil {
            self.init(listeningOnPath: error, message)
        } else {
            self.init(listeningOnAddress: error, message)
        }
    }

    private init(listeningOnAddress error: ListenError, _ message: String) {
        switch error.errno {
        case .addressInUse:
            let next = "choose another port (port 0 picks a free one), or find its owner: ss -lntup"
            self.init(.systemRefused, message, next: next)
        case .addressNotAvailable:
            let next = "choose an address of this machine, neither multicast nor broadcast: sonde addrs lists them"
            self.init(.systemRefused, message, next: next)
        case .invalidArgument where error.address.endpoint?.address.needsZone ?? false:
            let address = error.address.endpoint?.address.description ?? ""
            let next = "append the interface, as in \(address)%eth0: sonde addrs lists them"
            self.init(.usage, message, next: next)
        case .permissionDenied, .notPermitted:
            self.init(
                .noPermission,
                message,
                next: "for ports below 1024, grant CAP_NET_BIND_SERVICE: \(CapabilityGrant.command(.netBindService))",
                "or choose a port from 1024 up"
            )
        default:
            self.init(error.cause)
        }
    }

    private init(listeningOnPath error: ListenError, _ message: String) {
        switch error.errno {
        case .addressInUse:
            self.init(.systemRefused, message, next: "choose another path, or find its owner: ss -lxp")
        case .permissionDenied where error.isForeignSocketFile, .notPermitted where error.isForeignSocketFile:
            let next = "remove the socket of another user if its server is gone, or choose another path"
            self.init(.noPermission, message, next: next)
        case .permissionDenied, .notPermitted, .readOnlyFileSystem:
            self.init(.noPermission, message, next: "choose a path in a directory that you may write to")
        case .fileExists:
            self.init(.cannotCreate, message, next: "choose another path: sonde replaces no file that is not a socket")
        case .fileNameTooLong:
            let most = SocketAddress.longestUnixPath
            let next = "choose a path or name of at most \(most) bytes, the limit of Unix sockets"
            self.init(.usage, message, next: next)
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.cannotCreate, message, next: "create the directory first")
        default:
            self.init(error.cause)
        }
    }
}
