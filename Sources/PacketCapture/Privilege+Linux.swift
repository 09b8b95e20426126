internal import CNetwork
internal import SondeSystem
internal import SystemPackage

/// What a capture gives up once it is open, so that the decoding of hostile frames happens without any power.
///
/// Identity and capabilities belong to a thread on Linux: drop them before any other thread starts. (glibc carries a change of user
/// and group to every thread of the process, capset(2) and prctl(2) it does not.)
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

    /// Becomes `identity` where one is given and the process may, then gives up every capability and the way to new ones.
    ///
    /// A process that is not root stays who it is. Where a step fails the error says which: go no further then.
    package static func drop(to identity: Identity?) throws(CaptureError) {
        if let identity, FileSystem.effectiveUser == 0 {
            try step("initgroups") { cnet_set_groups_of(identity.user, identity.group) }
            try step("setresgid") { cnet_set_group(identity.group) }
            try step("setresuid") { cnet_set_user(identity.user) }
        }
        try step("capset") { cnet_drop_capabilities() }
        try step("prctl") { cnet_set_no_new_privileges() }
    }

    private static func step(_ operation: String, _ call: () -> CInt) throws(CaptureError) {
        do {
            _ = try systemCall(call)
        } catch {
            throw .privilege(operation: operation, error)
        }
    }
}
