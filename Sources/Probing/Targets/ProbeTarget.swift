import Addresses
package import SondeSystem

/// A host ready to be probed: resolved, with its ports.
package struct ProbeTarget: Sendable {
    /// Its number in the order of the targets.
    package let ordinal: Int
    /// As it was named; `nil` where it was named by the address.
    package let name: String?
    /// One, or several of which the first that connects counts.
    package let addresses: [ResolvedAddress]
    /// Of a Unix socket, which has no address and one nameless port.
    package let unixPath: String?
    package let ports: PortList
    package let resolveTime: Nanoseconds?

    package init(
        ordinal: Int,
        name: String?,
        addresses: [ResolvedAddress],
        unixPath: String? = nil,
        ports: PortList,
        resolveTime: Nanoseconds? = nil
    ) {
        self.ordinal = ordinal
        self.name = name
        self.addresses = addresses
        self.unixPath = unixPath
        self.ports = ports
        self.resolveTime = resolveTime
    }
}

/// A stretch of one target's ports: what a loop takes from the feed at a time.
struct WorkUnit {
    let target: ProbeTarget
    /// Places in the target's list of ports.
    let ports: Range<Int>
}

extension [ResolvedAddress] {
    /// The order to try a host's addresses in: the resolver's, but the two families in turn (RFC 8305 section 4).
    func interleavedByFamily() -> [ResolvedAddress] {
        guard let first else { return self }
        var sameFamily = filter { $0.address.family == first.address.family }[...]
        var otherFamily = filter { $0.address.family != first.address.family }[...]
        var order: [ResolvedAddress] = []
        while !(sameFamily.isEmpty && otherFamily.isEmpty) {
            if let next = sameFamily.popFirst() { order.append(next) }
            if let next = otherFamily.popFirst() { order.append(next) }
        }
        return order
    }
}
