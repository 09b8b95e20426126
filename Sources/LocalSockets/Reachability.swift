package import Addresses
package import Interfaces

/// From where a listener can be reached, as far as addresses and interfaces decide. Firewalls and the routes of other hosts may still
/// prevent it.
package struct Reachability: Hashable, Sendable {
    /// Which other hosts reach it.
    package enum Others: Int, Hashable, Sendable, Comparable {
        case none
        /// Neighbours, without a router between.
        case link
        case everywhere

        package static func < (left: Others, right: Others) -> Bool { left.rawValue < right.rawValue }
    }

    /// Who reaches it by one family.
    package struct Reach: Hashable, Sendable {
        package var others: Others
        package var isFromThisMachine: Bool

        package init(others: Others, isFromThisMachine: Bool) {
            self.others = others
            self.isFromThisMachine = isFromThisMachine
        }

        package static let nowhere = Reach(others: .none, isFromThisMachine: false)

        mutating func formUnion(_ other: Reach) {
            others = max(others, other.others)
            isFromThisMachine = isFromThisMachine || other.isFromThisMachine
        }
    }

    /// What the socket is bound to.
    package enum Binding: Hashable, Sendable {
        case wildcard
        case address
        /// Datagrams to a group or to all hosts of a network.
        case multicast
        case broadcast
        /// Unix sockets: reached by the file, or by a name of the network namespace.
        case path
        case abstractName
    }

    /// Why it is reached by fewer than its address suggests, or will be.
    package enum Obstacle: Hashable, Sendable {
        case interfaceDown(InterfaceName)
        case noCarrier(InterfaceName)
        /// The interface that the socket is bound to does not exist.
        case interfaceGone(UInt32)
        /// No interface has the address, and no route delivers it to this machine.
        case addressGone
        case tentative
        case duplicate
        case deprecated
        /// This machine can't reach itself.
        case loopbackDown
        /// A wildcard socket of a machine without any usable address besides loopback.
        case noOtherAddress
    }

    /// The sum of all of it.
    package enum Verdict: Hashable, Sendable {
        case nowhere
        case thisMachine
        /// One interface, or the links of this machine.
        case interface
        case everywhere
    }

    package let binding: Binding
    /// By the families that the socket serves; empty for a Unix socket.
    package let reaches: [IPAddress.Family: Reach]
    /// The interface that packets must arrive on (SO_BINDTODEVICE).
    package let interface: InterfaceName?
    package let obstacles: [Obstacle]

    package init(
        _ binding: Binding,
        _ reaches: [IPAddress.Family: Reach],
        interface: InterfaceName? = nil,
        obstacles: [Obstacle] = []
    ) {
        self.binding = binding
        self.reaches = reaches
        self.interface = interface
        self.obstacles = obstacles
    }

    package var verdict: Verdict {
        guard binding != .path, binding != .abstractName else { return .thisMachine }
        let others = reaches.values.map(\.others).max() ?? .none
        guard others == .none else { return interface == nil && others == .everywhere ? .everywhere : .interface }
        return reaches.values.contains(where: \.isFromThisMachine) ? .thisMachine : .nowhere
    }
}

extension LocalNetwork {
    /// From where the listener can be reached.
    package func reachability(of socket: LocalSocket) -> Reachability {
        guard let address = socket.address else {
            return Reachability(socket.unixName?.utf8.first == 0 ? .abstractName : .path, [:])
        }
        guard let index = socket.interface, index != 0 else { return reachability(of: socket, at: address) }
        guard let interface = interfacesByIndex[index] else {
            return nowhere(socket, at: address, .interfaceGone(index))
        }
        return reachability(of: socket, at: address, through: interface)
    }

    // MARK: - A socket of all interfaces

    private func reachability(of socket: LocalSocket, at address: IPAddress) -> Reachability {
        if address.isUnspecified {
            let reaches = Dictionary(uniqueKeysWithValues: socket.families.map { ($0, wildcards[$0] ?? .nowhere) })
            let hasOthers = reaches.values.contains { $0.others != .none }
            return Reachability(
                .wildcard,
                reaches,
                obstacles: (hasOthers ? [] : [.noOtherAddress]) + (hasLoopback ? [] : [.loopbackDown])
            )
        }
        if address.isMulticast { return group(.multicast, address) }
        if address == IPAddress(v4: .max) || broadcasts.contains(address) { return group(.broadcast, address) }
        if let places = placesByAddress[address] { return reachability(at: address, places) }
        if address.isLoopback {
            let reach = Reachability.Reach(others: .none, isFromThisMachine: hasLoopback && address.family == .v4)
            return Reachability(.address, [address.family: reach], obstacles: hasLoopback ? [] : [.loopbackDown])
        }
        guard routedAddresses.contains(address) else { return nowhere(socket, at: address, .addressGone) }
        let reach = Reachability.Reach(others: .everywhere, isFromThisMachine: hasLoopback)
        return Reachability(.address, [address.family: reach], obstacles: hasLoopback ? [] : [.loopbackDown])
    }

