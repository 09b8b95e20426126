package import SondeSystem
package import SystemPackage

/// Where a path ends, and why.
package enum PathVerdict: Hashable, Sendable {
    /// The target answered.
    case reached(HopReply.TargetAnswer, hops: Int)
    /// The sender of an ICMP error refused the packet; `ttl` is the hop at which it answered before, where it did.
    case refused(QueuedError, ttl: Int?)
    case loop(PathTrace.Loop)
    /// Silence after this hop; `nil` where not one answered.
    case lost(after: Hop?)
    /// This machine could not send.
    case local(Errno)
    /// The kernel passes no ICMP errors of connections on.
    case noErrorQueue
    /// The trace was ended from outside; who had answered last, `nil` for nobody.
    case interrupted(after: Hop?)
}

/// The path of one port, traced.
package struct TracedPath: Sendable {
    package let hops: [Hop]
    package let verdict: PathVerdict
    /// The path of another port of the same target, behind the last hop that answered: it shows whether that hop drops or is merely
    /// silent.
    package let control: Control?

    package struct Control: Sendable {
        package let port: UInt16
        package let hops: [Hop]

        package var answer: HopReply.TargetAnswer? {
            if case .answered(let answer) = hops.last?.reply { answer } else { nil }
        }
    }

    /// What on this machine ended a trace before its end.
    package enum Obstacle: Hashable, Sendable {
        /// It could not send.
        case local(Errno)
        /// Its kernel passes no ICMP errors of connections on.
        case noErrorQueue
        /// A signal ended it, so that silence says nothing.
        case signal
    }

    package init(hops: [Hop], obstacle: Obstacle? = nil, control: Control? = nil) {
        self.hops = hops
        self.control = control
        verdict = Self.verdict(on: hops, obstacle)
    }

    private static func verdict(on hops: [Hop], _ obstacle: Obstacle?) -> PathVerdict {
        switch obstacle {
        case .local(let errno)?: return .local(errno)
        case .noErrorQueue?: return .noErrorQueue
        case .signal? where hops.last?.reply?.isFinal != true: return .interrupted(after: hops.last { $0.reply != nil })
        case .signal?, nil: break
        }
        switch hops.last?.reply {
        case .answered(let answer): return .reached(answer, hops: hops.last?.ttl ?? 0)
        case .refused(let error):
            return .refused(
                error,
                ttl: hops.first { $0.router == error.offender }.map(\.ttl).flatMap { $0 == hops.last?.ttl ? nil : $0 }
            )
        case .timeExceeded, nil:
            if let loop = PathTrace.loop(in: hops) { return .loop(loop) }
            return .lost(after: hops.last { $0.reply != nil })
        }
    }

    /// A change of the SYN between two hops that quote it.
    package struct Change: Hashable, Sendable {
        package let from: Hop
        package let to: Hop
        package let before: QuotedSYN
        package let after: QuotedSYN
        package let parts: [QuotedSYN.Part]
    }

    package var changes: [Change] {
        let quoting = hops.compactMap { hop in hop.reply?.quotedSYN.map { (hop, $0) } }
        return zip(quoting, quoting.dropFirst()).compactMap { earlier, later in
            let parts = later.1.changes(since: earlier.1)
            return parts.isEmpty
                ? nil : Change(from: earlier.0, to: later.0, before: earlier.1, after: later.1, parts: parts)
        }
    }

    /// The last TTL at which a router reported Time Exceeded; `nil` where the target answered.
    package var lostAfterTTL: Int? {
        if case .reached = verdict { return nil }
        return hops.last { if case .timeExceeded = $0.reply { true } else { false } }?.ttl
    }
}
