package import Addresses

extension Routing {
    /// Whether the kernel delivers packets to the address to this machine, by an address of an interface or by a route alone
    /// (`ip route add local`). False if it can't be asked.
    package static func isLocal(_ address: IPAddress) -> Bool {
        guard let route = try? Rtnetlink.route(to: address, zone: 0) else { return false }
        return route.type == RouteDetails.local
    }
}
