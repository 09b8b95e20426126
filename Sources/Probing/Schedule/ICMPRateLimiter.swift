import Addresses
import SondeSystem

/// When each host may be asked again for an ICMP error that its rate limit may have held back.
///
/// A Linux host sends a peer one ICMP error per second after a burst of a few (net.ipv4.icmp_ratelimit, 1000 ms; RFC 1812 section
/// 4.3.2.8). A closed UDP port that is asked together with others therefore stays as silent as one that a firewall drops. Ports of a
/// host that is known to refuse are asked again one at a time, in turn.
struct ICMPRateLimiter {
    private var nextTurns: [IPAddress: MonotonicTime] = [:]

    private static let interval = Nanoseconds.milliseconds(1050)
    /// Maximum number of hosts tracked; ports of further hosts are not probed in turn.
    private static let hostLimit = 65_536

    /// The host itself sent a port unreachable.
    mutating func noteRefusal(by host: IPAddress, _ now: MonotonicTime) {
        guard nextTurns[host] == nil, nextTurns.count < ICMPRateLimiter.hostLimit else { return }
        nextTurns[host] = now + ICMPRateLimiter.interval
    }

    /// Takes the host's next turn and returns when it is; `nil` for a host that has not refused anything.
    mutating func takeTurn(of host: IPAddress, _ now: MonotonicTime) -> MonotonicTime? {
        guard let next = nextTurns[host] else { return nil }
        let turn = max(next, now)
        nextTurns[host] = turn + ICMPRateLimiter.interval
        return turn
    }
}
