import Addresses
import Interfaces
import SondeSystem
import SystemPackage

/// Finds what on this machine or its links decided: asks the kernel's routes and neighbours, once per address.
struct LocalCauses {
    /// The address and the interface that probes must leave from, where they were asked for.
    private let source: IPAddress?
    private let interface: UInt32?
    private var neighbours: [IPAddress: IPAddress?] = [:]
    /// The interface of the route to each address, if probes may leave through one alone.
    private var routes: [IPAddress: UInt32?] = [:]
    private var kinds: [IPAddress: Route.Kind?] = [:]

    private static let limit = 65_536

    init(source: ResolvedAddress? = nil, interface: String? = nil) {
        self.source = source?.address
        self.interface = interface.flatMap { NetworkDatabase.interfaceIndex($0) }
    }

    /// Whether the source address can reach the target: a loopback address reaches this machine alone. The kernel says so for IPv4, and
    /// sends IPv6 packets that nobody may answer (RFC 4291 section 2.5.3).
    mutating func sourceReaches(_ target: ResolvedAddress) -> Bool {
        guard let source, source.isLoopback, source.family == .v6, !target.address.isLoopback else { return true }
        return target.address.isUnspecified || kind(of: target) == .local
    }

    /// What on this machine made connect(2) or send(2) fail; `nil` where it was somebody else.
    mutating func cause(
        of errno: Errno,
        _ icmp: QueuedError?,
        toward target: ResolvedAddress?
    ) -> LocalCause? {
        guard let target else { return nil }
        let address = target.address
        if let offender = icmp?.offender {
            guard offender != address.unmapped, kind(of: ResolvedAddress(offender)) == .local else { return nil }
            return icmp.flatMap { Reason(icmp: $0) } == .hostUnreachable
                ? .silentNeighbour(Route.silentNeighbour(toward: address, zone: target.zone) ?? address) : .ownFirewall
        }
        switch errno {
        case .invalidArgument: return source != nil && !address.needsZone ? .source : nil
        case .networkUnreachable, .permissionDenied, .notPermitted:
            guard !address.isMulticast else { return .groupAddress(isMulticast: true) }
            if address == LocalCauses.broadcast || kind(of: target) == .broadcast { return .groupAddress(isMulticast: false) }
            return errno == .networkUnreachable ? detour(to: target) : nil
        case .noRouteToHost: return detour(to: target) ?? silence(toward: target)
        default: return nil
        }
    }

    /// Whether nothing came because nobody answered ARP or NDP.
    mutating func silence(toward target: ResolvedAddress) -> LocalCause? {
        let address = target.address
        guard !address.isLoopback else { return nil }
        if let known = neighbours[address] { return known.map { .silentNeighbour($0) } }
        let found = Route.silentNeighbour(toward: address, zone: interface ?? target.zone)
        if neighbours.count < LocalCauses.limit { neighbours[address] = .some(found) }
        return found.map { .silentNeighbour($0) }
    }

    /// The interface that probes had to leave through, where the route to the target leads through another one.
    mutating func detour(to target: ResolvedAddress) -> LocalCause? {
        guard let interface, target.zone == 0 else { return nil }
        let usual: UInt32?
        if let known = routes[target.address] {
            usual = known
        } else {
            usual = Route.toward(target.address)?.interface
            if routes.count < LocalCauses.limit { routes[target.address] = .some(usual) }
        }
        return usual.flatMap { $0 == interface ? nil : .interface(interface, route: $0) }
    }

    private mutating func kind(of target: ResolvedAddress) -> Route.Kind? {
        if let known = kinds[target.address] { return known }
        let found = Route.toward(target.address, zone: target.zone)?.kind
        if kinds.count < LocalCauses.limit { kinds[target.address] = .some(found) }
        return found
    }

    private static let broadcast = IPAddress(v4: .max)
}