    /// An address of an interface. Linux delivers packets to it whichever interface they arrive on.
    private func reachability(at address: IPAddress, _ places: [Place]) -> Reachability {
        var reach = Reachability.Reach.nowhere
        var obstacles: [Reachability.Obstacle] = []
        for place in places {
            let isUp = place.interface.flags.contains(.up)
            obstacles += place.obstacles
            // The kernel removes IPv6 addresses, or their routes, when the interface is set down.
            guard place.address.isUsable, isUp || address.family == .v4 else { continue }
            reach.formUnion(
                Reachability.Reach(
                    others: place.interface.carriesTraffic ? place.address.audience(on: place.interface) : .none,
                    isFromThisMachine: hasLoopback
                )
            )
        }
        if !hasLoopback { obstacles.append(.loopbackDown) }
        return Reachability(.address, [address.family: reach], obstacles: obstacles)
    }

    private func group(_ binding: Reachability.Binding, _ address: IPAddress) -> Reachability {
        let isOfLink = binding == .broadcast || address.needsZone || address.family == .v4 && address.v4Bits >> 8 == 0xE0_0000
        let others = wildcards[address.family]?.others ?? .none
        let reach = Reachability.Reach(others: isOfLink ? min(others, .link) : others, isFromThisMachine: hasLoopback)
        return Reachability(binding, [address.family: reach])
    }

    private func nowhere(_ socket: LocalSocket, at address: IPAddress, _ obstacle: Reachability.Obstacle) -> Reachability {
        Reachability(
            address.isUnspecified ? .wildcard : .address,
            Dictionary(uniqueKeysWithValues: socket.families.map { ($0, .nowhere) }),
            obstacles: [obstacle]
        )
    }

    // MARK: - A socket of one interface

    private func reachability(of socket: LocalSocket, at address: IPAddress, through interface: Interface) -> Reachability {
        let isLoopback = interface.flags.contains(.loopback)
        let base = reachability(of: socket, at: address)
        var obstacles = base.obstacles.filter { $0 != .noOtherAddress }
        if !isLoopback, !interface.carriesTraffic {
            let obstacle =
                interface.flags.contains(.up)
                ? Reachability.Obstacle.noCarrier(interface.name) : .interfaceDown(interface.name)
            obstacles = [obstacle] + obstacles.filter { $0 != obstacle }
        }
        let isCarrying = interface.carriesTraffic
        var reaches: [IPAddress.Family: Reachability.Reach] = [:]
        for (family, reach) in base.reaches {
            let own = interface.addresses.filter { $0.address.family == family && $0.isUsable }
            // Of a bound address, whatever carries traffic is the interface that packets must arrive on.
            let places = placesByAddress[address]?.filter(\.address.isUsable).map { $0.address.audience(on: $0.interface) }
            let audience =
                address.isUnspecified ? own.map { $0.audience(on: interface) }.max() ?? .none : places?.max() ?? reach.others
            // The kernel delivers what this machine sends to itself as if it had arrived on the interface of the address
            // (ip_route_output_key_hash_rcu, ip6_create_rt_rcu).
            let isOwn = isLoopback || (address.isUnspecified ? !own.isEmpty : own.contains { $0.address == address })
            reaches[family] = Reachability.Reach(
                others: isLoopback || !isCarrying ? .none : audience,
                isFromThisMachine: reach.isFromThisMachine && interface.flags.contains(.up) && isOwn
            )
        }
        return Reachability(base.binding, reaches, interface: interface.name, obstacles: obstacles)
    }
}

extension LocalNetwork.Place {
    /// What keeps others, or everyone, from the address.
    fileprivate var obstacles: [Reachability.Obstacle] {
        var obstacles: [Reachability.Obstacle] = []
        if !interface.flags.contains(.up) {
            if !interface.flags.contains(.loopback) { obstacles.append(.interfaceDown(interface.name)) }
        } else if !interface.carriesTraffic {
            obstacles.append(.noCarrier(interface.name))
        }
        if address.flags.contains(.duplicate) {
            obstacles.append(.duplicate)
        } else if !address.isUsable {
            obstacles.append(.tentative)
        }
        if address.flags.contains(.deprecated) { obstacles.append(.deprecated) }
        return obstacles
    }
}
