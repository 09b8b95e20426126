/// Zeek's `conn_state`.
package enum ConnectionState: String, Sendable, CaseIterable {
    /// An attempt without an answer.
    case s0 = "S0"
    /// Established, not closed.
    case s1 = "S1"
    /// Established and closed by both.
    case sf = "SF"
    /// The attempt was refused.
    case rej = "REJ"
    /// Established; the originator closed, the responder did not.
    case s2 = "S2"
    /// Established; the responder closed, the originator did not.
    case s3 = "S3"
    /// Reset by the originator, by the responder.
    case rsto = "RSTO"
    case rstr = "RSTR"
    /// The originator sent a SYN, then a RST; the responder never answered.
    case rstos0 = "RSTOS0"
    /// The responder sent a SYN-ACK, then a RST; no SYN was seen.
    case rstrh = "RSTRH"
    /// The originator sent a SYN, then a FIN; the responder never answered.
    case sh = "SH"
    /// The responder sent a SYN-ACK, then a FIN; no SYN was seen.
    case shr = "SHR"
    /// Traffic without a beginning, not closed either.
    case oth = "OTH"

    /// Zeek's rules (scripts/base/protocols/conn/main.zeek); the first that matches counts.
    init(_ connection: Connection, originatorBytes: Int64, responderBytes: Int64, history: () -> [UInt8]) {
        let originator = connection.originator.state
        let responder = connection.responder.state
        if responder == .reset {
            let nothingSent = originatorBytes == 0 && responderBytes == 0
            if originator == .synSent || originator == .synAckSent || (originator == .reset && nothingSent) {
                self = .rej
            } else {
                self = originator.countsAsUnseen ? .rstrh : .rstr
            }
        } else if originator == .reset {
            guard responder.countsAsUnseen else {
                self = .rsto
                return
            }
            self = Self.isSynThenReset(history()) ? .rstos0 : .oth
        } else if originator == .closed {
            self = responder == .closed ? .sf : responder.countsAsUnseen ? .sh : .s2
        } else if responder == .closed {
            self = originator.countsAsUnseen ? .shr : .s3
        } else if originator == .synSent, responder == .inactive {
            self = .s0
        } else {
            self = originator == .established && responder == .established ? .s1 : .oth
        }
    }

    /// Whether a history matches `^?S[^HAFGIQ]*R.*`: a SYN, and a RST before anything else that matters.
    static func isSynThenReset(_ history: [UInt8]) -> Bool {
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
