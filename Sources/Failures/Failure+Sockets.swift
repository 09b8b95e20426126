import SondeSystem
package import SystemPackage

extension Failure {
    /// No socket of this machine has the ports, or belongs to the process.
    ///
    /// - Parameters:
    ///   - ports: as they were given; empty if none were.
    ///   - mayBeHidden: whether some processes could not be seen.
    package init(noSocket ports: [String], process: String?, isConnection: Bool, mayBeHidden: Bool) {
        let subject = [
            ports.isEmpty ? nil : "port \(ports.joined(separator: ","))", process.map { "process \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        let message = "\(subject): \(isConnection ? "no connection" : "nothing listens")"
        if mayBeHidden {
            self.init(.negative, message, next: "processes of other users are hidden: use sudo to see them")
        } else if isConnection {
            self.init(.negative, message, next: "list all connections: sonde sockets --connected")
        } else {
            self.init(.negative, message, next: "list all listeners: sonde sockets")
        }
    }

    /// Another network namespace could not be entered.
    package init(namespace name: String, _ errno: Errno) {
        let message = "network namespace \(name): \(errno.explained)"
        switch errno {
        case .noSuchFileOrDirectory:
            self.init(.unavailable, message, next: "list the names: ip netns; or give the id of a process that runs in it")
        case .permissionDenied, .notPermitted:
            self.init(.noPermission, message, next: "run sonde with sudo: entering a namespace needs CAP_SYS_ADMIN")
        case .invalidArgument:
            self.init(.usage, message, next: "give a name as ip netns lists it, or a process id")
        default:
            self.init(.systemRefused, message)
        }
    }
}
