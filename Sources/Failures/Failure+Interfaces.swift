package import Addresses
package import Interfaces
import SondeSystem
import SystemPackage

extension Failure {
    /// A warning beside an address that is printed although no default route leads to it.
    package init(withoutDefaultRoute address: IPAddress, of interface: InterfaceName) {
        self.init(.negative, "no default route: \(address) is the address of \(interface) on its own network")
    }

    package init(_ error: NoRoute) {
        self.init(
            .negative,
            "\(error.destination): no route: \(error.errno.explained)",
            next: error.destination.needsZone
                ? "name the interface: sonde addrs --to \(error.destination)%INTERFACE" : "check the routes: ip route; ip rule"
        )
    }

    package init(_ error: UnknownInterface) {
        let known = error.known.map(\.description)
        let listed = known.prefix(Self.listedInterfaces).joined(separator: ", ")
        let more = known.count - Self.listedInterfaces
        let choice = "choose one of: \(listed)" + (more > 0 ? " and \(more) more: sonde addrs" : "")
        let near = nearestName(to: error.name.description, in: known).map { "did you mean \($0)?" }
        self.init(.unavailable, "\(error.name): no such interface", nextSteps: [near, choice].compactMap { $0 })
    }

    /// A machine may have thousands.
    private static let listedInterfaces = 10

    /// There is no primary address for the family, or none of the selected interfaces has the address.
    package init(noPrimaryOf family: IPAddress.Family?, isSelection: Bool) {
        let kind = family.map { $0 == .v4 ? "IPv4 " : "IPv6 " } ?? ""
        if isSelection {
            self.init(
                .negative,
                "none of the selected interfaces has this machine's primary \(kind)address",
                next: "list all interfaces: sonde addrs"
            )
        } else {
            self.init(
                .negative,
                "no primary address: no \(kind)default route, and no \(kind)address that another host could reach",
                next: "check the addresses and routes: sonde addrs; ip route"
            )
        }
    }
}
