package import SondeSystem
import SystemPackage

extension Failure {
    /// A folder that can't be served.
    package init(serving error: SystemError) {
        let message = "can't serve \(error.subject): \(error.errno.explained)"
        switch error.errno {
        case .noFunction:
            self.init(.systemRefused, message, next: "use Linux 5.6 or later: sonde serve needs openat2(2)")
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.noInput, message, next: "choose an existing folder")
        case .permissionDenied:
            self.init(.noPermission, message, next: "choose a folder that you may read")
        default:
            self.init(error)
        }
    }
}
