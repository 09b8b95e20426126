/// Zeek's `conn_state`.
package enum ConnectionState: Sendable, CaseIterable {
    /// An attempt without an answer.
    case s0
    /// Established, not closed.
    case s1
    /// Established and closed by both.
    case sf
    /// The attempt was refused.
    case rej
    /// Established; the originator closed, the responder did not.
    case s2
    /// Established; the responder closed, the originator did not.
    case s3
    /// Reset by the originator, by the responder.
    case rsto
    case rstr
    /// The originator sent a SYN, then a RST; the responder never answered.
    case rstos0
    /// The responder sent a SYN-ACK, then a RST; no SYN was seen.
    case rstrh
    /// The originator sent a SYN, then a FIN; the responder never answered.
    case sh
    /// The responder sent a SYN-ACK, then a FIN; no SYN was seen.
    case shr
    /// Traffic without a beginning, not closed either.
    case oth

    /// As Zeek writes it.
    package var name: StaticString {
        switch self {
        case .s0: "S0"
        case .s1: "S1"
        case .sf: "SF"
        case .rej: "REJ"
        case .s2: "S2"
        case .s3: "S3"
        case .rsto: "RSTO"
        case .rstr: "RSTR"
        case .rstos0: "RSTOS0"
        case .rstrh: "RSTRH"
        case .sh: "SH"
        case .shr: "SHR"
        case .oth: "OTH"
        }
    }
}

extension ConnectionRecord {
    /// Zeek's `conn_state`, by the first of its rules (scripts/base/protocols/conn/main.zeek) that matches.
    package var state: ConnectionState {
        let originator = originatorState
        let responder = responderState
        if responder == .reset {
            let nothingSent = originatorBytes == 0 && responderBytes == 0
            if originator == .synSent || originator == .synAckSent || (originator == .reset && nothingSent) { return .rej }
            return originator.countsAsUnseen ? .rstrh : .rstr
        }
        if originator == .reset {
            guard responder.countsAsUnseen else { return .rsto }
            return Self.isSynThenReset(history) ? .rstos0 : .oth
        }
        if originator == .closed { return responder == .closed ? .sf : responder.countsAsUnseen ? .sh : .s2 }
        if responder == .closed { return originator.countsAsUnseen ? .shr : .s3 }
        if originator == .synSent, responder == .inactive { return .s0 }
        return originator == .established && responder == .established ? .s1 : .oth
    }

    /// Whether a history matches `^?S[^HAFGIQ]*R.*`: a SYN, and a RST before anything else that matters.
    private static func isSynThenReset(_ history: [UInt8]) -> Bool {
        var letters = history[...]
        if letters.first == UInt8(ascii: "^") { letters = letters.dropFirst() }
        guard letters.first == UInt8(ascii: "S") else { return false }
        for letter in letters.dropFirst() {
            if letter == UInt8(ascii: "R") { return true }
            if "HAFGIQ".utf8.contains(letter) { return false }
        }
        return false
    }
}
