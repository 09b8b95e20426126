package import Addresses
import RawText

/// A filter for sockets and their holders.
package struct SocketSelection: Sendable {
    /// `nil` selects all; a Unix socket has no port.
    package var ports: Set<UInt16>?
    /// Sockets that serve or use the family; no Unix socket does.
    package var family: IPAddress.Family?
    /// The name of a process that holds the socket, or its id.
    package var process: String?

    package init(ports: Set<UInt16>? = nil, family: IPAddress.Family? = nil, process: String? = nil) {
        self.ports = ports
        self.family = family
        self.process = process
    }

    package var isEmpty: Bool { ports == nil && family == nil && process == nil }

    /// - Parameter holders: those of the socket.
    package func selects(_ socket: LocalSocket, heldBy holders: [SocketHolder]) -> Bool {
        if let ports {
            guard socket.port.map(ports.contains) == true || socket.peer.map({ ports.contains($0.port) }) == true else {
                return false
            }
        }
        if let family { guard socket.families.contains(family) else { return false } }
        guard let process else { return true }
        return holders.contains { SocketSelection.names($0, process) }
    }

    /// The kernel keeps the first 15 bytes of a name.
    private static func names(_ holder: SocketHolder, _ text: String) -> Bool {
        holder.name.rawBytes == Array(text.rawBytes.prefix(15)) || String(holder.pid) == text
    }
}
