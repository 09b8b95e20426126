import Addresses
import Interfaces

extension Failure {
    init(_ error: UnknownInterface) {
        self.init(
            .unavailable,
            "no such interface: \"\(error.name)\"",
            next: "those that exist: \(error.known.joined(separator: ", "))"
        )
    }

    /// No route of the family leads out, or the address does not stand on the interfaces that were asked for.
    init(noPrimaryOf family: IPAddress.Family?, isSelection: Bool) {
        let kind = family.map { $0 == .v4 ? "IPv4 " : "IPv6 " } ?? ""
        if isSelection {
            self.init(
                .negative,
                "the \(kind)address that others reach this machine by is on none of these interfaces",
                next: "see them all: sonde addrs"
            )
        } else {
            self.init(
                .negative,
                "no \(kind)route leads out of this machine, so no address is its primary one",
                next: "see its routes: ip route"
            )
        }
    }
}
