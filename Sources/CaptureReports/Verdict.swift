import Addresses
import Tracking

/// A connection's fate in a sentence.
extension ConnectionRecord {
    var verdict: StaticString { verdict(in: state) }

    /// The verdict where the state is known already.
    func verdict(in state: ConnectionState) -> StaticString {
        if hasOnlyBadChecksums { return "all segments have wrong checksums" }
        if originator.port == responder.port, originator.address == responder.address { return "a socket connected to itself" }
        switch state {
        case .s0: return synRetransmits > 0 ? "no answer, though asked again" : "no answer"
        case .rej: return "refused"
        case .rstos0: return "given up by the originator before an answer"
        case .s1: return stillOpen
        case .sf: return closedInOrder
        case .s2: return "closed by the originator alone: half closed"
        case .s3: return "closed by the responder alone: half closed"
        case .rsto:
            return responderEnded ? "reset by the originator after the responder's close" : "reset by the originator"
        case .rstr:
            return originatorEnded ? "reset by the responder after the originator's close" : "reset by the responder"
        case .rstrh: return "reset by the responder; the originator was not seen"
        case .sh: return "closed by the originator; the responder was not seen"
        case .shr: return "closed by the responder; the originator was not seen"
        case .oth: return other
        }
    }

    private var stillOpen: StaticString {
        guard opensSimultaneously else { return "established, still open" }
        return isOpen ? "opened by both at once, still open" : "asked for by both at once, not established"
    }

    private var closedInOrder: StaticString {
        if opensSimultaneously { return "opened by both at once, closed in order" }
        guard openedBy != nil else {
            return responderEnded
                ? "beginning not captured; closed by both, the responder first"
                : "beginning not captured; closed by both, the originator first"
        }
        return responderEnded
            ? "opened and closed in order, by the responder first" : "opened and closed in order, by the originator first"
    }

    // Patterns, since `==` of an enumeration with raw values is the generic one in other modules.
    private var originatorEnded: Bool { if case .originator? = closedBy { true } else { false } }
    private var responderEnded: Bool { if case .responder? = closedBy { true } else { false } }

    private var other: StaticString {
        if originatorState == .reset { return "a reset without a connection" }
        if originatorState == .synAckSent { return "an answer to a SYN that was not seen" }
        return "neither beginning nor end captured"
    }
}
