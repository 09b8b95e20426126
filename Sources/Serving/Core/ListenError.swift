package import Addresses
package import SondeSystem
package import SystemPackage

/// A server that can't listen where it was asked to.
package struct ListenError: Error, Hashable, Sendable {
    package let transport: Transport
    package let address: SocketAddress
    package let cause: SystemError

    package var errno: Errno { cause.errno }

    /// Whether the path is a socket that this user may not write to or remove, so that sonde can't find out if it is in use.
    package var isForeignSocketFile: Bool {
        (cause.operation == "connect" || cause.operation == "unlink") && (errno == .permissionDenied || errno == .notPermitted)
    }
}
