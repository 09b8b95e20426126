import Addresses
import Arguments
import Dialing
import Failures
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
        let parsed = try HostPort(validating: host)
        if let port, let second = parsed.port {
            throw ValidationError("two ports given: \(second) and \(port)", next: "give one: sonde connect HOST PORT")
        }
        guard let number = port ?? parsed.port else {
            throw ValidationError("no port given", next: "give one from 1 to 65535: sonde connect HOST PORT")
        }
        guard number > 0 else { throw ValidationError("port 0: out of range", next: "give a port from 1 to 65535") }
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
