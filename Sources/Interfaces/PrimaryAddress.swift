package import Addresses

/// The address of this machine that others reach it by, as far as this machine knows.
package struct PrimaryAddress: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The kernel uses it as the source of packets that take the default route.
        case defaultRoute
        /// There is no default route: it is the address on the network that leads farthest.
        case localNetwork
    }

    package let address: IPAddress
    /// The index of the interface that has it.
    package let interface: UInt32
    package let reason: Reason

    package init(_ address: IPAddress, interface: UInt32, _ reason: Reason) {
        self.address = address
        self.interface = interface
        self.reason = reason
    }
}

extension PrimaryAddress {
    /// The address by which a network without a default route most likely knows this machine; `nil` if there is only loopback.
    ///
    /// In order: an address that can be used at once, of an interface that is up; the widest network behind a gateway; a physical
    /// interface; the lowest index.
    static func withoutDefaultRoute(
        _ family: IPAddress.Family,
        of interfaces: [Interface],
        _ routes: [RouteDetails]
    ) -> PrimaryAddress? {
        let widest = widestGatewayRoutes(family, routes)
        var best: (rank: [Int], address: PrimaryAddress)?
        for interface in interfaces where interface.carriesTraffic {
            for address in interface.addresses where address.address.family == family && address.isReachable {
                let rank = rank(of: address, on: interface, widest[interface.index])
                guard best.map({ rank.lexicographicallyPrecedes($0.rank) }) ?? true else { continue }
                best = (rank, PrimaryAddress(address.address, interface: interface.index, .localNetwork))
            }
        }
        return best?.address
    }

    /// The route behind a gateway with the shortest prefix, then the lowest metric, by interface index.
    private static func widestGatewayRoutes(_ family: IPAddress.Family, _ routes: [RouteDetails]) -> [UInt32: RouteDetails] {
        var widest: [UInt32: RouteDetails] = [:]
        for route in routes where route.gateway != nil && route.type == RouteDetails.unicast {
            guard route.destination.network.family == family, let index = route.interface else { continue }
            let known = widest[index].map { ($0.destination.length, $0.metric) }
            if known.map({ (route.destination.length, route.metric) < $0 }) ?? true { widest[index] = route }
        }
        return widest
    }

    /// Lower is better, the first number first.
    private static func rank(of address: InterfaceAddress, on interface: Interface, _ widest: RouteDetails?) -> [Int] {
        return [
            address.scope == .link ? 1 : 0,
            address.flags.isDisjoint(with: [.deprecated, .temporary]) || address.address.family == .v4 ? 0 : 1,
            widest?.destination.length ?? address.address.bitWidth + 1,
            widest.map { Int($0.metric) } ?? 0,
            widest?.source == address.address ? 0 : 1,
            interface.kind == .physical ? 0 : 1,
            Int(interface.index),
        ]
    }
}

extension Interface {
    fileprivate var carriesTraffic: Bool {
        flags.contains(.up) && !flags.contains(.loopback) && (state == .up || state == .unknown || state == .dormant)
    }
}

extension InterfaceAddress {
    /// Whether others on its network can reach it. A link-local IPv6 address needs a zone, which means nothing to them.
    fileprivate var isReachable: Bool {
        flags.isDisjoint(with: [.duplicate, .tentative]) && scope != .host && !(address.family == .v6 && scope == .link)
    }
}
