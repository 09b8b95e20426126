package import Addresses
package import Interfaces

/// The interfaces and addresses of a network namespace, arranged for the question who can reach a socket.
package struct LocalNetwork: Sendable {
    let interfacesByIndex: [UInt32: Interface]
    /// The interfaces that have an address; several may have the same.
    let placesByAddress: [IPAddress: [Place]]
    /// Addresses of no interface that the kernel delivers to this machine by a route (RTN_LOCAL).
    let routedAddresses: Set<IPAddress>
    let broadcasts: Set<IPAddress>
    /// Whether the loopback interface is up: connections of this machine to itself pass through it.
    let hasLoopback: Bool
    /// What a socket that is bound to no address reaches, by family.
    let wildcards: [IPAddress.Family: Reachability.Reach]

    struct Place: Hashable, Sendable {
        let interface: Interface
        let address: InterfaceAddress
    }

    package init(_ interfaces: [Interface], routedAddresses: Set<IPAddress> = []) {
        self.routedAddresses = routedAddresses
        interfacesByIndex = Dictionary(interfaces.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        hasLoopback = interfaces.contains { $0.flags.contains(.loopback) && $0.flags.contains(.up) }
        broadcasts = Set(interfaces.flatMap { $0.addresses.compactMap(\.broadcast) })
        var places: [IPAddress: [Place]] = [:]
        var wildcards: [IPAddress.Family: Reachability.Reach] = [.v4: .nowhere, .v6: .nowhere]
        for interface in interfaces {
            for address in interface.addresses {
                places[address.address, default: []].append(Place(interface: interface, address: address))
                guard address.isUsable else { continue }
                let reach = Reachability.Reach(
                    others: interface.carriesTraffic ? address.audience(on: interface) : .none,
                    isFromThisMachine: hasLoopback
                )
                wildcards[address.address.family]?.formUnion(reach)
            }
        }
        placesByAddress = places
        self.wildcards = wildcards
    }

    /// The name of an interface; `#7` if there is none of that index.
    package func name(of index: UInt32) -> String { interfacesByIndex[index]?.name.description ?? "#\(index)" }

    /// The addresses that sockets are bound to and no interface has: those the kernel must be asked about.
    package func strangers(among sockets: [LocalSocket]) -> Set<IPAddress> {
        Set(
            sockets.compactMap(\.address).filter {
                !$0.isUnspecified && !$0.isLoopback && !$0.isMulticast && placesByAddress[$0] == nil && !broadcasts.contains($0)
            }
        )
    }
}

extension Interface {
    /// Up, with a carrier as far as the driver reports one.
    var carriesTraffic: Bool { flags.contains(.up) && state == .up }
}

extension InterfaceAddress {
    /// Whether the kernel accepts packets to it.
    var isUsable: Bool { !flags.contains(.duplicate) && (!flags.contains(.tentative) || flags.contains(.optimistic)) }

    /// Which other hosts can send to it.
    func audience(on interface: Interface) -> Reachability.Others {
        if address.isLoopback || scope == .host { return .none }
        if address.isLinkLocal || scope == .link { return .link }
        return .everywhere
    }
}
