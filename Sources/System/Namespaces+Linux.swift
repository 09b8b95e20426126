import CNetwork
internal import Glibc
package import SystemPackage

/// Namespaces of this process (namespaces(7)).
package enum Namespaces {
    /// Moves the calling thread into the network namespace of that name (`ip netns`) or process id; later threads follow it.
    ///
    /// Needs CAP_SYS_ADMIN, in the namespace's user namespace as well. Call it before anything is opened and before other threads start.
    package static func enterNetwork(_ name: String) throws(Errno) {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else { throw .invalidArgument }
        let file = try openNetwork(name)
        _ = try systemCall { cnet_enter_network_namespace(file.borrowed.number) }
    }

    private static func openNetwork(_ name: String) throws(Errno) -> Descriptor {
        do throws(Errno) {
            // ip-netns(8) keeps a file for each name.
            return try Descriptor.openForReading("/run/netns/\(name)")
        } catch {
            let isProcess = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard error == .noSuchFileOrDirectory, isProcess else { throw error }
            return try Descriptor.openForReading("/proc/\(name)/ns/net")
        }
    }

    /// Whether users have other numbers here than in the initial user namespace (user_namespaces(7)).
    package static var mapsUsers: Bool {
        guard let bytes = try? FileSystem.read("/proc/self/uid_map", limit: 256) else { return false }
        let numbers = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        return numbers != ["0", "0", "4294967295"]
    }

    /// The number by which users that have none here are shown.
    package static var unmappedUser: UInt32 {
        let bytes = (try? FileSystem.read("/proc/sys/kernel/overflowuid", limit: 32)) ?? []
        return UInt32(String(decoding: bytes.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)) ?? 65534
    }
}
