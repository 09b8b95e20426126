package import Addresses

/// How the kernel would reach a destination: source address, interface, gateway, MTU.
package struct RouteToward: Hashable, Sendable {
    package let destination: IPAddress
    package let source: IPAddress
    package let interface: InterfaceName
    /// `nil` if the destination is on the interface's own network, or an address of this machine.
    package let gateway: IPAddress?
    /// The largest packet in bytes toward the destination, as far as the kernel has learned; `nil` if unknown.
    package let mtu: UInt32?

    package init(_ destination: IPAddress, from source: IPAddress, on interface: InterfaceName, gateway: IPAddress?, mtu: UInt32?) {
        self.destination = destination
        self.source = source
        self.interface = interface
        self.gateway = gateway
        self.mtu = mtu
    }
}

extension RoutingTable {
    /// The gateway of the best default route through each interface, by interface index: the main table before others, then by metric.
    var defaultGateways: [UInt32: IPAddress] {
        let defaults = routes.filter { $0.destination.length == 0 && $0.type == RouteDetails.unicast && $0.gateway != nil }
        let ordered = defaults.sorted { ($0.isInMainTable ? 0 : 1, $0.metric) < ($1.isInMainTable ? 0 : 1, $1.metric) }
        return Dictionary(
            ordered.compactMap { route in route.interface.flatMap { index in route.gateway.map { (index, $0) } } },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
