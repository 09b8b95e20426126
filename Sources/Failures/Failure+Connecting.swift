import Addresses
package import Dialing
import SondeSystem
import SystemPackage

extension Failure {
    /// No address accepted the connection: the reason for each that was tried.
    package init(_ error: ConnectError) {
        let reasons = error.attempts.map { "can't connect to \($0.address): \($0.reason)" }
        let last = error.attempts.last
        self.init(
            last.map(\.status) ?? .negative,
            reasons.joined(separator: "; "),
            next: last.map(\.nextStep) ?? "check the address"
        )
    }
}

extension FailedAttempt {
    fileprivate var reason: String {
        guard let queuedError, let offender = queuedError.offender else { return errno.explained }
        return "\(errno.explained), reported by \(offender) (ICMP \(queuedError.icmpType)/\(queuedError.icmpCode))"
    }

    fileprivate var status: ExitStatus {
        switch errno {
        // A Unix socket's file mode or a local firewall rule. If a router prohibits, its ICMP error is in the queue.
        case .permissionDenied where queuedError == nil, .notPermitted where queuedError == nil: .noPermission
        case .fileNameTooLong: .usage
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .addressNotAvailable, .noBufferSpace, .noMemory: .systemRefused
        default: .negative
        }
    }

    fileprivate var nextStep: String {
        switch errno {
        case .fileNameTooLong: return "choose a path of at most \(SocketAddress.longestUnixPath) bytes, the limit of Unix sockets"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: return "raise the limit of open files (ulimit -n)"
        case .addressNotAvailable: return "check that this machine has an address of that family and free ports: sonde addrs"
        case .noBufferSpace, .noMemory: return "free memory, then try again"
        case .permissionDenied where address.endpoint == nil: return "check the mode of the socket and of the folders above it"
        case .noSuchFileOrDirectory: return "check the path"
        default: break
        }
        guard case .ip(let endpoint, let zone) = address else { return "list the listening sockets: ss -lx" }
        guard zone == 0 else { return "find the reason: sonde probe \(endpoint.address)%\(zone) \(endpoint.port)" }
        guard errno != .invalidArgument || !endpoint.address.needsZone else {
            return "add the interface, e.g. \(endpoint.address)%eth0: sonde addrs lists them"
        }
        return "find the reason: sonde probe \(endpoint.address) \(endpoint.port)"
    }
}
