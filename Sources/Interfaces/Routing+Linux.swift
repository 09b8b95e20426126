package import Addresses
package import SondeSystem
import SystemPackage

/// The routes of this process's network namespace, of the families asked for.
package struct Routing {
    private let families: [IPAddress.Family]
    private let tables: [IPAddress.Family: RoutingTable]

    package static func current(_ families: [IPAddress.Family]) throws(SystemError) -> Routing {
        var tables: [IPAddress.Family: RoutingTable] = [:]
        for family in families { tables[family] = try RoutingTable.current(family) }
        return Routing(families: families, tables: tables)
    }

    /// The gateway of the default route through each interface, by interface index; IPv4's if there is one.
    package var defaultGateways: [UInt32: IPAddress] {
        families.reduce(into: [:]) { gateways, family in
            gateways.merge(tables[family]?.defaultGateways ?? [:]) { first, _ in first }
        }
    }

    /// The primary address of each family; no packet is sent.
    ///
    /// Only where no family has a default route, each has the address of its widest local network.
    package func primaryAddresses(of interfaces: [Interface]) throws(SystemError) -> [PrimaryAddress] {
        var byDefaultRoute: [PrimaryAddress] = []
        for family in families {
            guard let destination = tables[family]?.outsideDestination(family),
                let source = try Routing.source(toward: destination),
                let holder = interfaces.first(where: { $0.addresses.contains { $0.address == source } })
            else { continue }
            byDefaultRoute.append(PrimaryAddress(source, interface: holder.index, .defaultRoute))
        }
        guard byDefaultRoute.isEmpty else { return byDefaultRoute }
        return families.compactMap { .withoutDefaultRoute($0, of: interfaces, tables[$0]?.routes ?? []) }
    }

    /// The source address that the kernel would use; `nil` without a route. connect(2) on a datagram socket only selects it.
    private static func source(toward destination: IPAddress) throws(SystemError) -> IPAddress? {
        let address = RawSocketAddress(Endpoint(destination, port: 53))
        do throws(Errno) {
            let socket = try Descriptor.socket(destination.family, .datagram)
            if destination.family == .v6 { try? socket.borrowed.set(.addressPreferences, to: preferPublic) }
            if let refusal = socket.borrowed.connect(to: address) { throw refusal }
            return try socket.borrowed.localAddress()?.endpoint?.address
        } catch {
            guard !meansNoRoute(error) else { return nil }
            throw SystemError("connect", on: "\(destination)", error)
        }
    }

    /// IPV6_PREFER_SRC_PUBLIC (RFC 5014): a temporary privacy address is no address to give to others.
    private static let preferPublic: Int32 = 2

    /// No route, a prohibiting route (`ip route add prohibit`, `blackhole`), no source address, or an unavailable family.
    static func meansNoRoute(_ error: Errno) -> Bool {
        [
            .networkUnreachable, .noRouteToHost, .permissionDenied, .invalidArgument, .addressNotAvailable,
            .addressFamilyNotSupported,
        ]
        .contains(error)
    }
}
