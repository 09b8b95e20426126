import Addresses
import Probing
import SondeSystem
import SystemPackage

/// One target's results: each open port, and the others by kind. A kind with many ports is folded into its count.
struct TargetGroup: Sendable {
    /// Ports that are not open are of one kind if they agree in this.
    struct Kind: Hashable {
        let verdict: Verdict
        let errno: Int32
        let offender: IPAddress?
        let cause: LocalCause?
        /// Who has the port, where the target is this machine.
        var listener: LocalListener.Kind?
        /// Of hosts: how many ports each has, and the port where it has one.
        var portCount = 0
        var port: UInt16 = 0
        var transport = Transport.tcp
    }

    struct Fold: Sendable {
        let example: ProbeResult
        let count: Int
    }

    let first: ProbeResult
    private var seen = 0
    private var open: [ProbeResult] = []
    private var others: [(kind: Kind, results: [ProbeResult], count: Int)] = []
    private var places: [Kind: Int] = [:]
    /// Where the result before went: the ports of a host are mostly of one kind.
    private var recent = 0

    /// A kind with more ports than this is folded.
    static let foldingLimit = 12

    init(_ first: ProbeResult) { self.first = first }

    var isComplete: Bool { seen == first.portCount }

    mutating func add(_ result: ProbeResult) {
        seen += 1
        guard result.verdict.state != .open else { return open.append(result) }
        let kind = Kind(
            verdict: result.verdict,
            errno: result.errno?.rawValue ?? 0,
            offender: result.icmp?.offender,
            cause: result.cause,
            listener: result.listener?.kind
        )
        if !others.indices.contains(recent) || others[recent].kind != kind {
            recent = places[kind] ?? others.count
            if recent == others.count {
                places[kind] = recent
                others.append((kind, [], 0))
            }
        }
        others[recent].count += 1
        if others[recent].results.count <= TargetGroup.foldingLimit { others[recent].results.append(result) }
    }

    /// What all of its ports are, where that is one kind and none is open; `nil` where they differ or something is left to say of the host.
    var onlyKind: Kind? {
        guard open.isEmpty, others.count == 1, isComplete, first.transport != .unix, var kind = others.first?.kind else {
            return nil
        }
        // A neighbour's address differs from host to host, although they are alike.
        kind = Kind(verdict: kind.verdict, errno: kind.errno, offender: kind.offender, cause: nil)
        kind.portCount = first.portCount
        kind.port = first.portCount == 1 ? first.port : 0
        kind.transport = first.transport
        return kind
    }

    /// The ports to show, in their order, and the folded kinds, largest first.
    var rows: (shown: [ProbeResult], folded: [Fold]) {
        var shown = open
        var folded: [Fold] = []
        for entry in others {
            if entry.count > TargetGroup.foldingLimit {
                folded.append(Fold(example: entry.results[0], count: entry.count))
            } else {
                shown += entry.results
            }
        }
        shown.sort { $0.portIndex < $1.portIndex }
        folded.sort { ($0.count, $1.example.portIndex) > ($1.count, $0.example.portIndex) }
        return (shown, folded)
    }
}
