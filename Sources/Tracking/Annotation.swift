/// What a segment means to its connection: facts without text, so that those which nobody prints cost no string.
package struct Annotation: Sendable, BitwiseCopyable {
    /// The connection's number, counted from 1 in the order of first segments.
    package var connection: UInt32 = 0
    package var isFromOriginator = true
    package var step = Step.none
    package var event = Event.none
    package var findings = Findings.none
    /// Nanoseconds whose meaning the event tells: since the SYN for `.accepts` and `.refuses`, of the whole handshake for
    /// `.establishes`; since the sender's last segment for a retransmission.
    package var elapsed: Int64 = 0
    /// How often that was so before: SYNs repeated, duplicate acknowledgements.
    package var count: UInt32 = 0

    package init() {}
}

/// A step of the opening or of the close whose sequence and acknowledgement numbers fit.
package struct Step: Sendable, Equatable, BitwiseCopyable {
    package enum Phase: UInt8, Sendable, BitwiseCopyable {
        case open
        case close
    }

    package var phase: Phase
    package var number: UInt8
    /// 0 where the segment is no step.
    package var total: UInt8

    package static let none = Step(phase: .open, number: 0, total: 0)

    package static func open(_ number: Int, of total: Int) -> Step {
        Step(phase: .open, number: UInt8(number), total: UInt8(total))
    }

    package static func close(_ number: Int, of total: Int) -> Step {
        Step(phase: .close, number: UInt8(number), total: UInt8(total))
    }

    package var isNone: Bool { total == 0 }
    package var isLast: Bool { !isNone && number == total }
}

/// What a segment does, apart from what is odd about it.
package enum Event: UInt8, Sendable, BitwiseCopyable {
    case none
    case wantsToConnect
    /// The same SYN again.
    case repeatsSyn
    /// A SYN that crosses the other side's.
    case opensSimultaneously
    case accepts
    /// A SYN-ACK that acknowledges something else than the SYN.
    case acceptsWrongly
    case establishes
    case sendsData
    /// Data after the other side closed its direction.
    case sendsDataHalfClosed
    case acknowledges
    case closesFirst
    case acknowledgesFin
    /// Acknowledges a FIN that crossed the sender's own.
    case acknowledgesCrossingFin
    /// Acknowledges the FIN and carries the second one.
    case closesToo
    /// The second FIN, in a segment of its own.
    case closesSecond
    /// A FIN that crosses the other side's.
    case closesSimultaneously
    case acknowledgesLastFin
    /// A RST that answers a SYN.
    case refuses
    /// A RST of the side that sent the SYN, before an answer came or was acknowledged.
    case abandons
    /// A RST in an established connection.
    case aborts
    /// A RST after the sender's own FIN.
    case abortsAfterFin
    /// A RST after the other side's FIN.
    case abortsAfterPeerFin
    /// A RST after both FINs.
    case resetsAfterClose
    /// A RST where no beginning was seen.
    case resetsUnseen
    /// FIN or SYN in a place where it tells nothing, several of SYN, FIN and RST at once.
    case contradictsItself
    /// Not looked at any further.
    case hasBadChecksum
}

/// What is odd about a segment, by the names of Wireshark's `tcp.analysis`.
package struct Findings: MarkSet {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static var retransmission: Findings { Findings(rawValue: 1 << 0) }
    package static var fastRetransmission: Findings { Findings(rawValue: 1 << 1) }
    /// What it repeats was acknowledged already.
    package static var spuriousRetransmission: Findings { Findings(rawValue: 1 << 2) }
    package static var outOfOrder: Findings { Findings(rawValue: 1 << 3) }
    package static var keepAlive: Findings { Findings(rawValue: 1 << 4) }
    package static var keepAliveAck: Findings { Findings(rawValue: 1 << 5) }
    package static var zeroWindow: Findings { Findings(rawValue: 1 << 6) }
    package static var windowUpdate: Findings { Findings(rawValue: 1 << 7) }
    package static var duplicateAck: Findings { Findings(rawValue: 1 << 8) }
    /// A segment before this one was not captured.
    package static var previousSegmentLost: Findings { Findings(rawValue: 1 << 9) }
    /// It acknowledges something that was not captured.
    package static var acknowledgesUnseen: Findings { Findings(rawValue: 1 << 10) }
    package static var zeroWindowProbe: Findings { Findings(rawValue: 1 << 11) }
    package static var zeroWindowProbeAck: Findings { Findings(rawValue: 1 << 12) }
    /// The endpoints were used before in this capture.
    package static var reusesEndpoints: Findings { Findings(rawValue: 1 << 13) }
    /// Data in the SYN (TCP Fast Open, RFC 7413).
    package static var synData: Findings { Findings(rawValue: 1 << 14) }

    /// The kinds that send something again.
    package static var anyRetransmission: Findings { Findings(rawValue: 0b111) }
    package static var none: Findings { Findings(rawValue: 0) }
}
