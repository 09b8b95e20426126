import Addresses
import SondeSystem

/// The hosts that answered something, as many as are remembered, each with a port that did.
struct AnsweringHosts {
    private var ports: [IPAddress: UInt16] = [:]
    private var latest: IPAddress?
    private var isLatestOpen = false
    /// A port that answered, of the host that was added last.
    private(set) var control: (address: ResolvedAddress, port: UInt16)?

    private static let limit = 65_536

    /// A closed port takes the place of an open one, since asking it again disturbs no server.
    mutating func add(_ host: ResolvedAddress, port: UInt16, isOpen: Bool) {
        guard host.address != latest || isLatestOpen && !isOpen else { return }
        latest = host.address
        isLatestOpen = isOpen
        control = (host, port)
        if ports.count < AnsweringHosts.limit || ports[host.address] != nil { ports[host.address] = port }
    }

    func contains(_ host: IPAddress) -> Bool { host == latest || ports[host] != nil }

    /// A port of the host that answers; `nil` where none is known.
    func port(of host: IPAddress) -> UInt16? { ports[host] }
}
