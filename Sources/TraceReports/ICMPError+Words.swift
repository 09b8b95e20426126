import Console
import Probing
import SondeSystem

/// An ICMP error as a ladder shows it.
extension QueuedError {
    /// `ICMP 3/13`, `ICMPv6 1/1`; an error of this machine's own has neither type nor code.
    var label: String {
        switch origin {
        case .icmp: "ICMP \(icmpType)/\(icmpCode)"
        case .icmp6: "ICMPv6 \(icmpType)/\(icmpCode)"
        case .local, .other: "local error"
        }
    }

    /// What it says, in the words of RFC 792 and RFC 4443.
    var note: String {
        guard let reason = Reason(icmp: self) else { return errno.explained }
        return switch reason {
        case .portUnreachable: "port unreachable: a firewall rejects the connection"
        case .hostUnreachable: "host unreachable: nobody answers for that address behind the sender"
        case .networkUnreachable: "network unreachable: the sender has no route"
        case .administrativelyProhibited: "administratively prohibited: a firewall rejects the connection"
        case .protocolUnreachable: "protocol unreachable: the sender does not take TCP"
        case .timeToLiveExceeded: "TTL expired: a routing loop, or too many hops"
        case .synAck, .reset, .noResponse, .udpResponse, .accepted, .noListener: errno.explained
        }
    }
}
