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

extension Interface {
    /// Puts the system's list and the details of rtnetlink together, in the list's order.
    ///
    /// Details may be missing, or tell of a moment earlier or later: then an interface stands with what the list alone tells.
    static func assembled(from entries: [InterfaceEntry], _ details: InterfaceDetails) -> [Interface] {
        var interfaces: [Interface] = []
        var position: [String: Int] = [:]
        var positionOfIndex: [UInt32: Int] = [:]
        for entry in entries {
            guard case .link(let index, let hardwareType, let mac) = entry.content else { continue }
            position[entry.name] = interfaces.count
            positionOfIndex[index] = interfaces.count
            let link = details.links[index]
            interfaces.append(
                Interface(
                    index: index,
                    name: entry.name,
                    kind: InterfaceKind(
                        named: link?.kindName,
                        hardwareType: link?.hardwareType ?? hardwareType ?? HardwareType.none
                    ),
                    state: OperationalState(link?.state ?? .unknown, flags: entry.flags),
                    flags: entry.flags,
                    mtu: link?.mtu,
                    mac: mac,
                    addresses: [],
                    statistics: link?.statistics
                )
            )
        }
        var unused = details.addresses
        for entry in entries {
            guard case .address(let address, let netmask, let other) = entry.content else { continue }
            let prefixLength = netmask?.prefixLengthOfNetmask ?? address.bitWidth
            let match = unused.firstIndex {
                $0.address == address && Int($0.prefixLength) == prefixLength
                    && ($0.label ?? entry.name) == entry.name
                    && ($0.label != nil || positionOfIndex[$0.index] == position[entry.name])
            }
            let known = match.map { unused.remove(at: $0) }
            let owner =
                known.flatMap { positionOfIndex[$0.index] } ?? position[entry.name] ?? position[baseName(ofLabel: entry.name)]
            guard let owner else { continue }
            let isPointToPoint = entry.flags.contains(.pointToPoint)
            let distinct = other == address ? nil : other
            interfaces[owner].addresses.append(
                InterfaceAddress(
                    address: address,
                    prefixLength: prefixLength,
                    broadcast: known.map(\.broadcast) ?? (isPointToPoint ? nil : distinct),
                    peer: known.map(\.peer) ?? (isPointToPoint ? distinct : nil),
                    scope: known?.scope ?? AddressScope(of: address),
                    label: entry.name == interfaces[owner].name ? nil : entry.name
                )
            )
        }
        return interfaces
    }

    /// `eth0` of `eth0:1`.
    private static func baseName(ofLabel label: String) -> String {
        String(label.prefix { $0 != ":" })
    }
}
