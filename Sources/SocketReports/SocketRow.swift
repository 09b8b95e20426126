import Addresses
import Interfaces
package import LocalSockets
import SondeSystem

/// A socket with all that a listing says of it.
package struct SocketRow: Sendable {
    package let socket: LocalSocket
    /// `nil` for a socket that does not listen, and where it is unknown.
    package let reachability: Reachability?
    package let holders: [SocketHolder]
    /// The name of the socket's owner, or the number of one without a name; `nil` if unknown.
    package let user: String?
    /// Whether a process holds it that this user may not see.
    package let isHidden: Bool
    /// The name of the interface that it is bound to.
    package let interface: String?
    /// What this machine has at the other end.
    package let peer: Peer?

    /// The other end of a connection within this machine.
    package struct Peer: Hashable, Sendable {
        package let holders: [SocketHolder]
        /// The name of a Unix socket, perhaps empty.
        package let unixName: String?

        package init(holders: [SocketHolder], unixName: String? = nil) {
            self.holders = holders
            self.unixName = unixName
        }
    }

    package init(
        _ socket: LocalSocket,
        reachability: Reachability? = nil,
        holders: [SocketHolder] = [],
        user: String? = nil,
        isHidden: Bool = false,
        interface: String? = nil,
        peer: Peer? = nil
    ) {
        self.socket = socket
        self.reachability = reachability
        self.holders = holders
        self.user = user
        self.isHidden = isHidden
        self.interface = interface
        self.peer = peer
    }
}

extension SocketRow {
    /// `8080/tcp`, `unix/stream`.
    var portText: String { socket.port.map { "\($0)/\(socket.kind.transport)" } ?? "\(socket.kind.transport)/\(socket.kind.type)" }

    /// `0.0.0.0%eth0`, `fe80::1%eth0`, a path, `@name`.
    var addressText: String {
        guard let address = socket.address else { return unixText(socket.unixName ?? "") }
        return interface.map { "\(address)%\($0)" } ?? "\(address)"
    }

    /// `192.0.2.1:80`, `[fe80::1%eth0]:80`, or as above.
    var endpointText: String {
        guard let address = socket.address, let port = socket.port else { return addressText }
        return address.family == .v4 ? "\(addressText):\(port)" : "[\(addressText)]:\(port)"
    }

    var peerText: String {
        if let peer = socket.peer { return "\(Endpoint(peer.address.unmapped, port: peer.port))" }
        return unixText(peer?.unixName ?? "")
    }

    /// `sshd 812`, `nginx 900 and 3 more`, `of another user`, `-`.
    var processText: String { holders.isEmpty ? isHidden ? "of another user" : "-" : holders.text }

    private func unixText(_ name: String) -> String {
        name.isEmpty ? "-" : name.utf8.first == 0 ? "@" + String(name.unicodeScalars.dropFirst()) : name
    }
}

extension [SocketHolder] {
    var text: String {
        guard let first else { return "-" }
        return "\(first.name) \(first.pid)" + (count > 1 ? " and \(count - 1) more" : "")
    }
}

extension LocalSocket.Kind {
    package var transport: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .unixStream, .unixDatagram, .unixSequencedPacket: "unix"
        }
    }

    package var type: String {
        switch self {
        case .tcp, .unixStream: "stream"
        case .udp, .unixDatagram: "dgram"
        case .unixSequencedPacket: "seqpacket"
        }
    }
}

extension LocalSocket {
    /// The state as a word of JSON. A datagram socket without a peer is `bound`.
    var stateWord: StaticString {
        switch state {
        case .established: "established"
        case .synSent: "syn-sent"
        case .synReceived, .newSynReceived: "syn-received"
        case .finWait1: "fin-wait-1"
        case .finWait2: "fin-wait-2"
        case .timeWait: "time-wait"
        case .close: isListener ? "bound" : "closed"
        case .closeWait: "close-wait"
        case .lastAck: "last-ack"
        case .listen: "listen"
        case .closing: "closing"
        case .boundInactive: "bound"
        }
    }
}
