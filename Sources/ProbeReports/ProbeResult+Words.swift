import Addresses
import Probing
import SondeSystem
import SystemPackage

/// A result in words.
extension ProbeResult {
    /// The name with its address, or the address alone.
    var host: String {
        guard let name, let address else { return target }
        return "\(name) (\(address))"
    }

    /// `0`, or number and name: `111 ECONNREFUSED`.
    var connectEx: String { errno.map { "\($0.rawValue) \($0.name)" } ?? "0" }

    /// Why the port is in its state, in a few words.
    var sentence: String {
        guard let reason = verdict.reason else { return "local error: \(failure)" }
        return switch reason {
        case .synAck, .accepted: "accepts connections"
        case .reset: "refused: nothing listens there, or a firewall resets"
        case .noResponse: silence
        case .portUnreachable:
            verdict.state == .closed
                ? "refused: nothing listens there, or a firewall rejects" : "rejected by a firewall \(place)"
        case .hostUnreachable: unreachableHost
        case .networkUnreachable: icmp?.offender.map { "\($0) has no route to it" } ?? noRoute
        case .administrativelyProhibited: prohibition
        case .protocolUnreachable: "\(subject) does not support the protocol"
        case .udpResponse: "answered"
        case .noListener:
            errno == .noSuchFileOrDirectory ? "no such path" : "refused: nothing listens on the socket"
        }
    }

    // MARK: - Parts

    private var failure: String {
        guard errno == .invalidArgument, let address = address?.address, address.needsZone else { return errno?.explained ?? "" }
        return "the address needs an interface: \(address)%eth0"
    }

    /// A full accept queue drops SYNs as silently as a firewall does (tcp(7), listen(2)). On loopback nothing else is on the way.
    private var silence: String {
        switch transport {
        case .unix: "no answer: accept queue full"
        case .udp: "no answer: a silent service, or dropped on the way"
        case .tcp where address?.address.isLoopback == true: "no answer: dropped by a local firewall, or accept queue full"
        case .tcp: "no answer: dropped, no such host, or accept queue full"
        }
    }

    private var unreachableHost: String {
        guard let icmp, let offender = icmp.offender else {
            return "no route on this machine, or no ARP or NDP answer"
        }
        return icmp.isTimeExceeded
            ? "TTL expired at \(offender): a routing loop, or too many hops" : "\(offender) cannot reach the host"
    }

    private var noRoute: String {
        errno == .invalidArgument ? "a blackhole route on this machine discards it" : "this machine has no route to it"
    }

    private var prohibition: String {
        guard transport != .unix else { return "permission denied: mode of the socket or a parent folder" }
        return icmp?.offender == nil
            ? "prohibited by a route or firewall rule on this machine" : "prohibited by a firewall \(place)"
    }

    private var isFromHost: Bool { icmp?.offender == address?.address }
    private var subject: String { icmp?.offender.map { isFromHost ? "the host" : "\($0)" } ?? "this machine" }
    private var place: String { icmp?.offender.map { isFromHost ? "on the host" : "at \($0)" } ?? "on this machine" }
}

extension QueuedError {
    /// Time exceeded: RFC 792, RFC 4443 section 3.3.
    fileprivate var isTimeExceeded: Bool {
        switch origin {
        case .icmp: icmpType == 11
        case .icmp6: icmpType == 3
        case .local, .other: false
        }
    }
}
