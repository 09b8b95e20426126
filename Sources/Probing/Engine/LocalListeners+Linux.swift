import Addresses
import Interfaces
import LocalSockets
import SondeSystem

/// Looks up what this machine's own sockets say of its own ports. The lists of addresses and sockets are kept for a moment, and a bit per
/// port separates the many ports without a socket from the few with one, so that a scan of many ports pays almost nothing.
struct LocalListeners {
    private var addresses: Set<IPAddress> = []
    private var addressesRead: MonotonicTime?
    private var ports: [UInt16: PortListeners] = [:]
    /// Bit n of the words: a socket has port n. Empty where the kernel does not say.
    private var taken: [UInt64] = []
    private var socketsRead: MonotonicTime?
    private var lookups = 0

    /// Few ports are looked up in lists that are as good as new.
    private static let fewLookups = 64
    private static let shortAge = Nanoseconds.milliseconds(10)
    private static let longAge = Nanoseconds.milliseconds(1000)

    /// `nil` where the target is no address of this machine, or the kernel does not say.
    ///
    /// - Parameter now: a recent time; it decides how old the lists are.
    mutating func listener(_ transport: Transport, port: UInt16, at target: ResolvedAddress, _ now: MonotonicTime) -> LocalListener?
    {
        guard transport == .tcp || transport == .udp else { return nil }
        lookups += 1
        let address = target.address.unmapped
        guard address.isLoopback || isOwn(address, now) else { return nil }
        if isOld(socketsRead, now) { readSockets(now) }
        guard !taken.isEmpty else { return nil }
        guard taken[Int(port >> 6)] & 1 << UInt64(port & 63) != 0, let listeners = ports[port] else { return .nobody }
        return LocalListener(listeners, transport, at: address)
    }

    private func isOld(_ read: MonotonicTime?, _ now: MonotonicTime) -> Bool {
        read.map { now - $0 > (lookups <= Self.fewLookups ? Self.shortAge : Self.longAge) } ?? true
    }

    private mutating func isOwn(_ address: IPAddress, _ now: MonotonicTime) -> Bool {
        if isOld(addressesRead, now) {
            addressesRead = now
            addresses = Set(((try? Interface.all()) ?? []).flatMap { $0.addresses.map(\.address) })
        }
        return addresses.contains(address)
    }

    private mutating func readSockets(_ now: MonotonicTime) {
        socketsRead = now
        taken = []
        guard let table = try? SocketTable.current(SocketQuery(.listening, kinds: [.tcp, .udp])), table.refusal == nil,
            table.isWhole
        else { return }
        var sockets: [UInt16: [LocalSocket]] = [:]
        for socket in table.sockets { if let port = socket.port { sockets[port, default: []].append(socket) } }
        ports = sockets.mapValues { found in
            PortListeners(tcp: found.filter { $0.kind == .tcp }, udp: found.filter { $0.kind == .udp })
        }
        taken = [UInt64](repeating: 0, count: 1024)
        for port in ports.keys { taken[Int(port >> 6)] |= 1 << UInt64(port & 63) }
    }
}
