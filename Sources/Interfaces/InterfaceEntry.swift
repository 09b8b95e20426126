import Addresses

/// One entry of getifaddrs(3), copied.
struct InterfaceEntry: Hashable {
    enum Content: Hashable {
        /// The interface itself. The hardware type is unknown if the link has no AF_PACKET address, as for tun.
        case link(index: UInt32, hardwareType: UInt16?, mac: MACAddress?)
        /// `other` is the broadcast address or the peer's address: the structure has one field for both.
        case address(IPAddress, netmask: IPAddress?, other: IPAddress?)
    }

    /// The interface's name, or the label of an IPv4 address (`eth0:1`).
    let name: String
    let flags: InterfaceFlags
    let content: Content
}
