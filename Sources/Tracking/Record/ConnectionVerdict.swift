/// What became of a connection, in sonde's own terms: from its steps, the resets that counted, and the sides that were seen.
///
/// Zeek's `conn_state` has fewer words. It calls a handshake done with the SYN-ACK, a close with both FINs, and a side unseen whose
/// beginning was.
package enum ConnectionVerdict: Sendable, CaseIterable {
    case onlyBadChecksums
    /// Both ends are one endpoint: a simultaneous open of a socket with itself.
    case connectedToItself

    /// The SYN was not answered.
    case noAnswer
    case noAnswerToRetransmissions
    case abandoned
    /// It was answered by something else than a SYN-ACK.
    case refused
    case resetIgnored
    case answeredWithoutSYNACK
    /// By a SYN-ACK to another SYN.
    case answeredWrongly
    /// The SYN-ACK was not acknowledged.
    case accepted
    case acceptedResetByOriginator
    case acceptedResetByResponder

    case established
    case halfClosedByOriginator
    case halfClosedByResponder
    case closedOriginatorFirst
    case closedResponderFirst
    /// Both sides sent a FIN, and the acknowledgement of one is missing.
    case unacknowledgedOriginatorFirst
    case unacknowledgedResponderFirst
    /// Both sides sent a FIN, and the capture leaves acknowledgements out.
    case closedByBothOriginatorFirst
    case closedByBothResponderFirst

    case simultaneousOpenUnanswered
    case simultaneousOpenEstablished
    case simultaneousOpenClosed

    case resetByOriginator
    case resetByOriginatorAfterClose
    case resetByOriginatorAfterOwnClose
    case resetByOriginatorAfterBoth
    case resetByResponder
    case resetByResponderAfterClose
    case resetByResponderAfterOwnClose
    case resetByResponderAfterBoth

    /// The SYN was not captured.
    case loneSYNACK
    case partialOpen
    case partialClosedByOriginator
    case partialClosedByResponder
    case partialClosedOriginatorFirst
    case partialClosedResponderFirst
    case partialResetByOriginator
    case partialResetByResponder
    case loneReset
    case neitherStartNorEnd

    /// One side was not captured.
    case openOriginatorAlone
    case resetByOriginatorAlone
    case resetByResponderAlone
    case closedByOriginatorAlone
    case closedByResponderAlone
}

extension ConnectionRecord {
    package var verdict: ConnectionVerdict {
        if hasOnlyBadChecksums { return .onlyBadChecksums }
        if isConnectedToItself { return .connectedToItself }
        if sawSYN { return responderPackets == 0 ? verdictOnOriginatorAlone : verdictOnAttempt }
        return verdictOnPartial
    }

    /// The end of a connection, as far as it was seen.
    private enum End {
        case open
        case halfClosed(by: Side)
        case closed(first: Side)
        /// Both sides sent a FIN; not both were acknowledged.
        case closedUnacknowledged(first: Side)
        /// Both sides sent a FIN; what acknowledges them was left out.
        case closedByBoth(first: Side)
        case reset(by: Side)
    }

    private var end: End {
        let first = closedBy ?? .originator
        if isClosed { return .closed(first: first) }
        if let side = resetBy { return .reset(by: side) }
        switch (sentFIN(.originator), sentFIN(.responder)) {
        case (true, true): return seesControlOnly ? .closedByBoth(first: first) : .closedUnacknowledged(first: first)
        case (true, false): return .halfClosed(by: .originator)
        case (false, true): return .halfClosed(by: .responder)
        case (false, false): return .open
        }
    }

    // MARK: - With a SYN

    private var verdictOnOriginatorAlone: ConnectionVerdict {
        if isChallenged { return resetBy == nil ? .answeredWithoutSYNACK : .abandoned }
        // What it acknowledges, or closes, it can only have from an answer.
        if acknowledgesAnything || sawSYNACK {
            switch end {
            case .reset: return .resetByOriginatorAlone
            case .halfClosed, .closed, .closedUnacknowledged, .closedByBoth: return .closedByOriginatorAlone
            case .open: return .openOriginatorAlone
            }
        }
        if resetBy != nil { return .abandoned }
        return synRetransmits > 0 ? .noAnswerToRetransmissions : .noAnswer
    }

