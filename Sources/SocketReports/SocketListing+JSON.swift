import Addresses
package import Console
import LocalSockets
import RawText

extension SocketListing {
    /// One object per socket, one per line.
    package func writeJSON(into text: inout TextBuffer) {
        text.append(json: { writer in
            for row in rows {
                writer.beginObject()
                writer.field("type", literal: "socket")
                SocketRow.writeFields(of: row, into: &writer)
                writer.endObject()
                writer.endLine()
            }
        })
    }

    /// One line per socket, columns separated by tabs; `-` if not applicable.
    ///
    /// Listeners: transport, type, address, port, reachable, families, interface, queue, limit, drops, user, process, pid. Connections:
    /// transport, type, state, local address, local port, peer address, peer port, RTT in ms, retransmissions, user, process, pid, peer process,
    /// peer pid.
    package func writePlain(into text: inout TextBuffer) {
        for row in rows { row.writePlain(role, into: &text) }
    }
}

extension SocketRow {
    /// The fields of a socket; all are null without one.
    static func writeFields(of row: SocketRow?, into writer: inout JSONWriter) {
        let socket = row?.socket
        writer.field("transport", socket?.kind.transport)
        writer.field("socket_type", socket?.kind.type)
        writer.field("state", socket.map { "\($0.stateWord)" })
        writer.field("address", row?.nameOrAddress)
        writer.field("address_hex", row?.nameHex)
        writer.field("port", socket?.port.map { Int($0) })
        writer.field("reachable", row?.reachability.map { "\($0.word)" })
        writer.field("reachable_from", row?.reachability?.words)
        writer.field("obstacles", row?.reachability?.obstacles.map { "\($0.word)" } ?? [])
        writer.field("families", socket?.families.map { "\($0.word)" } ?? [])
        writer.field("interface", row?.interface)
        writer.field("queue", socket?.queue.map { Int($0.waiting) })
        writer.field("queue_limit", socket?.queue?.limit.map { Int($0) })
        writer.field("drops", socket?.drops.map { Int($0) })
        writer.field("user", row?.user)
        writer.field("uid", socket?.user.map { Int($0) })
        writer.field("process", row?.holders.first?.name)
        writer.field("pid", row?.holders.first.map { Int($0.pid) })
        writer.beginArray("processes")
        for holder in row?.holders ?? [] {
            writer.beginObject()
            writer.field("name", holder.name)
            writer.field("pid", Int(holder.pid))
            writer.endObject()
        }
        writer.endArray()
        writer.field("inode", socket.flatMap { $0.inode == 0 ? nil : Int($0.inode) })
        writer.field("peer_address", row?.peerName)
        writer.field("peer_port", socket?.peer.map { Int($0.port) })
        writer.field("peer_process", row?.peer?.holders.first?.name)
        writer.field("peer_pid", row?.peer?.holders.first.map { Int($0.pid) })
        writer.field("rtt_ms", socket?.connection.flatMap(\.rttMilliseconds), decimals: 3)
        writer.field("retransmits", socket?.connection.map { Int($0.retransmits) })
    }

    private var peerName: String? {
        socket.peer.map { "\($0.address.unmapped)" } ?? peer?.unixName.flatMap { JSONName.text($0) }
    }

    private var nameOrAddress: String? { socket.address.map { "\($0)" } ?? socket.unixName.flatMap { JSONName.text($0) } }

    /// The bytes of a Unix name in hexadecimal if they are not UTF-8.
    private var nameHex: String? {
        guard let name = socket.unixName, name.containsRawBytes else { return nil }
        var text = TextBuffer()
        for byte in name.rawBytes { text.append(hex: UInt64(byte), digits: 2) }
        return text.string
    }

    func writePlain(_ role: SocketQuery.Role, into text: inout TextBuffer) {
        let head = [socket.kind.transport, socket.kind.type]
        let local = [nameOrAddress ?? "-", socket.port.map { "\($0)" } ?? "-"]
        let process = [user ?? "-", holders.first?.name ?? "-", holders.first.map { "\($0.pid)" } ?? "-"]
        switch role {
        case .listening:
            let families = socket.families.map { "\($0.word)" }.joined(separator: ",")
            let queue = [socket.queue?.waiting, socket.queue?.limit, socket.drops].map { $0.map { "\($0)" } ?? "-" }
            let reach = [reachability.map { "\($0.word)" } ?? "-", families.isEmpty ? "-" : families, interface ?? "-"]
            text.append(columns: head + local + reach + queue + process)
        case .connected:
            let remote = [peerName ?? "-", socket.peer.map { "\($0.port)" } ?? "-"]
            let measured = [rttColumn, socket.connection.map { "\($0.retransmits)" } ?? "-"]
            let other = [peer?.holders.first?.name ?? "-", peer?.holders.first.map { "\($0.pid)" } ?? "-"]
            text.append(columns: head + ["\(socket.stateWord)"] + local + remote + measured + process + other)
        }
    }

    private var rttColumn: String {
        guard let rtt = socket.connection?.rttMilliseconds else { return "-" }
        var text = TextBuffer()
        text.append(rtt, decimals: 3)
        return text.string
    }
}

extension LocalSocket.Connection {
    fileprivate var rttMilliseconds: Double? { rttMicroseconds == 0 ? nil : Double(rttMicroseconds) / 1000 }
}

/// A Unix socket's name in JSON and plain lines: an abstract one begins with `@`.
private enum JSONName {
    static func text(_ name: String) -> String? {
        name.isEmpty ? nil : name.utf8.first == 0 ? "@" + String(name.unicodeScalars.dropFirst()) : name
    }
}
