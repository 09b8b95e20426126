import Addresses

/// The hosts that answered something, as many as are remembered.
struct AnsweringHosts {
    private var hosts = Set<IPAddress>()
    private var latest: IPAddress?

    private static let limit = 65_536

    mutating func add(_ host: IPAddress) {
        guard host != latest else { return }
        latest = host
        if hosts.count < AnsweringHosts.limit { hosts.insert(host) }
    }

    func contains(_ host: IPAddress) -> Bool { host == latest || hosts.contains(host) }
}
