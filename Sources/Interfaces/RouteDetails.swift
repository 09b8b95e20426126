import Addresses
import NetlinkQueries

/// One route as rtnetlink reports it (RTM_NEWROUTE, rtnetlink(7), linux/rtnetlink.h).
struct RouteDetails: Hashable {
    /// Where it leads; of length 0 for a default route.
    let destination: IPPrefix
    let type: UInt8
    /// Lower is preferred.
    var metric: UInt32 = 0
    var table: UInt32
    var gateway: IPAddress?
    /// The interface's index; of several next hops, the first one's.
    var interface: UInt32?
    var source: IPAddress?

    static let messageType: UInt16 = 24
    static let removalType: UInt16 = 25
    /// `rtm_type` of a route to a gateway or a connected network.
    static let unicast: UInt8 = 1
    /// `rtm_type` of a route to this machine itself.
    static let local: UInt8 = 2
    /// `struct rtmsg`: family, lengths of destination and source, TOS, table, protocol, scope, type, flags.
    private static let headerLength = 12
    /// `struct rtnexthop`: length, flags, hops, interface index.
    private static let nextHopLength = 8
    /// RTM_F_CLONED: an entry of the cache, not of the table.
    private static let isCached: UInt32 = 0x200

    static let destinationAttribute: UInt16 = 1
    static let interfaceAttribute: UInt16 = 4

    private enum Attribute {
        static let gateway: UInt16 = 5
        static let priority: UInt16 = 6
        static let preferredSource: UInt16 = 7
        static let multipath: UInt16 = 9
        static let table: UInt16 = 15
        /// A gateway of the other family, behind two bytes of family.
        static let via: UInt16 = 18
    }

    /// RT_TABLE_MAIN.
    var isInMainTable: Bool { table == 254 }

    /// Parses the payload of one RTM_NEWROUTE or RTM_DELROUTE; `nil` if it is neither IPv4 nor IPv6, or a cache entry that is not accepted.
    init?(_ payload: Span<UInt8>, acceptsCached: Bool = false) throws(NetlinkError) {
        guard payload.count >= RouteDetails.headerLength else {
            throw .malformed("rtmsg", length: RouteDetails.headerLength, available: payload.count)
        }
        guard let unspecified = RouteDetails.unspecified[payload[0]] else { return nil }
        guard acceptsCached || payload.hostOrderUInt32(at: 8) & RouteDetails.isCached == 0 else { return nil }
        var network = unspecified
        let attributes = payload.extracting(RouteDetails.headerLength..<payload.count)
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in
            if type == RouteDetails.destinationAttribute { network = IPAddress(networkBytes: value.bytes) ?? network }
        }
        guard network.family == unspecified.family, let prefix = IPPrefix(network, length: Int(payload[1])) else { return nil }
        destination = prefix
        type = payload[7]
        table = UInt32(payload[4])
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in try take(type, value) }
    }

    private mutating func take(_ type: UInt16, _ value: Span<UInt8>) throws(NetlinkError) {
        switch type {
        case RouteDetails.interfaceAttribute where value.count >= 4: interface = value.hostOrderUInt32(at: 0)
        case Attribute.gateway: gateway = IPAddress(networkBytes: value.bytes)
        case Attribute.via where value.count > 2: gateway = IPAddress(networkBytes: value.bytes.dropFirst(2))
        case Attribute.priority where value.count >= 4: metric = value.hostOrderUInt32(at: 0)
        case Attribute.preferredSource: source = IPAddress(networkBytes: value.bytes)
        case Attribute.table where value.count >= 4: table = value.hostOrderUInt32(at: 0)
        case Attribute.multipath where value.count >= RouteDetails.nextHopLength:
            interface = value.hostOrderUInt32(at: 4)
            let end = min(value.count, max(RouteDetails.nextHopLength, Int(value.hostOrderUInt16(at: 0))))
            let attributes = value.extracting(RouteDetails.nextHopLength..<end)
            try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in try take(type, value) }
        default: break
        }
    }

    /// By AF_INET and AF_INET6.
    private static let unspecified: [UInt8: IPAddress] = [2: .anyV4, 10: .anyV6]
}

/// The destination of a policy routing rule (RTM_NEWRULE, ip-rule(8)); the rest of the rule is the kernel's business.
struct RuleDetails: Hashable {
    static let messageType: UInt16 = 32
    /// `struct fib_rule_hdr`: family, lengths of destination and source, TOS, table, two reserved bytes, action, flags.
    private static let headerLength = 12
    private static let destinationAttribute: UInt16 = 1

    let destination: IPPrefix

    /// `nil` if the rule does not ask for a destination.
    init?(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= RuleDetails.headerLength else {
            throw .malformed("fib_rule_hdr", length: RuleDetails.headerLength, available: payload.count)
        }
        var network: IPAddress?
        let attributes = payload.extracting(RuleDetails.headerLength..<payload.count)
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in
            if type == RuleDetails.destinationAttribute { network = IPAddress(networkBytes: value.bytes) }
        }
        guard let network, let prefix = IPPrefix(network, length: Int(payload[1])) else { return nil }
        destination = prefix
    }
}
