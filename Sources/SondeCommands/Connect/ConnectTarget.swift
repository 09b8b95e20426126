import Addresses
import ArgumentParser
import Dialing
import SondeSystem
import SystemPackage

/// What `sonde connect` connects to.
enum ConnectTarget: Equatable {
    case ip(HostPort, port: UInt16)
    case unix(String)

    init(host: String?, port: UInt16?, unix: String?) throws {
        if let unix {
            guard host == nil else { throw ValidationError("--unix PATH and a host are mutually exclusive", next: "choose one") }
            guard !unix.isEmpty, unix != "@" else {
                throw ValidationError("--unix: empty path", next: "give a path, or @NAME for an abstract socket")
            }
            self = .unix(unix)
            return
        }
        guard let host else { throw ValidationError("no host given", next: "give one: sonde connect HOST PORT, or --unix PATH") }
        guard let parsed = HostPort(host) else {
            throw ValidationError(
                "\"\(host)\": not a host or HOST:PORT",
                next: "write an IPv6 address with a port as [ADDRESS]:PORT"
            )
        }
        guard let number = port ?? parsed.port, number > 0, port == nil || parsed.port == nil else {
            throw ValidationError("no port from 1 to 65535 given, or two", next: "give one: sonde connect HOST PORT")
        }
        self = .ip(parsed, port: number)
    }

    /// Resolves and connects; a datagram socket only takes note of its peer.
    func connect(timeout: Nanoseconds, isDatagram: Bool, family: IPAddress.Family?) throws -> EstablishedConnection {
        let addresses: [SocketAddress]
        switch self {
        case .ip(let target, let port): addresses = try target.resolve(port: port, family: family)
        case .unix(let path): addresses = [SocketAddress(unixArgument: path)]
        }
        do throws(ConnectError) {
            guard isDatagram else { return try HappyEyeballs.connect(to: addresses, timeout: timeout) }
            return try EstablishedConnection.datagram(to: addresses[0])
        } catch {
            throw Failure(error)
        }
    }
}
