import Addresses
import NetlinkQueries

/// The routes and the rules' destinations of one family.
struct RoutingTable {
    var routes: [RouteDetails] = []
    var ruleDestinations: [IPPrefix] = []

    /// Adds the messages of one datagram of a dump. Other message types are skipped.
    mutating func add(_ datagram: Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd {
        try Netlink.forEachMessage(in: datagram) { type, payload throws(NetlinkError) in
            switch type {
            case RouteDetails.messageType:
                if let route = try RouteDetails(payload) { routes.append(route) }
            case RuleDetails.messageType:
                if let rule = try RuleDetails(payload) { ruleDestinations.append(rule.destination) }
            default:
                break
            }
        }
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
