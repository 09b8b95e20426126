import Tracking

extension ConnectionVerdict {
    var words: StaticString {
        switch self {
        case .onlyBadChecksums: "all segments have wrong checksums"
        case .connectedToItself: "a socket connected to itself"
        case .noAnswer: "no answer"
        case .noAnswerToRetransmissions: "no answer, though asked again"
        case .refused: "refused"
        case .abandoned: "given up by the originator before an answer"
        case .established: "established, still open"
        case .halfClosedByOriginator: "closed by the originator alone: half closed"
        case .halfClosedByResponder: "closed by the responder alone: half closed"
        case .closedOriginatorFirst: "opened and closed in order, by the originator first"
        case .closedResponderFirst: "opened and closed in order, by the responder first"
        case .simultaneousOpenUnanswered: "asked for by both at once, not established"
        case .simultaneousOpenEstablished: "opened by both at once, still open"
        case .simultaneousOpenClosed: "opened by both at once, closed in order"
        case .resetByOriginator: "reset by the originator"
        case .resetByOriginatorAfterClose: "reset by the originator after the responder's close"
        case .resetByResponder: "reset by the responder"
        case .resetByResponderAfterClose: "reset by the responder after the originator's close"
        case .partialClosedOriginatorFirst: "beginning not captured; closed by both, the originator first"
        case .partialClosedResponderFirst: "beginning not captured; closed by both, the responder first"
        case .loneReset: "a reset without a connection"
        case .loneSYNACK: "an answer to a SYN that was not seen"
        case .neitherStartNorEnd: "neither beginning nor end captured"
        case .resetByResponderAlone: "reset by the responder; the originator was not seen"
        case .closedByOriginatorAlone: "closed by the originator; the responder was not seen"
        case .closedByResponderAlone: "closed by the responder; the originator was not seen"
        }
    }
}
