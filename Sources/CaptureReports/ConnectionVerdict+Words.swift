import Tracking

extension ConnectionVerdict {
    var words: StaticString {
        switch self {
        case .onlyBadChecksums: "all segments have wrong checksums"
        case .connectedToItself: "a socket connected to itself"
        case .noAnswer: "no answer"
        case .noAnswerToRetransmissions: "no answer, SYN retransmitted"
        case .refused: "refused"
        case .abandoned: "aborted by the originator before an answer"
        case .established: "established, still open"
        case .halfClosedByOriginator: "half-closed: closed by the originator only"
        case .halfClosedByResponder: "half-closed: closed by the responder only"
        case .closedOriginatorFirst: "opened and closed in order, originator first"
        case .closedResponderFirst: "opened and closed in order, responder first"
        case .simultaneousOpenUnanswered: "simultaneous open, not established"
        case .simultaneousOpenEstablished: "simultaneous open, still open"
        case .simultaneousOpenClosed: "simultaneous open, closed in order"
        case .resetByOriginator: "reset by the originator"
        case .resetByOriginatorAfterClose: "reset by the originator after the responder's close"
        case .resetByResponder: "reset by the responder"
        case .resetByResponderAfterClose: "reset by the responder after the originator's close"
        case .partialClosedOriginatorFirst: "start not captured; closed by both, originator first"
        case .partialClosedResponderFirst: "start not captured; closed by both, responder first"
        case .loneReset: "reset without a connection"
        case .loneSYNACK: "SYN-ACK without a captured SYN"
        case .neitherStartNorEnd: "neither start nor end captured"
        case .resetByResponderAlone: "reset by the responder; originator not captured"
        case .closedByOriginatorAlone: "closed by the originator; responder not captured"
        case .closedByResponderAlone: "closed by the responder; originator not captured"
        }
    }
}
