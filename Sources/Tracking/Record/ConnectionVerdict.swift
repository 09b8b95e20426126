/// What became of a connection, finer than Zeek's `conn_state`.
package enum ConnectionVerdict: Sendable, CaseIterable {
    case onlyBadChecksums
    /// Both ends are one endpoint: a simultaneous open of a socket with itself.
    case connectedToItself

    case noAnswer
    case noAnswerToRetransmissions
    case refused
    case abandoned

    case established
    case halfClosedByOriginator
    case halfClosedByResponder
    case closedOriginatorFirst
    case closedResponderFirst

    case simultaneousOpenUnanswered
    case simultaneousOpenEstablished
    case simultaneousOpenClosed

    case resetByOriginator
    case resetByOriginatorAfterClose
    case resetByResponder
    case resetByResponderAfterClose

    /// The beginning was not captured.
    case partialClosedOriginatorFirst
    case partialClosedResponderFirst
    case loneReset
    case loneSYNACK
    case neitherStartNorEnd

    /// One side was not captured.
    case resetByResponderAlone
    case closedByOriginatorAlone
    case closedByResponderAlone
}

extension ConnectionRecord {
    package var verdict: ConnectionVerdict { verdict(in: state) }

    /// The verdict where the state is known already.
    package func verdict(in state: ConnectionState) -> ConnectionVerdict {
        if hasOnlyBadChecksums { return .onlyBadChecksums }
        if isConnectedToItself { return .connectedToItself }
        switch state {
        case .s0: return synRetransmits > 0 ? .noAnswerToRetransmissions : .noAnswer
        case .rej: return .refused
        case .rstos0: return .abandoned
        case .s1:
            guard opensSimultaneously else { return .established }
            return isOpen ? .simultaneousOpenEstablished : .simultaneousOpenUnanswered
        case .sf:
            if opensSimultaneously { return .simultaneousOpenClosed }
            guard openedBy != nil else {
                return closedBy == .responder ? .partialClosedResponderFirst : .partialClosedOriginatorFirst
            }
            return closedBy == .responder ? .closedResponderFirst : .closedOriginatorFirst
        case .s2: return .halfClosedByOriginator
        case .s3: return .halfClosedByResponder
        case .rsto: return closedBy == .responder ? .resetByOriginatorAfterClose : .resetByOriginator
        case .rstr: return closedBy == .originator ? .resetByResponderAfterClose : .resetByResponder
        case .rstrh: return .resetByResponderAlone
        case .sh: return .closedByOriginatorAlone
        case .shr: return .closedByResponderAlone
        case .oth:
            if originatorState == .reset { return .loneReset }
            return originatorState == .synAckSent ? .loneSYNACK : .neitherStartNorEnd
        }
    }
}
