import Addresses
import Interfaces
import SondeSystem
import SystemPackage

/// Finds what on this machine or its links decided: asks the kernel's routes and neighbours, once per address.
struct LocalCauses {
    private var neighbours: [IPAddress: IPAddress?] = [:]
    private var kinds: [IPAddress: Route.Kind?] = [:]

    private static let limit = 65_536

    /// What on this machine made connect(2) or send(2) fail; `nil` where it was somebody else.
    mutating func cause(
        of errno: Errno,
        _ icmp: QueuedError?,
        toward target: ResolvedAddress?,
        hasSource: Bool
    ) -> LocalCause? {
        guard let target else { return nil }
        let address = target.address
        if let offender = icmp?.offender {
            guard offender != address.unmapped, kind(of: ResolvedAddress(offender)) == .local else { return nil }
            return icmp.flatMap { Reason(icmp: $0) } == .hostUnreachable
                ? .silentNeighbour(Route.silentNeighbour(toward: address, zone: target.zone) ?? address) : .ownFirewall
        }
        switch errno {
        case .invalidArgument: return hasSource && !address.needsZone ? .source : nil
        case .networkUnreachable, .permissionDenied, .notPermitted:
            guard !address.isMulticast else { return .groupAddress(isMulticast: true) }
            return address == LocalCauses.broadcast || kind(of: target) == .broadcast ? .groupAddress(isMulticast: false) : nil
        case .noRouteToHost: return silence(toward: target)
        default: return nil
        }
    }

    /// Whether nothing came because nobody answered ARP or NDP.
    mutating func silence(toward target: ResolvedAddress) -> LocalCause? {
        let address = target.address
        guard !address.isLoopback else { return nil }
        if let known = neighbours[address] { return known.map { .silentNeighbour($0) } }
        let found = Route.silentNeighbour(toward: address, zone: target.zone)
        if neighbours.count < LocalCauses.limit { neighbours[address] = .some(found) }
        return found.map { .silentNeighbour($0) }
    }

    private mutating func kind(of target: ResolvedAddress) -> Route.Kind? {
        if let known = kinds[target.address] { return known }
        let found = Route.toward(target.address, zone: target.zone)?.kind
        if kinds.count < LocalCauses.limit { kinds[target.address] = .some(found) }
        return found
    }

    private static let broadcast = IPAddress(v4: .max)
}
