import Addresses
import Arguments
import Serving
import SondeSystem

/// How a server's sockets are bound and set up.
struct BindArguments: ArgumentGroup {
    @Option(
        "--bind",
        value: "address",
        help: "Listen on this address; * is all addresses of both families. Repeatable (default: loopback)."
    )
    var bind: [BindAddress] = []

    @Option("--backlog", value: "n", help: "Maximum length of the accept queue.")
    var backlog: Int32 = 4096

    @Option(
        "--keepalive",
        value: "idle,interval,count",
        help: "TCP keep-alive: idle seconds, interval in seconds, number of probes (default: off)."
    )
    var keepalive: KeepAlive?

    @Flag("--reuse-port", help: "Let other processes of the same user listen on the same port.")
    var reusePort = false

    init() {}

    func validate() throws {
        if backlog < 1 { throw ValidationError("--backlog \(backlog): out of range", next: "give a number from 1") }
    }

    /// A request for each address: loopback of both families where none is named.
    func requests(_ transport: Transport, port: UInt16) -> [ListenRequest] {
        (bind.isEmpty ? BindAddress.loopback : bind.flatMap(\.addresses)).map { address, zone, isOptional in
            ListenRequest(transport, SocketAddress(address, port: port, zone: zone), isOptional: isOptional)
        }
    }

    var options: ListenOptions {
        var options = ListenOptions()
        options.backlog = backlog
        options.keepAlive = keepalive
        options.reusePort = reusePort
        return options
    }
}

/// An address to bind to.
struct BindAddress: ArgumentValue, Sendable {
    /// Each address with its zone, and whether the server runs without it.
    let addresses: [(IPAddress, UInt32, Bool)]

    /// 127.0.0.1, and ::1 where there is IPv6.
    static let loopback: [(IPAddress, UInt32, Bool)] = [(.loopbackV4, 0, false), (.loopbackV6, 0, true)]

    init?(argument: String) {
        if argument == "*" {
            addresses = [(.anyV4, 0, false), (.anyV6, 0, true)]
            return
        }
        // An address, never a name: no name server is asked.
        guard let literal = try? Resolver.literal(argument) else { return nil }
        addresses = [(literal.address, literal.zone, false)]
    }
}

extension SocketAddress {
    /// `@NAME` is the abstract namespace, anything else a path.
    init(unixArgument argument: String) {
        self = .unix(path: argument.first == "@" ? "\0" + argument.dropFirst() : argument)
    }
}

extension KeepAlive: ArgumentValue {
    package init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        // The kernel's own limits (MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL, MAX_TCP_KEEPCNT of include/net/tcp.h).
        guard numbers.count == 3, let idle = numbers[0], let interval = numbers[1], let count = numbers[2],
            (1...32767).contains(idle), (1...32767).contains(interval), (1...127).contains(count)
        else { return nil }
        self.init(idle: idle, interval: interval, count: count)
    }
}

extension IPPrefix: ArgumentValue {
    package init?(argument: String) { self.init(argument) }
}
