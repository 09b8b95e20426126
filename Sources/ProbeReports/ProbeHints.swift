import Addresses
import Console
import Probing
import SondeSystem
import SystemPackage

/// What to do next, from what was seen: a few lines after the summary.
struct ProbeHints: Sendable {
    private var refusers: [IPAddress: Int] = [:]
    /// TCP ports of other hosts that did not answer.
    private var silent = 0
    private var exhausted: String?
    private var silentDatagrams = 0
    private var refusedDatagrams = 0

    /// Maximum number of senders of ICMP errors that are counted.
    private static let refuserLimit = 64

    mutating func notice(_ result: ProbeResult) {
        switch result.verdict.state {
        case .filtered:
            if result.verdict.reason == .noResponse, result.address?.address.isLoopback == false { silent += 1 }
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
            line.append("check the firewall at ")
            line.append(trusted: address.description)
            line.append(": it rejects ")
            if count == 1 {
                line.append("this port")
            } else {
                line.append(grouped: count)
                line.append(" ports")
            }
            hint(line.string, into: &text, width, palette)
        }
        if silent > 0, silent == tally.probed {
            hint(
                "check that the host is up and that a route leads there; with --timeout 4s an unanswered ARP request shows as host-unreach",
                into: &text,
                width,
                palette
            )
        }
        if silentDatagrams > 0, refusedDatagrams > 0 {
            var line = TextBuffer()
            line.append("use --timeout ")
            line.append(silentDatagrams + 2)
            line.append("s to tell closed ports from silent ones: hosts send about one ICMP error per second")
            hint(line.string, into: &text, width, palette)
        }
        if tally.unresolved > 0 {
            let names = tally.unresolved == 1 ? "the name that does not resolve" : "the names that do not resolve"
            hint(
                "check the spelling of \(names), query the name server (getent hosts NAME), or give the address",
                into: &text,
                width,
                palette
            )
        }
        guard let exhausted else { return }
        hint("lower --concurrency: this machine ran out of resources, \(exhausted)", into: &text, width, palette)
    }

    private func hint(_ line: String, into text: inout TextBuffer, _ width: Int?, _ palette: Palette) {
        text.append(prose: line, marker: "→ ", indent: 4, width: width, .plain, palette)
    }
}

extension Reason {
    /// A firewall rejected the packet, as against a route that is missing.
    fileprivate var isRefusal: Bool { self == .administrativelyProhibited || self == .portUnreachable }
}
