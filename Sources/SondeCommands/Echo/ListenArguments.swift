import Addresses
import Arguments
import Serving
import SondeSystem

/// Where an echo server listens and how its sockets are set up.
struct ListenArguments: ArgumentGroup {
    @Argument("port", help: "Port for TCP and UDP; 0 picks a free one.")
    var port: UInt16 = 8007

    @Flag("--tcp", help: "Listen on TCP (default without --udp, --unix and --unix-datagram).")
    var tcp = false

    @Flag("--udp", help: "Listen on UDP.")
    var udp = false

    @Option("--unix", value: "path", help: "Listen on a Unix stream socket at this path; @NAME is abstract. Repeatable.")
    var unix: [String] = []

    @Option("--unix-datagram", value: "path", help: "Listen on a Unix datagram socket at this path. Repeatable.")
    var unixDatagram: [String] = []

    @OptionGroup var bind: BindArguments

    init() {}

    func validate() throws {
        if (unix + unixDatagram).contains(where: { $0.isEmpty || $0 == "@" }) {
            throw ValidationError("--unix, --unix-datagram: empty path", next: "give a path, or @NAME for an abstract socket")
        }
    }

    var requests: [ListenRequest] {
        let wantsTCP = tcp || !(udp || !unix.isEmpty || !unixDatagram.isEmpty)
        var requests: [ListenRequest] = []
        for transport in [wantsTCP ? Transport.tcp : nil, udp ? .udp : nil].compactMap({ $0 }) {
            requests += bind.requests(transport, port: port)
        }
        requests += unix.map { ListenRequest(.unix, SocketAddress(unixArgument: $0)) }
        requests += unixDatagram.map { ListenRequest(.unixDatagram, SocketAddress(unixArgument: $0)) }
        return requests
    }
}
