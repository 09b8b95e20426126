/// What a segment means to its connection: facts without text, so that segments which nobody prints cost no string.
package struct Annotation: Sendable, BitwiseCopyable {
    /// The connection's number, counted from 1 in the order of first segments.
    package var connection: UInt32 = 0
    package var isFromOriginator = true
    package var step = Step.none
    package internal(set) var kind = Event.Kind.none
    package var findings = Findings.none
    /// Nanoseconds since the latest SYN; 0 where none was seen or the initial round trip is known.
    var sinceSYN: Int64 = 0
    /// Of a retransmission, nanoseconds since the sender's highest sequence number was sent first; else 0.
    var age: Int64 = 0
    /// SYN retransmissions of the connection so far; 0 where both sides sent SYNs, since it is the sum of both.
    var attempt: UInt32 = 0

    /// Its numbers relative to those that both sides began with: 0 is the SYN, 1 the first byte. The acknowledgement counts where
    /// the segment has one.
    package internal(set) var relativeSequence: UInt32 = 0
    package internal(set) var relativeAcknowledgement: UInt32 = 0

    package init() {}

    package var event: Event {
        switch kind {
        case .none: .none
        case .wantsToConnect: .wantsToConnect
        case .repeatsSYN: .repeatsSYN(attempt: attempt > 0 ? Int(attempt) : nil, after: known(age))
        case .opensSimultaneously: .opensSimultaneously
        case .accepts: .accepts(after: known(sinceSYN))
        case .acceptsWrongly: .acceptsWrongly
        case .acceptsAnew: .acceptsAnew
        case .establishes: .establishes(after: known(sinceSYN))
        case .sendsData: .sendsData
        case .sendsDataHalfClosed: .sendsDataHalfClosed
        case .acknowledges: .acknowledges
        case .closesFirst: .closesFirst
        case .acknowledgesFIN: .acknowledgesFIN
        case .acknowledgesCrossingFIN: .acknowledgesCrossingFIN
        case .closesToo: .closesToo
        case .closesSecond: .closesSecond
        case .closesSimultaneously: .closesSimultaneously
        case .acknowledgesLastFIN: .acknowledgesLastFIN
        case .acknowledgesLastCrossingFIN: .acknowledgesLastCrossingFIN
        case .refuses: .refuses(after: known(sinceSYN))
        case .abandons: .abandons
        case .withdraws: .withdraws
        case .aborts: .aborts
        case .abortsAfterFIN: .abortsAfterFIN
        case .abortsAfterFINForData: .abortsAfterFINForData
        case .abortsAfterPeerFIN: .abortsAfterPeerFIN
        case .abortsBeforeLastAcknowledgement: .abortsBeforeLastAcknowledgement
        case .resetsAfterClose: .resetsAfterClose
        case .resetsUnseen: .resetsUnseen
        case .resetsNoSYN: .resetsNoSYN
        case .resetsWrongNumber: .resetsWrongNumber
        case .rejectsAcknowledgement: .rejectsAcknowledgement
        case .challenges: .challenges
        case .synCapturedLate: .synCapturedLate
        case .contradictsItself: .contradictsItself
        case .capturedTwice: .capturedTwice
        case .hasBadChecksum: .hasBadChecksum
        }
    }

    /// Nanoseconds since the sender's highest sequence number was sent first, where this segment is a retransmission: by that time
    /// Wireshark judges it. `nil` where the capture's times run backwards.
    package var retransmittedAfter: Int64? {
        findings.isDisjoint(with: .anyRetransmission) ? nil : known(age)
    }

    private func known(_ nanoseconds: Int64) -> Int64? { nanoseconds > 0 ? nanoseconds : nil }
}

/// A step of the opening or of the close whose sequence and acknowledgement numbers fit.
@usableFromInline
package struct Step: Sendable, Equatable, BitwiseCopyable {
    package enum Phase: UInt8, Sendable, BitwiseCopyable {
        case open
        case close
    }

    package let phase: Phase
    package let number: UInt8
    /// The last step that the segment is: one more than `number` where its FIN and its acknowledgement are a step each.
    package let last: UInt8
    /// 0 where the segment is no step.
    @usableFromInline package let total: UInt8

    package static let none = Step(phase: .open, number: 0, last: 0, total: 0)

    package static func open(_ number: Int, of total: Int) -> Step {
        Step(phase: .open, number: UInt8(number), last: UInt8(number), total: UInt8(total))
    }

    /// One of the four steps of a close.
    package static func close(_ number: Int) -> Step {
        Step(phase: .close, number: UInt8(number), last: UInt8(number), total: 4)
    }

    /// The second and third step of a close in one segment.
    package static let closeSecondAndThird = Step(phase: .close, number: 2, last: 3, total: 4)

    @inlinable package var isNone: Bool { total == 0 }
}
