package import Addresses
package import Interfaces

extension Failure {
    package init(_ error: UnknownInterface) {
        self.init(
            .unavailable,
            "\(error.name): no such interface",
            next: "choose one of: \(error.known.joined(separator: ", "))"
        )
    }

    /// No route leads out for the family, or none of the selected interfaces has the address.
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
                "no primary address: no \(kind)route leads out of this machine",
                next: "check the routes: ip route"
            )
        }
    }
}
