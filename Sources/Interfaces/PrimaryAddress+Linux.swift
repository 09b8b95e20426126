package import Addresses
package import SondeSystem
import SystemPackage

/// The address that other hosts reach this machine by: the source address that the kernel would use toward the internet.
package enum PrimaryAddress {
    /// `nil` if the family has no such route. No packet is sent: connect(2) on a datagram socket only selects route and source.
    package static func current(_ family: IPAddress.Family) throws(SystemError) -> IPAddress? {
        let destination = family == .v4 ? outsideV4 : outsideV6
        guard let address = RawSocketAddress(SocketAddress(destination, port: 53)) else { return nil }
        do throws(Errno) {
            let socket = try Descriptor.socket(family, .datagram)
            if let refusal = socket.borrowed.connect(to: address) { throw refusal }
            return try socket.borrowed.localAddress()?.endpoint?.address
        } catch {
            guard !meansNoRoute(error) else { return nil }
            throw SystemError("connect", on: "\(destination)", error)
        }
    }

    /// No route, a prohibiting route (`ip route add prohibit`, `blackhole`), no source address, or an unavailable family.
    private static func meansNoRoute(_ error: Errno) -> Bool {
        [
            .networkUnreachable, .noRouteToHost, .permissionDenied, .invalidArgument, .addressNotAvailable,
            .addressFamilyNotSupported,
        ]
        .contains(error)
    }

    // a.root-servers.net: addresses that no site uses internally and that a default route covers.
    private static let outsideV4 = IPAddress(v4: 0xC629_0004)
    private static let outsideV6 = IPAddress(v6High: 0x2001_0503_BA3E_0000, low: 0x0000_0000_0002_0030)
}
