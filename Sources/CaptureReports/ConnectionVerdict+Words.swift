package import Tracking

extension ConnectionVerdict {
    package var words: StaticString {
        switch self {
        case .onlyBadChecksums: "all segments have wrong checksums"
        case .connectedToItself: "a socket connected to itself"
        case .noAnswer: "no answer"
        case .noAnswerToRetransmissions: "no answer, SYN retransmitted"
        case .abandoned: "aborted by the originator before an answer"
        case .refused: "refused"
        case .resetIgnored: "no answer but a RST that does not acknowledge the SYN"
        case .answeredWithoutSYNACK: "answered, but not by a SYN-ACK"
        case .answeredWrongly: "answered by a SYN-ACK that does not acknowledge the SYN"
        case .accepted: "accepted, handshake not completed"
        case .acceptedResetByOriginator: "accepted, then reset by the originator before the handshake completed"
        case .acceptedResetByResponder: "accepted, then reset by the responder before the handshake completed"
        case .established: "established, still open"
        case .halfClosedByOriginator: "half-closed: closed by the originator only"
        case .halfClosedByResponder: "half-closed: closed by the responder only"
        case .closedOriginatorFirst: "opened and closed in order, originator first"
        case .closedResponderFirst: "opened and closed in order, responder first"
        case .unacknowledgedOriginatorFirst: "closed by both, originator first; a FIN was not acknowledged"
        case .unacknowledgedResponderFirst: "closed by both, responder first; a FIN was not acknowledged"
        case .closedByBothOriginatorFirst: "closed by both, originator first"
        case .closedByBothResponderFirst: "closed by both, responder first"
        case .simultaneousOpenUnanswered: "simultaneous open, not established"
        case .simultaneousOpenEstablished: "simultaneous open, still open"
        case .simultaneousOpenClosed: "simultaneous open, closed in order"
        case .resetByOriginator: "reset by the originator"
        case .resetByOriginatorAfterClose: "reset by the originator after the responder's close"
        case .resetByOriginatorAfterOwnClose: "reset by the originator after its own close"
        case .resetByOriginatorAfterBoth: "closed by both, then reset by the originator before every FIN was acknowledged"
        case .resetByResponder: "reset by the responder"
        case .resetByResponderAfterClose: "reset by the responder after the originator's close"
        case .resetByResponderAfterOwnClose: "reset by the responder after its own close"
        case .resetByResponderAfterBoth: "closed by both, then reset by the responder before every FIN was acknowledged"
        case .loneSYNACK: "SYN-ACK without a captured SYN"
        case .partialOpen: "SYN not captured; still open"
        case .partialClosedByOriginator: "start not captured; closed by the originator only"
        case .partialClosedByResponder: "start not captured; closed by the responder only"
        case .partialClosedOriginatorFirst: "start not captured; closed by both, originator first"
        case .partialClosedResponderFirst: "start not captured; closed by both, responder first"
        case .partialResetByOriginator: "start not captured; reset by the originator"
        case .partialResetByResponder: "start not captured; reset by the responder"
        case .loneReset: "reset without a connection"
        case .neitherStartNorEnd: "neither start nor end captured"
        case .openOriginatorAlone: "still open; responder not captured"
        case .resetByOriginatorAlone: "reset by the originator; responder not captured"
        case .resetByResponderAlone: "reset by the responder; originator not captured"
        case .closedByOriginatorAlone: "closed by the originator; responder not captured"
        case .closedByResponderAlone: "closed by the responder; originator not captured"
        }
    }
}

extension ConnectionRecord {
    /// Zeek's state and the verdict: `SF: opened and closed in order, originator first`.
    package var summary: String { "\(state.name): \(verdict.words)" + (stateNamesVainReset ? "\(Self.vainReset)" : "") }

    /// For people, who read the verdict beside Zeek's state.
    static let vainReset: StaticString = "; a RST ended nothing"
}
