import Addresses
import Arguments
import SondeSystem

/// A host and perhaps a port, as one argument: `example.org`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
struct HostPort: Equatable, Sendable {
    let host: String
    let port: UInt16?

    init?(_ text: String) {
        guard let parts = HostPortText(text) else { return nil }
        host = parts.host
        port = parts.ports.flatMap { HostPortText.port($0) }
        guard parts.ports == nil || port != nil else { return nil }
        guard !host.isEmpty else { return nil }
    }

    /// An argument; throws a usage error that names it.
    init(validating argument: String) throws {
        guard let parsed = HostPort(argument) else {
            throw ValidationError(
                "\"\(argument)\": not a host or HOST:PORT",
                next: "write an IPv6 address with a port as [ADDRESS]:PORT"
            )
        }
        self = parsed
    }

    /// The addresses to try, in the resolver's order.
    func resolve(port: UInt16, family: IPAddress.Family?) throws(ResolutionError) -> [SocketAddress] {
        try Resolver.resolve(host, family: family).addresses.map { SocketAddress($0.address, port: port, zone: $0.zone) }
    }
}
