import Addresses
import ConnectionTracing
import Console
import Probing
import SondeSystem

/// What is remarkable about a connection beyond its state.
enum TraceFinding: Hashable, Sendable {
    case repeatedSYN(Int)
    case unansweredSYN(Int)
    case repeatedSYNACK(Int)
    case foreignReset(HandshakeEvidence.ForeignReset)
    case zeroWindow
    case keptOpen(Nanoseconds)
    case tooMuch
    /// The capture ran, and this machine sent nothing.
    case nothingSent
    /// The same, and no ICMP error or neighbour explains it.
    case droppedHere
    /// A RST was captured, and no SYN.
    case resetHere
    /// The capture ran, and the segments are missing all the same.
    case nothingCaptured

    /// In the order in which a report lists them.
    static func all(of connection: TracedConnection, _ evidence: HandshakeEvidence?, isCaptured: Bool) -> [TraceFinding] {
        var findings: [TraceFinding] = []
        let isAnswered = connection.result.isAnsweredByHost
        if let evidence {
            if evidence.synCount > 1 {
                findings.append(isAnswered ? .repeatedSYN(evidence.synCount) : .unansweredSYN(evidence.synCount))
            }
            if evidence.synAckCount > 1 { findings.append(.repeatedSYNACK(evidence.synAckCount)) }
            if let foreign = evidence.foreignReset { findings.append(.foreignReset(foreign)) }
            if evidence.synCount == 0, evidence.resetCount > 0 { findings.append(.resetHere) }
        } else if isCaptured {
            findings.append(missing(connection.result.verdict))
        } else if let retransmits = connection.result.retransmits, retransmits > 0 {
            findings.append(isAnswered ? .repeatedSYN(retransmits + 1) : .unansweredSYN(retransmits + 1))
        }
        if evidence?.synAck?.window == 0 { findings.append(.zeroWindow) }
        switch connection.exchange.end {
        case .keptOpen: findings.append(.keptOpen(connection.exchange.patience))
        case .tooMuch: findings.append(.tooMuch)
        case .none, .closed, .reset: break
        }
        return findings
    }

    private static func missing(_ verdict: Verdict) -> TraceFinding {
        switch (verdict.state, verdict.reason) {
        case (.open, _): .nothingCaptured
        case (_, .noResponse): .droppedHere
        default: .nothingSent
        }
    }

    var words: String {
        switch self {
        case .repeatedSYN(let count):
            "the SYN was sent \(count) times: the first was lost, or the server's accept queue was full for a moment"
        case .unansweredSYN(let count): "the SYN was sent \(count) times, and no SYN was answered"
        case .repeatedSYNACK(let count):
            "the SYN-ACK arrived \(count) times: the ACK was lost, or the server's accept queue is full and it drops the ACK"
        case .foreignReset(.hopLimit(let found, let usual)):
            "the RST arrived with TTL \(found), the server's other segments with \(usual): another machine sent it"
        case .foreignReset(.identification(let found, let previous)):
            "the RST has IP ID \(found), the server's segment before it \(previous): another machine may have sent it"
        case .zeroWindow: "the SYN-ACK has a window of 0: a SYN proxy answered for the server"
        case .keptOpen(let time): "the server did not close its half within \(Self.duration(time)): the connection is half-closed"
        case .tooMuch: "the server sent more than a trace reads: sonde reset the connection"
        case .nothingSent: "no SYN left this machine"
        case .droppedHere: "no SYN left this machine: its own firewall or traffic control drops it"
        case .resetHere: "no SYN left this machine: its own firewall sent the RST"
        case .nothingCaptured: "the connection exists, but its segments were not captured"
        }
    }

    private static func duration(_ time: Nanoseconds) -> String {
        var text = TextBuffer()
        text.append(duration: time.count)
        return text.string
    }
}
