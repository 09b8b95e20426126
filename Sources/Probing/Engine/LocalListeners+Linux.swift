import Addresses
import Interfaces
import LocalSockets
import SondeSystem

/// Looks up what this machine's own sockets say of its own ports. The lists of sockets and addresses are kept for a moment, so that a
/// scan of many ports asks the kernel rarely.
struct LocalListeners {
    private var addresses: Set<IPAddress> = []
    private var ports: [UInt16: PortListeners] = [:]
    private var taken = MonotonicTime(nanoseconds: .min)
    private var lookups = 0

    /// Few ports are looked up in lists that are as good as new.
    private static let fewLookups = 64
    private static let shortAge = Nanoseconds.milliseconds(10)
    private static let longAge = Nanoseconds.milliseconds(1000)

    /// `nil` where the target is no address of this machine, or the kernel does not say.
    mutating func listener(_ transport: Transport, port: UInt16, at target: ResolvedAddress, _ now: MonotonicTime) -> LocalListener?
    {
        guard transport == .tcp || transport == .udp else { return nil }
        lookups += 1
        if taken.nanoseconds == .min || now - taken > (lookups <= Self.fewLookups ? Self.shortAge : Self.longAge) { renew(now) }
        let address = target.address.unmapped
        guard address.isLoopback || addresses.contains(address), !addresses.isEmpty else { return nil }
        return LocalListener(ports[port] ?? PortListeners(tcp: [], udp: []), transport, at: address)
    }

    private mutating func renew(_ now: MonotonicTime) {
        taken = now
        addresses = []
        guard let interfaces = try? Interface.all(),
            let table = try? SocketTable.current(SocketQuery(.listening, kinds: [.tcp, .udp])), table.refusal == nil, table.isWhole
        else { return }
        var sockets: [UInt16: [LocalSocket]] = [:]
        for socket in table.sockets { if let port = socket.port { sockets[port, default: []].append(socket) } }
        ports = sockets.mapValues { found in
            PortListeners(tcp: found.filter { $0.kind == .tcp }, udp: found.filter { $0.kind == .udp })
        }
        addresses = Set(interfaces.flatMap { $0.addresses.map(\.address) })
    }
}
