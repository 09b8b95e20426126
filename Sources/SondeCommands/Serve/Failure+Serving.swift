import SondeSystem
import SystemPackage

extension Failure {
    /// A folder that can't be served.
    init(serving error: SystemError) {
        let message = "can't serve \(error.subject): \(error.errno.explained)"
        switch error.errno {
        case .noFunction:
            self.init(.systemRefused, message, next: "keeping names inside the folder needs openat2, which Linux has since 5.6")
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.noInput, message, next: "give a folder that exists")
        case .permissionDenied:
            self.init(.noPermission, message, next: "give a folder that you may read")
        default:
            self.init(error)
        }
    }
}
