package import Addresses
package import SondeSystem

/// Who listens on one port of this network namespace.
package struct PortListeners: Hashable, Sendable {
    package let tcp: [LocalSocket]
    package let udp: [LocalSocket]

    package init(tcp: [LocalSocket], udp: [LocalSocket]) {
        self.tcp = tcp
        self.udp = udp
    }

    /// Asks the kernel for the port alone, which takes microseconds on a machine with few listeners. Needs no privilege.
    package static func current(port: UInt16) throws(SystemError) -> PortListeners {
        let sockets = try SocketTable.current(SocketQuery(.listening, kinds: [.tcp, .udp], port: port)).sockets
        return PortListeners(tcp: sockets.filter { $0.kind == .tcp }, udp: sockets.filter { $0.kind == .udp })
    }

    /// The listener that the kernel would choose for a packet to the address: one bound to it before a wildcard one
    /// (`compute_score`, net/ipv4/inet_hashtables.c); `nil` if none accepts it.
    package func listener(_ transport: Transport, at address: IPAddress) -> LocalSocket? {
        let accepting = (transport == .tcp ? tcp : udp).filter { $0.accepts(address) }
        return accepting.first { $0.address?.isUnspecified == false } ?? accepting.first { $0.family == address.unmapped.family }
            ?? accepting.first
    }
}

extension LocalSocket {
    /// Whether address and family of the socket accept a packet to the address. The interface that the packet arrives on may still decide
    /// otherwise (`interface`).
    package func accepts(_ destination: IPAddress) -> Bool {
        guard let address else { return false }
        let destination = destination.unmapped
        return address.isUnspecified ? families.contains(destination.family) : address == destination
    }
}
