import Addresses
import SondeSystem

/// When each host may be asked again for an ICMP error that it may have held back.
///
/// A Linux host sends a peer one a second after a few at once (net.ipv4.icmp_ratelimit, 1000 ms; RFC 1812 section 4.3.2.8), so a
/// closed UDP port that is asked together with others stays as silent as one that a firewall drops. Ports of a host that is known
/// to refuse are therefore asked again one at a time, in turn.
struct ICMPRateLimiter {
    private var nextTurns: [IPAddress: MonotonicTime] = [:]

    private static let interval = Nanoseconds.milliseconds(1050)
    /// Hosts that are told apart; beyond them nobody takes turns.
    private static let hostLimit = 65_536

    /// The host sent a port unreachable itself.
    mutating func noteRefusal(by host: IPAddress, _ now: MonotonicTime) {
        guard nextTurns[host] == nil, nextTurns.count < ICMPRateLimiter.hostLimit else { return }
        nextTurns[host] = now + ICMPRateLimiter.interval
    }

    /// Takes the host's next turn; `nil` for one that has not refused anything.
    mutating func take(for host: IPAddress, _ now: MonotonicTime) -> MonotonicTime? {
        guard let next = nextTurns[host] else { return nil }
        let turn = max(next, now)
        nextTurns[host] = turn + ICMPRateLimiter.interval
        return turn
    }
}
