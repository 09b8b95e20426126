package import Addresses
package import LocalSockets

/// What this machine's own sockets say of a port, where the target is this machine.
package struct LocalListener: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
        /// A socket takes what is sent to the address.
        case listening
        /// The same, but its accept queue is full.
        case fullQueue = "full-queue"
        /// Sockets have the port at other addresses only.
        case otherAddress = "other-address"
        /// A socket has the port for the other family only.
        case otherFamily = "other-family"
        /// A socket of the other transport has the port.
        case otherTransport = "other-transport"
        /// No socket has the port.
        case nobody = "none"
    }

    package let kind: Kind
    /// What the socket is bound to, the first where there are several.
    package let address: IPAddress?
    /// How many addresses sockets of the transport are bound to.
    package let addressCount: Int
    /// Connections that wait to be accepted, and how many may; `nil` where it takes none.
    package let waiting: UInt32?
    package let limit: UInt32?

    package static let nobody = LocalListener(.nobody)

    package init(_ kind: Kind, address: IPAddress? = nil, addressCount: Int = 1, waiting: UInt32? = nil, limit: UInt32? = nil) {
        self.kind = kind
        self.address = address
        self.addressCount = address == nil ? 0 : addressCount
        self.waiting = waiting
        self.limit = limit
    }

    /// - Parameter target: one of this machine's addresses.
    package init(_ listeners: PortListeners, _ transport: Transport, at target: IPAddress) {
        let (own, others) = transport == .udp ? (listeners.udp, listeners.tcp) : (listeners.tcp, listeners.udp)
        let accepting = own.filter { $0.accepts(target) }
        // Of several that share the port the kernel chooses by flow.
        if let listener = accepting.first(where: { $0.queue?.isFull == true }) ?? listeners.listener(transport, at: target) {
            let queue = transport == .udp ? nil : listener.queue
            let kind = queue?.isFull == true ? Kind.fullQueue : .listening
            self.init(kind, address: listener.address, waiting: queue?.waiting, limit: queue?.limit)
        } else if let wildcard = own.first(where: { $0.address?.isUnspecified == true }) {
            self.init(.otherFamily, address: wildcard.address)
        } else if let first = own.first(where: { $0.address?.family == target.family }) ?? own.first {
            self.init(.otherAddress, address: first.address, addressCount: Set(own.map(\.address)).count)
        } else if let other = others.first(where: { $0.accepts(target) }) {
            self.init(.otherTransport, address: other.address)
        } else {
            self = .nobody
        }
    }
}