    private var verdictOnAttempt: ConnectionVerdict {
        if opensSimultaneously {
            switch end {
            case .closed: return .simultaneousOpenClosed
            case .open: return isOpen ? .simultaneousOpenEstablished : .simultaneousOpenUnanswered
            default: break
            }
        }
        guard isEstablished else { return verdictOnHandshake }
        switch end {
        case .open: return .established
        case .halfClosed(let side): return side == .originator ? .halfClosedByOriginator : .halfClosedByResponder
        case .closed(let first): return first == .originator ? .closedOriginatorFirst : .closedResponderFirst
        case .closedUnacknowledged(let first):
            return first == .originator ? .unacknowledgedOriginatorFirst : .unacknowledgedResponderFirst
        case .closedByBoth(let first): return first == .originator ? .closedByBothOriginatorFirst : .closedByBothResponderFirst
        case .reset(let side): return verdictOnReset(by: side)
        }
    }

    private func verdictOnReset(by side: Side) -> ConnectionVerdict {
        let isOriginator = side == .originator
        switch (sentFIN(side), sentFIN(isOriginator ? .responder : .originator)) {
        case (true, true): return isOriginator ? .resetByOriginatorAfterBoth : .resetByResponderAfterBoth
        case (true, false): return isOriginator ? .resetByOriginatorAfterOwnClose : .resetByResponderAfterOwnClose
        case (false, true): return isOriginator ? .resetByOriginatorAfterClose : .resetByResponderAfterClose
        case (false, false): return isOriginator ? .resetByOriginator : .resetByResponder
        }
    }

    /// What the SYN came to where the connection was not established.
    private var verdictOnHandshake: ConnectionVerdict {
        if sawSYNACK, !lacksFittingSYNACK {
            switch end {
            case .reset(let side): return side == .originator ? .acceptedResetByOriginator : .acceptedResetByResponder
            default: return .accepted
            }
        }
        switch end {
        case .reset(.responder): return hasDoubtfulReset(by: .responder) ? .resetIgnored : .refused
        case .reset(.originator) where !sentMoreThanResets(.responder): return .abandoned
        default: return lacksFittingSYNACK ? .answeredWrongly : .answeredWithoutSYNACK
        }
    }

    /// Whether the handshake was completed, or what followed shows that it was.
    private var isEstablished: Bool {
        if isOpen { return true }
        // The third step, or what followed it where it was not captured: each acknowledges the SYN-ACK.
        if sentAfterHandshake(.originator) || sentFIN(.originator), isSYNAcknowledged(of: .responder) { return true }
        if isAcknowledgedBeyondCapture(of: .originator) { return true }
        if seesControlOnly, sawSYNACK, sentFIN(.originator) || sentFIN(.responder) { return true }
        // Data of the responder needs no third step where the SYN carried some (RFC 7413), and shows none where it is not acknowledged.
        return !sawSYNACK && !synCarriedData && sentData(.responder) && isSYNAcknowledged(of: .originator)
    }

    // MARK: - Without one

    private var verdictOnPartial: ConnectionVerdict {
        if let alone = verdictOnSideAlone { return alone }
        switch end {
        case .open: return sawSYNACK ? .partialOpen : .neitherStartNorEnd
        case .halfClosed(let side): return side == .originator ? .partialClosedByOriginator : .partialClosedByResponder
        case .closed(let first) where sawSYNACK: return first == .originator ? .closedOriginatorFirst : .closedResponderFirst
        case .closed(let first), .closedUnacknowledged(let first), .closedByBoth(let first):
            return first == .originator ? .partialClosedOriginatorFirst : .partialClosedResponderFirst
        case .reset(let side): return side == .originator ? .partialResetByOriginator : .partialResetByResponder
        }
    }

    /// Where only one side was captured, and not from its SYN on.
    private var verdictOnSideAlone: ConnectionVerdict? {
        guard originatorPackets == 0 || responderPackets == 0 else {
            return hasOnlyResets ? .loneReset : nil
        }
        if hasOnlyResets { return .loneReset }
        // A FIN without an ACK belongs to no connection: it is a scanner's.
        if sentFIN(.originator) || sentFIN(.responder), !acknowledgesAnything, !sawSYNACK { return .noAnswer }
        let isOriginator = responderPackets == 0
        switch end {
        case .open:
            guard sawSYNACK else { return .neitherStartNorEnd }
            return hasOnlySYNACKs ? .loneSYNACK : .partialOpen
        case .reset: return isOriginator ? .resetByOriginatorAlone : .resetByResponderAlone
        case .halfClosed, .closed, .closedUnacknowledged, .closedByBoth:
            return isOriginator ? .closedByOriginatorAlone : .closedByResponderAlone
        }
    }
}
