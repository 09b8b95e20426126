package import Addresses

/// How the kernel would route a packet to an address, and whether the next hop answers (RTM_GETROUTE, RTM_GETNEIGH; rtnetlink(7)).
/// Nothing is sent, and no privilege is needed.
package struct Route: Hashable, Sendable {
    /// rtm_type of rtnetlink.h.
    package enum Kind: UInt8, Hashable, Sendable {
        case unicast = 1
        /// An address of this machine.
        case local
        case broadcast
        case anycast
        case multicast
    }

    package let kind: Kind
    /// The index of the interface.
    package let interface: UInt32
    /// `nil` where the address is on the link.
    package let gateway: IPAddress?

    /// The route to an address; `nil` where there is none, or the kernel does not say.
    ///
    /// - Parameter zone: the interface of a link-local address, or 0.
    package static func toward(_ address: IPAddress, zone: UInt32 = 0) -> Route? {
        guard let details = try? Rtnetlink.route(to: address, zone: zone) else { return nil }
        return Kind(rawValue: details.type).map { Route(kind: $0, interface: details.interface ?? 0, gateway: details.gateway) }
    }

    /// The neighbour through which packets to `address` leave, the address itself or the gateway, where it does not answer ARP or NDP;
    /// `nil` where it answers, or none is asked.
    package static func silentNeighbour(toward address: IPAddress, zone: UInt32 = 0) -> IPAddress? {
        guard let route = toward(address, zone: zone), route.kind == .unicast else { return nil }
        let nextHop = route.gateway ?? address
        guard let neighbour = try? Rtnetlink.neighbour(nextHop, on: route.interface) else { return nil }
        return neighbour.isSilent ? nextHop : nil
    }
}
