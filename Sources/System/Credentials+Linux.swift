import CNetwork
internal import Glibc

/// The capabilities that sonde can use, with their numbers (capabilities(7)).
package enum Capability: CInt, CaseIterable, Sendable {
    case netBindService = 10
    case netRaw = 13

    /// As setcap(8) takes it.
    package var name: String {
        switch self {
        case .netBindService: "cap_net_bind_service"
        case .netRaw: "cap_net_raw"
        }
    }
}

/// Who this process is and what it may do (credentials(7), capabilities(7)).
///
/// Identity and capabilities belong to a thread on Linux: change them before any other thread starts. (glibc carries a change of user and
/// group to every thread of the process, capset(2) and prctl(2) it does not.)
package enum Credentials {
    package static var isRoot: Bool { geteuid() == 0 }

    /// Whether the process may make the capability effective, as root or by the capabilities of its file.
    package static func holds(_ capability: Capability) -> Bool { cnet_holds_capability(capability.rawValue) != 0 }

    /// Becomes another user for good: real, effective and saved. The supplementary groups are those of the user database.
    package static func become(user: UInt32, group: UInt32) throws(SystemError) {
        try step("initgroups") { cnet_set_groups_of(user, group) }
        try step("setresgid") { cnet_set_group(group) }
        try step("setresuid") { cnet_set_user(user) }
    }

    /// Gives up every capability, and with no_new_privs the way to new ones.
    package static func dropCapabilities() throws(SystemError) {
        try step("capset") { cnet_drop_capabilities() }
        try step("prctl") { cnet_set_no_new_privileges() }
    }

    /// Gives up every capability; programs that are executed may gain some.
    package static func dropCapabilitiesAlone() { _ = cnet_drop_capabilities() }

    private static func step(_ operation: String, _ call: () -> CInt) throws(SystemError) {
        do {
            _ = try systemCall(call)
        } catch {
            throw SystemError(operation, error)
        }
    }
}
