import Addresses
import Interfaces
package import SondeSystem
import SystemPackage

/// Sockets, the interfaces that they can be reached through and the processes that hold them, at one moment.
package struct SocketSnapshot: Sendable {
    package let table: SocketTable
    /// `nil` if the kernel refuses rtnetlink; it is then unknown who can reach a socket.
    package let network: LocalNetwork?
    package let holders: SocketHolders

    package init(table: SocketTable, network: LocalNetwork?, holders: SocketHolders) {
        self.table = table
        self.network = network
        self.holders = holders
    }

    package static func current(_ query: SocketQuery) throws(SystemError) -> SocketSnapshot {
        let table = try SocketTable.current(query)
        return SocketSnapshot(
            table: table,
            network: LocalNetwork.current(for: table.sockets),
            holders: SocketHolders.current(of: Set(table.sockets.map(\.inode)).subtracting([0]))
        )
    }
}

extension LocalNetwork {
    /// `nil` if the kernel refuses rtnetlink.
    package static func current(for sockets: [LocalSocket]) -> LocalNetwork? {
        guard let interfaces = try? Interface.all() else { return nil }
        let strangers = LocalNetwork(interfaces).strangers(among: sockets)
        return LocalNetwork(interfaces, routedAddresses: strangers.filter { Routing.isLocal($0) })
    }
}
