/// What a segment does, apart from what is unusual about it. Times are nanoseconds.
package enum Event: Sendable, Equatable, BitwiseCopyable {
    /// Neither control bits, acknowledgement nor data.
    case none
    case wantsToConnect
    /// The same SYN again: the connection's retransmissions so far, `nil` where both sides sent SYNs, and the time since the first one,
    /// `nil` where the capture's times run backwards.
    case repeatsSYN(attempt: Int?, after: Int64?)
    /// A SYN that crosses the other side's.
    case opensSimultaneously
    /// A SYN-ACK, with the time since the SYN.
    case accepts(after: Int64?)
    /// A SYN-ACK that acknowledges something other than the SYN.
    case acceptsWrongly
    /// A SYN-ACK whose own number is another than that of the SYN-ACK before it.
    case acceptsAnew
    /// The last step of the handshake, with the time since the SYN.
    case establishes(after: Int64?)
    case sendsData
    /// Data after the other side closed its direction.
    case sendsDataHalfClosed
    case acknowledges
    case closesFirst
    case acknowledgesFIN
    /// Acknowledges a FIN that crossed the sender's own.
    case acknowledgesCrossingFIN
    /// Acknowledges the FIN and carries the second one.
    case closesToo
    /// The second FIN, in a segment of its own.
    case closesSecond
    /// A FIN that crosses the other side's.
    case closesSimultaneously
    case acknowledgesLastFIN
    /// The same where the FINs crossed: both sides wait in TIME-WAIT.
    case acknowledgesLastCrossingFIN
    /// A RST that answers a SYN, with the time since it.
    case refuses(after: Int64?)
    /// A RST of the side that sent the SYN, before an answer arrived or was acknowledged.
    case abandons
    /// A RST of the side that sent the SYN-ACK, before the third step.
    case withdraws
    /// A RST in an established connection.
    case aborts
    /// A RST after the sender's own FIN.
    case abortsAfterFIN
    /// The same while data of the other side is not acknowledged, which probably is the reason.
    case abortsAfterFINForData
    /// A RST after the other side's FIN.
    case abortsAfterPeerFIN
    /// A RST after both FINs, while one of them is not acknowledged.
    case abortsBeforeLastAcknowledgement
    /// A RST after both FINs and the acknowledgement of each.
    case resetsAfterClose
    /// A RST where no beginning was seen.
    case resetsUnseen
    /// A RST that does not acknowledge the SYN which it seems to answer: its receiver ignores it.
    case resetsNoSYN
    /// A RST whose number is not the next one: its receiver ignores it, or answers it with a challenge ACK.
    case resetsWrongNumber
    /// A RST that answers the acknowledgement of something that was never sent (RFC 9293 sections 3.10.7.3 and 3.10.7.4): it ends
    /// no attempt.
    case rejectsAcknowledgement
    /// An ACK that answers a SYN within an open connection (RFC 5961 section 4).
    case challenges
    /// The SYN that the connection began with, captured behind the answer to it.
    case synCapturedLate
    /// A FIN or SYN where none is expected, or several of SYN, FIN and RST at once.
    case contradictsItself
    /// A frame that was captured on another interface just before: it was sent once.
    case capturedTwice
    /// Ignored for its checksum.
    case hasBadChecksum

    /// The events without their values, as the tracker writes them.
    package enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
        case none
        case wantsToConnect
        case repeatsSYN
        case opensSimultaneously
        case accepts
        case acceptsWrongly
        case acceptsAnew
        case establishes
        case sendsData
        case sendsDataHalfClosed
        case acknowledges
        case closesFirst
        case acknowledgesFIN
        case acknowledgesCrossingFIN
        case closesToo
        case closesSecond
        case closesSimultaneously
        case acknowledgesLastFIN
        case acknowledgesLastCrossingFIN
        case refuses
        case abandons
        case withdraws
        case aborts
        case abortsAfterFIN
        case abortsAfterFINForData
        case abortsAfterPeerFIN
        case abortsBeforeLastAcknowledgement
        case resetsAfterClose
        case resetsUnseen
        case resetsNoSYN
        case resetsWrongNumber
        case rejectsAcknowledgement
        case challenges
        case synCapturedLate
        case contradictsItself
        case capturedTwice
        case hasBadChecksum
    }
}
