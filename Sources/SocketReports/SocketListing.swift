import Addresses
import Console
import Interfaces
package import LocalSockets
import SondeSystem

/// Sockets, ready to be written; each output format has its own file.
package struct SocketListing {
    package let role: SocketQuery.Role
    package let rows: [SocketRow]

    package init(_ role: SocketQuery.Role, rows: [SocketRow]) {
        self.role = role
        self.rows = rows
    }

    /// - Parameters:
    ///   - isAllSeen: whether this user may see the processes of all users.
    ///   - user: the name of a user; `nil` if its number means nothing here.
    package init(
        _ role: SocketQuery.Role,
        of snapshot: SocketSnapshot,
        _ selection: SocketSelection,
        ownUser: UInt32,
        user: (UInt32) -> String?
    ) {
        self.role = role
        let holders = snapshot.holders
        var names: [UInt32: String?] = [:]
        let peers = role == .connected ? PeerIndex(snapshot.table.sockets) : nil
        var rows: [SocketRow] = []
        for socket in snapshot.table.sockets {
            let held = holders.byInode[socket.inode] ?? []
            guard selection.selects(socket, heldBy: held) else { continue }
            if let number = socket.user, names[number] == nil { names[number] = .some(user(number)) }
            rows.append(
                SocketRow(
                    socket,
                    reachability: role == .listening ? snapshot.network?.reachability(of: socket) : nil,
                    holders: held,
                    user: socket.user.flatMap { names[$0] ?? nil },
                    isHidden: held.isEmpty && socket.inode != 0
                        && (holders.hiddenProcesses > 0 || ownUser != 0 && socket.user.map { $0 != ownUser } ?? false),
                    interface: socket.interface.flatMap { index in
                        index == 0 ? nil : snapshot.network?.name(of: index) ?? "#\(index)"
                    },
                    peer: peers?.peer(of: socket).map {
                        SocketRow.Peer(holders: holders.byInode[$0.inode] ?? [], unixName: $0.unixName)
                    }
                )
            )
        }
        self.rows = rows.sorted { SocketListing.precedes($0.socket, $1.socket) }
    }

    /// IP before Unix; by port, transport and address, or by name.
    private static func precedes(_ left: LocalSocket, _ right: LocalSocket) -> Bool {
        guard let leftPort = left.port, let rightPort = right.port, let leftAddress = left.address, let rightAddress = right.address
        else {
            guard left.kind.isUnix, right.kind.isUnix else { return right.kind.isUnix && !left.kind.isUnix }
            return (left.unixName ?? "", left.inode) < (right.unixName ?? "", right.inode)
        }
        if leftPort != rightPort { return leftPort < rightPort }
        if left.kind != right.kind { return left.kind == .tcp }
        if leftAddress != rightAddress { return leftAddress < rightAddress }
        if let leftPeer = left.peer, let rightPeer = right.peer, leftPeer != rightPeer { return leftPeer < rightPeer }
        return left.cookie < right.cookie
    }
}

/// Finds the other end of a connection within this machine.
private struct PeerIndex {
    private struct Pair: Hashable {
        let kind: LocalSocket.Kind
        let local: Endpoint
        let peer: Endpoint
    }

    private var byPair: [Pair: LocalSocket] = [:]
    private var byInode: [UInt32: LocalSocket] = [:]

    init(_ sockets: [LocalSocket]) {
        for socket in sockets {
            if let pair = PeerIndex.pair(socket) { byPair[pair] = socket }
            if socket.kind.isUnix { byInode[socket.inode] = socket }
        }
    }

    func peer(of socket: LocalSocket) -> LocalSocket? {
        if let inode = socket.peerInode { return byInode[inode] }
        guard let pair = PeerIndex.pair(socket) else { return nil }
        return byPair[Pair(kind: pair.kind, local: pair.peer, peer: pair.local)]
    }

    private static func pair(_ socket: LocalSocket) -> Pair? {
        guard let local = socket.local.endpoint, let peer = socket.peer else { return nil }
        return Pair(
            kind: socket.kind,
            local: Endpoint(local.address.unmapped, port: local.port),
            peer: Endpoint(peer.address.unmapped, port: peer.port)
        )
    }
}
