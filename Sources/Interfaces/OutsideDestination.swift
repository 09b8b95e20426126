import Addresses

extension RoutingTable {
    /// A public address that only a default route leads to: the kernel's choice of route and source toward it is the choice for the
    /// internet at large. A route to part of the internet, as a VPN or a blackhole list has it, never decides.
    ///
    /// Routes of up to four bits count as default routes: 0.0.0.0/1 and 128.0.0.0/1, or 2000::/3, replace one. If routes lead to
    /// every public address, the result is an arbitrary one.
    func outsideDestination(_ family: IPAddress.Family) -> IPAddress {
        let covered = (routes.map(\.destination) + ruleDestinations).filter { $0.length > 4 && $0.network.family == family }
        let usual = family == .v4 ? RoutingTable.usualV4 : RoutingTable.usualV6
        guard covered.contains(where: { $0.contains(usual) }) else { return usual }
        let special = (family == .v4 ? RoutingTable.specialV4 : RoutingTable.specialV6).compactMap { IPPrefix($0) }
        let publicSpace = family == .v4 ? (first: "1.0.0.0", last: "223.255.255.255") : (first: "2000::", last: "3fff:ffff::")
        guard let first = IPAddress(publicSpace.first), let last = IPAddress(publicSpace.last) else { return usual }
        return RoutingTable.firstGap(in: first...last, outside: covered + special) ?? usual
    }

    /// The lowest address of the range that is in none of the blocks.
    static func firstGap(in range: ClosedRange<IPAddress>, outside blocks: [IPPrefix]) -> IPAddress? {
        var candidate = range.lowerBound
        for block in blocks.sorted(by: { $0.network < $1.network }) where block.last >= candidate {
            guard block.network <= candidate else { break }
            guard let next = block.last.successor, next <= range.upperBound else { return nil }
            candidate = next
        }
        return candidate
    }

    // a.root-servers.net: addresses that no site uses internally and that a default route covers.
    private static let usualV4 = IPAddress(v4: 0xC629_0004)
    private static let usualV6 = IPAddress(v6High: 0x2001_0503_BA3E_0000, low: 0x0000_0000_0002_0030)

    /// Blocks of the IANA special-purpose registries within the public space.
    private static let specialV4 = [
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24",
    ]
    private static let specialV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]
}
