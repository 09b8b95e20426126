package import Addresses
package import SondeSystem

/// What came back for one TTL.
package enum HopReply: Hashable, Sendable {
    /// A router discarded the packet because its TTL ran out (ICMP 11/0, ICMPv6 3/0).
    case timeExceeded(QueuedError, Quote)
    /// The target itself answered the packet.
    case answered(TargetAnswer)
    /// Somebody refused the packet with another ICMP error.
    case refused(QueuedError)

    package enum TargetAnswer: String, Hashable, Sendable {
        /// A SYN-ACK, or a UDP response.
        case open
        /// An RST, or for UDP a port unreachable by the target.
        case closed
    }

    /// How much of the packet an ICMP error quotes.
    package enum Quote: Hashable, Sendable {
        /// The whole TCP header.
        case syn(QuotedSYN)
        /// Too few bytes to compare: 8 as RFC 792 asks for, or a UDP header.
        case short
    }

    /// Who sent it; `nil` for the target's own answer.
    package var router: IPAddress? {
        switch self {
        case .timeExceeded(let error, _), .refused(let error): error.offender
        case .answered: nil
        }
    }

    /// Whether no higher TTL can be answered otherwise.
    var isFinal: Bool {
        if case .timeExceeded = self { false } else { true }
    }

    package var quotedSYN: QuotedSYN? {
        if case .timeExceeded(_, .syn(let quoted)) = self { quoted } else { nil }
    }
}

/// One TTL of a path.
package struct Hop: Hashable, Sendable {
    package let ttl: Int
    package internal(set) var reply: HopReply?
    /// From the packet to its answer.
    package internal(set) var roundTrip: Nanoseconds?
    /// How many packets were sent with this TTL, scouts left out.
    package internal(set) var attempts = 0

    package init(ttl: Int, reply: HopReply? = nil, roundTrip: Nanoseconds? = nil) {
        self.ttl = ttl
        self.reply = reply
        self.roundTrip = roundTrip
    }

    package var router: IPAddress? { reply?.router }
}
