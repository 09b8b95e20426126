import Addresses
import Console
import Probing
import SondeSystem
import SystemPackage

/// What a person may do next, from what was seen: a few lines behind the summary.
struct ProbeHints: Sendable {
    private var refusers: [IPAddress: Int] = [:]
    private var silent = 0
    private var exhausted: String?
    private var silentDatagrams = 0
    private var refusedDatagrams = 0

    /// More senders of ICMP errors than this are not told apart.
    private static let refuserLimit = 64

    mutating func notice(_ result: ProbeResult) {
        switch result.verdict.state {
        case .filtered:
            if result.verdict.reason == .noResponse { silent += 1 }
            guard let offender = result.icmp?.offender, result.verdict.reason?.isRefusal == true else { return }
            guard refusers[offender] != nil || refusers.count < ProbeHints.refuserLimit else { return }
            refusers[offender, default: 0] += 1
        case .error:
            if let errno = result.errno, errno.isLocalExhaustion { exhausted = exhausted ?? errno.explained }
        case .openOrFiltered: silentDatagrams += 1
        case .closed where result.transport == .udp: refusedDatagrams += 1
        case .open, .closed: break
        }
    }

    func write(_ tally: ProbeTally, into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        for (address, count) in refusers.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }).prefix(3) {
            var line = TextBuffer()
            line.append("filtered by ")
            line.append(trusted: address.description)
            line.append(count == 1 ? ": a firewall there refuses this port" : ": a firewall there refuses ")
            if count > 1 {
                line.append(grouped: count)
                line.append(" ports")
            }
            hint(line.string, into: &text, width, palette)
        }
        if silent > 0, silent == tally.probed {
            hint(
                "nothing answered at all: is the host up, and is the way there? A longer --timeout rules out a slow one",
                into: &text,
                width,
                palette
            )
        }
        if silentDatagrams > 0, refusedDatagrams > 0 {
            var line = TextBuffer()
            line.append("hosts send one ICMP error a second: --timeout ")
            line.append(silentDatagrams + 2)
            line.append("s tells closed ports from silent ones")
            hint(line.string, into: &text, width, palette)
        }
        if tally.unresolved > 0 {
            let names = tally.unresolved == 1 ? "a name does not resolve" : "names do not resolve"
            hint(
                "\(names): check the spelling, ask the name server (getent hosts NAME), or give the address",
                into: &text,
                width,
                palette
            )
        }
        guard let exhausted else { return }
        hint("this machine ran into \(exhausted): try --concurrency with a lower number", into: &text, width, palette)
    }

    private func hint(_ line: String, into text: inout TextBuffer, _ width: Int?, _ palette: Palette) {
        text.append(prose: line, marker: "→ ", indent: 4, width: width, .plain, palette)
    }
}

extension Reason {
    /// Somebody does not want the port to be reached, as against a way that does not lead there.
    fileprivate var isRefusal: Bool { self == .administrativelyProhibited || self == .portUnreachable }
}
