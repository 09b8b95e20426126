internal import SondeSystem

/// What a capture gives up once it is open, so that hostile frames are decoded without privilege. Drop it before any other thread starts:
/// see `Credentials`.
package enum Privilege {
    /// A user and its group, by number.
    package struct Identity: Equatable, Sendable {
        package let user: UInt32
        package let group: UInt32

        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }

        /// The user who called sudo(8), by SUDO_UID and SUDO_GID of the environment given; `nil` where they are no numbers, or
        /// root's.
        package init?(sudo environment: [String: String]) {
            guard let user = environment["SUDO_UID"].flatMap(UInt32.init), user != 0,
                let group = environment["SUDO_GID"].flatMap(UInt32.init)
            else { return nil }
            self.init(user: user, group: group)
        }

        /// The user of that name or number in the user database; `nil` where there is none.
        package init?(named name: String) {
            guard let entry = UserDatabase.user(named: name) else { return nil }
            self.init(user: entry.user, group: entry.group)
        }
    }

    /// Becomes `identity` where one is given and the process is root, then gives up every capability and the way to new ones.
    ///
    /// A process that is not root keeps its user. Where a step fails the error names it: decode nothing then.
    package static func drop(to identity: Identity?) throws(CaptureError) {
        do throws(SystemError) {
            if let identity, Credentials.isRoot { try Credentials.become(user: identity.user, group: identity.group) }
            try Credentials.dropCapabilities()
        } catch {
            throw .privilege(operation: error.operation, error.errno)
        }
    }
}
