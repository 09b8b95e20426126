import Addresses

/// Which sockets to ask the kernel for.
package struct SocketQuery: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        /// Listeners, and datagram sockets that are bound and have no peer.
        case listening
        /// Sockets with a peer, from SYN_SENT to CLOSING; TIME_WAIT has no socket any more.
        case connected
    }

    package var role: Role
    package var kinds: Set<LocalSocket.Kind>
    /// The local port; `nil` asks for all. No Unix socket has one.
    package var port: UInt16?

    package init(
        _ role: Role,
        kinds: Set<LocalSocket.Kind> = Set(LocalSocket.Kind.allCases),
        port: UInt16? = nil
    ) {
        self.role = role
        self.kinds = kinds
        self.port = port
    }

    /// The kernel's tables that hold them.
    var tables: [SocketTable.Part] {
        var parts: [SocketTable.Part] = []
        for kind in [LocalSocket.Kind.tcp, .udp] where kinds.contains(kind) {
            parts += [.inet(kind, .v4), .inet(kind, .v6)]
        }
        if port == nil, kinds.contains(where: \.isUnix) { parts.append(.unix) }
        return parts
    }

    /// The states to ask for, as a sum of bits.
    var states: UInt32 {
        switch role {
        case .listening: SocketState.listen.bit | SocketState.close.bit
        case .connected: SocketQuery.connectedStates.reduce(0) { $0 | $1.bit }
        }
    }

    private static let connectedStates: [SocketState] = [
        .established, .synSent, .synReceived, .finWait1, .finWait2, .closeWait, .lastAck, .closing, .newSynReceived,
    ]

    /// Whether a socket of the tables is meant.
    func selects(_ socket: LocalSocket) -> Bool {
        guard kinds.contains(socket.kind), port.map({ $0 == socket.port }) ?? true else { return false }
        return role == .listening ? socket.isListener : states & socket.state.bit != 0
    }
}
