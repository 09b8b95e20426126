import Addresses

/// One entry of getifaddrs(3), copied out of the system's list.
struct InterfaceEntry: Hashable {
    enum Content: Hashable {
        /// The interface itself; the hardware type is missing where the link has no address (AF_PACKET) that would tell it, as tun.
        case link(index: UInt32, hardwareType: UInt16?, mac: MACAddress?)
        /// `other` is the broadcast address, or the peer's: the structure has one field for both.
        case address(IPAddress, netmask: IPAddress?, other: IPAddress?)
    }

    /// The interface's name, or for an IPv4 address its label (`eth0:1`).
    let name: String
    let flags: InterfaceFlags
    let content: Content
}
