import Addresses
import ArgumentParser
import SondeSystem

/// A host and perhaps a port, as one argument: `example.org`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
struct HostPort: Equatable, Sendable {
    let host: String
    let port: UInt16?

    init?(_ text: String) {
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: close)...]
            host = String(text[text.index(after: text.startIndex)..<close])
            guard !rest.isEmpty else {
                port = nil
                return
            }
            guard rest.first == ":", let number = UInt16(rest.dropFirst()) else { return nil }
            port = number
        } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
            guard let number = UInt16(text[text.index(after: colon)...]) else { return nil }
            host = String(text[..<colon])
            port = number
        } else {
            // No colon, or an IPv6 address, which takes a port only in brackets.
            host = text
            port = nil
        }
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
