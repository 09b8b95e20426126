package import Addresses
import Glibc
package import SondeSystem
import SystemPackage

/// The address that others reach this machine by: the one that the kernel would send from towards the internet.
package enum PrimaryAddress {
    /// `nil` where no route of the family leads out. No packet is sent: connect(2) on a datagram socket only chooses route and
    /// source.
    package static func current(_ family: IPAddress.Family) throws(SystemError) -> IPAddress? {
        let destination = family == .v4 ? outsideV4 : outsideV6
        guard let address = RawSocketAddress(SocketAddress(destination, port: 53)) else { return nil }
        do throws(Errno) {
            let socket = try Descriptor.socket(domain: family == .v4 ? AF_INET : AF_INET6, .datagram)
            if let refusal = socket.borrowed.connect(to: address) { throw refusal }
            return try socket.borrowed.localAddress()?.endpoint?.address
        } catch {
            guard !meansNoRoute(error) else { return nil }
            throw SystemError("connect", on: "\(destination)", error)
        }
    }

    /// No route, a route that forbids (`ip route add prohibit`, `blackhole`), no source address, or no such family on this machine.
    private static func meansNoRoute(_ error: Errno) -> Bool {
        [
            .networkUnreachable, .noRouteToHost, .permissionDenied, .invalidArgument, .addressNotAvailable,
            .addressFamilyNotSupported,
        ]
        .contains(error)
    }

    // a.root-servers.net: addresses that no site uses inside, and that a route to the internet leads to.
    private static let outsideV4 = IPAddress(v4: 0xC629_0004)
    private static let outsideV6 = IPAddress(v6High: 0x2001_0503_BA3E_0000, low: 0x0000_0000_0002_0030)
}
