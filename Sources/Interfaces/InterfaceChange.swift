package import Addresses
import NetlinkQueries

/// One change of the interfaces, addresses or default routes of a network namespace.
package enum InterfaceChange: Hashable, Sendable {
    /// Without a former state it appeared, without a new one it disappeared.
    case interface(InterfaceName, from: Interface?, to: Interface?)
    case address(InterfaceName, from: InterfaceAddress?, to: InterfaceAddress?)
    case defaultRoute(InterfaceName, gateway: IPAddress?, family: IPAddress.Family, isAdded: Bool)
    /// The kernel discarded this many notifications. The changes that follow are the differences that they left.
    case lost(UInt64)
}

/// A default route of the main table.
struct DefaultRoute: Hashable {
    let family: IPAddress.Family
    let interface: UInt32
    let gateway: IPAddress?
    let metric: UInt32

    /// `nil` for any other route.
    init?(_ route: RouteDetails) {
        guard route.destination.length == 0, route.type == RouteDetails.unicast, route.isInMainTable, let index = route.interface
        else { return nil }
        family = route.destination.network.family
        interface = index
        gateway = route.gateway
        metric = route.metric
    }
}

/// The state that notifications change, and what each of them changed.
struct InterfaceState {
    var table = InterfaceTable()
    /// Each with the name that its interface had, which may be gone before the route.
    var defaultRoutes: [DefaultRoute: InterfaceName] = [:]

    /// Applies the messages of one datagram and appends their changes. Messages that change nothing visible, such as counters, are
    /// skipped.
    mutating func apply(_ datagram: Span<UInt8>, _ changes: inout [InterfaceChange]) throws(NetlinkError) -> Netlink.DatagramEnd {
        var state = self
        var found: [InterfaceChange] = []
        let end = try Netlink.forEachMessage(in: datagram) { type, payload throws(NetlinkError) in
            switch type {
            case LinkDetails.messageType, LinkDetails.removalType:
                guard let link = try LinkDetails(payload) else { return }
                let before = state.table.interface(link.index)
                try state.table.apply(type, payload)
                found += InterfaceState.change(from: before, to: state.table.interface(link.index))
            case AddressDetails.messageType, AddressDetails.removalType:
                guard let address = try AddressDetails(payload) else { return }
                let name = state.table.name(of: address.index)
                let before = state.table.address(address.identity, on: name)
                try state.table.apply(type, payload)
                found += InterfaceState.change(name, from: before, to: state.table.address(address.identity, on: name))
            case RouteDetails.messageType, RouteDetails.removalType:
                guard let route = try RouteDetails(payload).flatMap({ DefaultRoute($0) }) else { return }
                found += state.setDefaultRoute(route, exists: type == RouteDetails.messageType)
            default:
                break
            }
        }
        self = state
        changes += found
        return end
    }

    private mutating func setDefaultRoute(_ route: DefaultRoute, exists: Bool) -> [InterfaceChange] {
        let known = defaultRoutes[route]
        guard (known != nil) != exists else { return [] }
        let name = known ?? table.name(of: route.interface)
        defaultRoutes[route] = exists ? name : nil
        return [.defaultRoute(name, gateway: route.gateway, family: route.family, isAdded: exists)]
    }

    /// Replaces the default routes and returns the differences.
    mutating func replaceDefaultRoutes(_ routes: Set<DefaultRoute>) -> [InterfaceChange] {
        removeDefaultRoutes(besides: routes) + routes.flatMap { setDefaultRoute($0, exists: true) }
    }

    /// Removes the default routes that no longer exist. The kernel sends no notification for the IPv4 routes of an interface that is set
    /// down; it does for each that is added, perhaps later than a dump has it.
    mutating func removeDefaultRoutes(besides routes: Set<DefaultRoute>) -> [InterfaceChange] {
        Set(defaultRoutes.keys).subtracting(routes).flatMap { setDefaultRoute($0, exists: false) }
    }

    /// The differences from an earlier state.
    func changes(since earlier: InterfaceState) -> [InterfaceChange] {
        let before = Dictionary(uniqueKeysWithValues: earlier.table.interfaces.map { ($0.index, $0) })
        let after = Dictionary(uniqueKeysWithValues: table.interfaces.map { ($0.index, $0) })
        var found: [InterfaceChange] = []
        for index in Set(before.keys).union(after.keys).sorted() {
            found += InterfaceState.change(from: before[index]?.withoutAddresses, to: after[index]?.withoutAddresses)
            let name = after[index]?.name ?? before[index]?.name ?? InterfaceName(bytes: [])
            let old = before[index]?.addresses ?? []
            let new = after[index]?.addresses ?? []
            found += old.filter { !new.contains($0) }.map { .address(name, from: $0, to: nil) }
            found += new.filter { !old.contains($0) }.map { .address(name, from: nil, to: $0) }
        }
        var routes = self
        routes.defaultRoutes = earlier.defaultRoutes
        return found + routes.replaceDefaultRoutes(Set(defaultRoutes.keys))
    }

    private static func change(from before: Interface?, to after: Interface?) -> [InterfaceChange] {
        guard let name = after?.name ?? before?.name, before?.withoutCounters != after?.withoutCounters else { return [] }
        return [.interface(name, from: before, to: after)]
    }

    private static func change(
        _ name: InterfaceName,
        from before: InterfaceAddress?,
        to after: InterfaceAddress?
    ) -> [InterfaceChange] {
        before == after ? [] : [.address(name, from: before, to: after)]
    }
}

extension Interface {
    fileprivate var withoutAddresses: Interface {
        var copy = self
        copy.addresses = []
        return copy
    }

    fileprivate var withoutCounters: Interface {
        var copy = withoutAddresses
        copy.statistics = nil
        return copy
    }
}
