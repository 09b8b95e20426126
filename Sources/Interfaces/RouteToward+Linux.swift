package import Addresses
import NetlinkQueries
package import SondeSystem
package import SystemPackage

extension RouteToward {
    /// The route to the first address of a host that has one, in the resolver's order.
    ///
    /// - Throws: `ResolutionError`; `NoRoute` with the first address that was tried; `SystemError` if the kernel can't be asked.
    package static func current(_ host: String, family: IPAddress.Family?) throws -> RouteToward {
        var first: NoRoute?
        for found in try Resolver.resolve(host, family: family).addresses {
            do throws(SystemError) {
                return try current(found.address, zone: found.zone)
            } catch {
                guard Routing.meansNoRoute(error.errno) else { throw error }
                first = first ?? NoRoute(destination: found.address, errno: error.errno)
            }
        }
        throw first ?? NoRoute(destination: .anyV4, errno: .networkUnreachable)
    }

    /// Asks the kernel for its route to a destination; no packet is sent.
    ///
    /// - Parameter zone: the interface index that a link-local destination needs, otherwise 0.
    /// - Throws: the error that a connection would have, if there is no route: ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL.
    package static func current(_ destination: IPAddress, zone: UInt32 = 0) throws(SystemError) -> RouteToward {
        let route: RouteDetails?
        do throws(Rtnetlink.Failure) {
            route = try Rtnetlink.route(to: destination, zone: zone)
        } catch {
            throw SystemError("rtnetlink", on: "\(destination)", error.errno)
        }
        let (source, mtu) = try naming("connect", on: "\(destination)") { () throws(Errno) in
            try connected(to: destination, zone: zone)
        }
        guard let route, let source = source ?? route.source, let index = route.interface,
            let link = try InterfaceTable.current().links[index], let name = link.name
        else { throw SystemError("rtnetlink", on: "\(destination)", .networkUnreachable) }
        return RouteToward(destination, from: source, on: name, gateway: route.gateway, mtu: mtu ?? link.mtu)
    }

    /// What a connected datagram socket knows: the source address, and the path's MTU (IP_MTU, IPV6_MTU).
    private static func connected(to destination: IPAddress, zone: UInt32) throws(Errno) -> (IPAddress?, UInt32?) {
        let socket = try Descriptor.socket(destination.family, .datagram)
        if let refusal = socket.borrowed.connect(to: RawSocketAddress(Endpoint(destination, port: 53), zone: zone)) {
            throw refusal
        }
        let mtu = try? socket.borrowed.value(of: destination.family == .v4 ? .pathMTUv4 : .pathMTUv6)
        return (try socket.borrowed.localAddress()?.endpoint?.address, mtu.map { UInt32(clamping: $0) })
    }
}

/// The kernel has no route to a destination.
package struct NoRoute: Error, Hashable, Sendable {
    package let destination: IPAddress
    package let errno: Errno

    package init(destination: IPAddress, errno: Errno) {
        self.destination = destination
        self.errno = errno
    }
}
