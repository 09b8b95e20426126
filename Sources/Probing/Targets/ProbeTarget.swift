import Addresses
package import SondeSystem

/// A host ready to be probed: resolved, with its ports. A class, because each of its chunks and probes refers to it.
package final class ProbeTarget: Sendable {
    /// Its number in the order of the targets.
    package let ordinal: Int
    /// From 1.
    package let round: Int
    /// As it was named; `nil` where it was named by the address.
    package let name: String?
    /// One address, or several; the first that connects counts.
    package let addresses: [ResolvedAddress]
    /// Of a Unix socket, which has no address and one nameless port.
    package let unixPath: String?
    package let ports: PortList
    package let resolveTime: Nanoseconds?

    package init(
        ordinal: Int,
        round: Int = 1,
        name: String?,
        addresses: [ResolvedAddress],
        unixPath: String? = nil,
        ports: PortList,
        resolveTime: Nanoseconds? = nil
    ) {
        self.ordinal = ordinal
        self.round = round
        self.name = name
        self.addresses = addresses
        self.unixPath = unixPath
        self.ports = ports
        self.resolveTime = resolveTime
    }
}

/// Some of a target's ports: what a driver takes from the feed at a time.
struct PortChunk {
    let target: ProbeTarget
    /// Places in the target's list of ports.
    let ports: Range<Int>
}
