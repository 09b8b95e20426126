import Addresses
import LocalSockets
import SondeSystem
import SystemPackage

/// A process's descendants, as /proc lists them: where the kernel does not report their sockets.
enum ProcessTree {
    /// The TCP sockets that descendants hold now, as far as /proc shows them to this user.
    static func sockets(below root: Int32) -> Set<SocketClaim> {
        var inodes: Set<UInt32> = []
        for process in descendants(of: root, parents: parents("/proc")) {
            guard let folder = try? Descriptor.openDirectory("/proc/\(process)/fd") else { continue }
            try? folder.borrowed.forEachSocket { inodes.insert($0) }
        }
        guard !inodes.isEmpty else { return [] }
        var claims: Set<SocketClaim> = []
        for role in [SocketQuery.Role.connected, .listening] {
            guard let table = try? SocketTable.current(SocketQuery(role, kinds: [.tcp])) else { continue }
            for socket in table.sockets where inodes.contains(socket.inode) {
                guard let endpoint = socket.local.endpoint else { continue }
                let local = Endpoint(endpoint.address.unmapped, port: endpoint.port)
                guard local.port != 0 else { continue }
                if role == .listening {
                    claims.insert(.listener(local))
                } else {
                    let peer = socket.peer.map { Endpoint($0.address.unmapped, port: $0.port) }
                    claims.insert(.connection(local: local, peer: peer, time: nil))
                }
            }
        }
        return claims
    }

    /// The processes whose chain of parents leads to `root`, without itself.
    static func descendants(of root: Int32, parents: [Int32: Int32]) -> Set<Int32> {
        let children = Dictionary(grouping: parents.keys) { parents[$0] ?? 0 }
        var found: Set<Int32> = []
        var next = [root]
        while let process = next.popLast() {
            for child in children[process] ?? [] where found.insert(child).inserted { next.append(child) }
        }
        return found
    }

    /// The parent of each process.
    private static func parents(_ root: String) -> [Int32: Int32] {
        var parents: [Int32: Int32] = [:]
        guard let folder = try? Descriptor.openDirectory(root) else { return [:] }
        try? folder.borrowed.forEachEntry { name in
            var text = ""
            for index in name.indices { text.unicodeScalars.append(Unicode.Scalar(name[index])) }
            if let process = Int32(text), let stat = try? FileSystem.read("\(root)/\(process)/stat", limit: 512) {
                parents[process] = parent(stat)
            }
            return true
        }
        return parents
    }

    /// The fourth field of /proc/PID/stat. The second is the name in parentheses, which may hold any byte.
    static func parent(_ stat: [UInt8]) -> Int32? {
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count < 2 ? nil : Int32(String(decoding: fields[1], as: UTF8.self))
    }
}
