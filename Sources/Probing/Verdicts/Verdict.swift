package import Addresses
package import SondeSystem
package import SystemPackage

/// What a port is, in nmap's words.
package enum PortState: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    case open
    case closed
    case filtered
    /// UDP: nothing came back, which a silent service and a firewall both do.
    case openOrFiltered = "open|filtered"
    /// This machine failed; it says nothing of the port.
    case error
}

/// Why a port is said to be in its state: what came back, or did not.
package enum Reason: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    case synAck = "syn-ack"
    case reset = "rst"
    case noResponse = "no-response"
    case portUnreachable = "port-unreach"
    case hostUnreachable = "host-unreach"
    case networkUnreachable = "net-unreach"
    case administrativelyProhibited = "admin-prohibited"
    case protocolUnreachable = "proto-unreach"
    /// The packet ran in a loop, or the path is longer than its TTL (RFC 792, RFC 4443 section 3.3).
    case timeToLiveExceeded = "ttl-exceeded"
    case udpResponse = "udp-response"
    /// A Unix socket: a listener took the connection.
    case accepted
    /// A Unix socket: nothing listens at the path, or there is no such path.
    case noListener = "no-listener"
}

/// A port's state and the reason for it; no reason where this machine failed.
package struct Verdict: Hashable, Sendable, BitwiseCopyable {
    package let state: PortState
    package let reason: Reason?

    package init(_ state: PortState, _ reason: Reason?) {
        self.state = state
        self.reason = reason
    }
}

extension Verdict {
    /// What an attempt to connect says of a TCP port.
    ///
    /// - Parameters:
    ///   - errno: the error of connect(2); `nil` if the connection is established, ETIMEDOUT if the deadline passed.
    ///   - queued: what the error queue held. An ICMP error there is the cause, whatever number the kernel made of it
    ///     (net/ipv4/icmp.c, icmp_err_convert; net/ipv6/icmp.c, tab_unreach). A real RST leaves the queue empty.
    ///   - cause: what on this machine decided.
    package static func tcp(
        _ errno: Errno?,
        queued: QueuedError? = nil,
        target: IPAddress?,
        _ cause: LocalCause? = nil
    ) -> Verdict {
        guard let errno else { return Verdict(.open, .synAck) }
        if let queued, let reason = Reason(icmp: queued) { return Verdict(.filtered, reason) }
        switch errno {
        case .connectionRefused: return Verdict(.closed, .reset)
        case .timedOut: return Verdict(.filtered, .noResponse)
        default: return Verdict(unanswered: errno, target, cause)
        }
    }

    /// What became of datagrams sent to a UDP port of `target`; `errno` is `nil` when one was answered.
    ///
    /// A port unreachable closes the port only where the target itself sent it: from anybody on the way it is a firewall's refusal.
    package static func udp(
        _ errno: Errno?,
        queued: QueuedError? = nil,
        target: IPAddress?,
        _ cause: LocalCause? = nil
    ) -> Verdict {
        guard let errno else { return Verdict(.open, .udpResponse) }
        if let queued, let reason = Reason(icmp: queued) {
            let isClosed = reason == .portUnreachable && queued.isSent(by: target)
            return Verdict(isClosed ? .closed : .filtered, reason)
        }
        switch errno {
        case .connectionRefused: return Verdict(.closed, .portUnreachable)
        case .timedOut: return Verdict(.openOrFiltered, .noResponse)
        default: return Verdict(unanswered: errno, target, cause)
        }
    }

    /// What connecting to a Unix stream socket says of the path.
    package static func unix(_ errno: Errno?) -> Verdict {
        switch errno {
        case nil: Verdict(.open, .accepted)
        case .connectionRefused, .noSuchFileOrDirectory: Verdict(.closed, .noListener)
        case .permissionDenied: Verdict(.filtered, .administrativelyProhibited)
        // EAGAIN: the listener's accept queue is full (unix(7)).
        case .timedOut, .resourceTemporarilyUnavailable: Verdict(.filtered, .noResponse)
        default: Verdict(.error, nil)
        }
    }

    /// Nobody on the way said anything: this machine's routes and neighbours did, or it failed.
    private init(unanswered errno: Errno, _ target: IPAddress?, _ cause: LocalCause?) {
        switch errno {
        case .invalidArgument where cause == .source: self.init(.error, nil)
        // EACCES: the socket may not send to a broadcast address (SO_BROADCAST).
        case .permissionDenied where cause == .groupAddress(isMulticast: false): self.init(.filtered, .networkUnreachable)
        case .noRouteToHost, .hostIsDown: self.init(.filtered, .hostUnreachable)
        case .networkUnreachable, .networkDown: self.init(.filtered, .networkUnreachable)
        // A blackhole route discards silently (ip-route(8)), yet connect(2) reports it.
        case .invalidArgument where target?.needsZone == false: self.init(.filtered, .networkUnreachable)
        // A prohibit route, or a rule of this machine's own firewall (EPERM).
        case .permissionDenied, .notPermitted: self.init(.filtered, .administrativelyProhibited)
        case .protocolNotAvailable: self.init(.filtered, .protocolUnreachable)
        default: self.init(.error, nil)
        }
    }
}

extension Reason {
    /// What an ICMP error says: RFC 792 and RFC 1812 section 5.2.7.1, RFC 4443 section 3. `nil` for one that refuses nothing.
    package init?(icmp error: QueuedError) {
        switch (error.origin, error.icmpType, error.icmpCode) {
        case (.icmp, 3, 0), (.icmp, 3, 6), (.icmp, 3, 11): self = .networkUnreachable
        case (.icmp, 3, 1), (.icmp, 3, 5), (.icmp, 3, 7), (.icmp, 3, 8), (.icmp, 3, 12): self = .hostUnreachable
        case (.icmp, 3, 2): self = .protocolUnreachable
        case (.icmp, 3, 3): self = .portUnreachable
        case (.icmp, 3, 9), (.icmp, 3, 10), (.icmp, 3, 13), (.icmp, 3, 14), (.icmp, 3, 15): self = .administrativelyProhibited
        case (.icmp, 11, _), (.icmp6, 3, _): self = .timeToLiveExceeded
        case (.icmp, 12, _): self = .protocolUnreachable
        case (.icmp6, 1, 0): self = .networkUnreachable
        case (.icmp6, 1, 1), (.icmp6, 1, 5), (.icmp6, 1, 6): self = .administrativelyProhibited
        case (.icmp6, 1, 2), (.icmp6, 1, 3): self = .hostUnreachable
        case (.icmp6, 1, 4): self = .portUnreachable
        // Parameter problem, an unknown next header.
        case (.icmp6, 4, _): self = .protocolUnreachable
        default: return nil
        }
    }
}

extension QueuedError {
    /// The unspecified address is this machine, which answers from its loopback address.
    fileprivate func isSent(by target: IPAddress?) -> Bool {
        guard let offender, let target else { return false }
        return offender.unmapped == target.unmapped || target.isUnspecified && offender.isLoopback
    }
}

extension Errno {
    /// This machine ran out of something: descriptors, ephemeral ports, memory. Waiting may help, and the port is not to blame.
    package var isLocalExhaustion: Bool {
        switch self {
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .addressNotAvailable, .noBufferSpace, .noMemory,
            .resourceTemporarilyUnavailable:
            true
        default: false
        }
    }
}
