import Addresses
import Console
import Probing
import SondeSystem
import SystemPackage

/// What to do next, from what was seen: a few lines after the summary.
struct ProbeHints: Sendable {
    /// Ports that each sender of ICMP errors rejected.
    private var refusers: [IPAddress: Int] = [:]
    private var refusedByThisMachine = 0
    /// TCP ports of other hosts that did not answer, and those of hosts that have a rejected port.
    private var silent = 0
    private var silentPorts: [IPAddress: Int] = [:]
    private var rejectingHosts: [IPAddress: IPAddress] = [:]
    /// Ports that did not answer through the interface that was asked for.
    private var detours = 0
    private var exhausted: String?
    private var isPortTaken = false
    private var lacksFamily: IPAddress.Family?
    /// Of the filtered ports, in the order in which they were seen.
    private var reasons: [Reason] = []
    private var silentDatagrams = 0
    private var refusedDatagrams = 0
    /// TCP ports that answered, and those that did only after a retransmission.
    private var answers = 0
    private var lateAnswers = 0
    /// TCP ports of each host, and those that are open.
    private var hosts: [HostPorts] = []
    private var hostIndices: [IPAddress: Int] = [:]
    /// Of the host that was counted last: results of one host arrive in a row.
    private var latestHost = 0
    /// Names whose name server did not answer, and those for which it had no answer (SERVFAIL).
    private var unanswered = 0
    private var failed = 0

    private struct HostPorts {
        let address: IPAddress
        var all = 0
        var open = 0
    }

    /// Maximum number of hosts of each kind that are counted.
    private static let hostLimit = 64
    /// A host with this number of open ports, and almost no others, is hardly a host.
    private static let manyOpen = 50
    private static let manySilent = 8

    mutating func notice(_ unresolved: UnresolvedTarget) {
        if let shortage = unresolved.error.shortage {
            exhausted = exhausted ?? shortage.explained
        } else if !unresolved.error.isAnswered {
            unanswered += 1
        } else if unresolved.error.isTemporary {
            failed += 1
        }
    }

    mutating func notice(_ result: ProbeResult) {
        if result.transport == .tcp, let address = result.address?.address, let host = index(of: address) {
            hosts[host].all += 1
            if result.verdict.state == .open { hosts[host].open += 1 }
        }
        if result.transport == .tcp, result.isAnsweredByHost {
            answers += 1
            if (result.retransmits ?? 0) > 0 { lateAnswers += 1 }
        }
        switch result.verdict.state {
        case .filtered: noticeFiltered(result)
        case .error:
            if result.cause == .noAddressOfFamily {
                lacksFamily = result.address?.address.family
            } else if result.errno == .addressInUse {
                isPortTaken = true
            } else if let errno = result.errno, errno.isLocalExhaustion {
                exhausted = exhausted ?? errno.explained
            }
        case .openOrFiltered:
            if case .interface? = result.cause { return detours += 1 }
            silentDatagrams += 1
        case .closed where result.transport == .udp: refusedDatagrams += 1
        case .open, .closed: break
        }
    }

    /// The place of the host in `hosts`; `nil` where there are too many.
    private mutating func index(of address: IPAddress) -> Int? {
        if latestHost < hosts.count, hosts[latestHost].address == address { return latestHost }
        if let known = hostIndices[address] {
            latestHost = known
            return known
        }
        guard hosts.count < ProbeHints.hostLimit else { return nil }
        latestHost = hosts.count
        hostIndices[address] = latestHost
        hosts.append(HostPorts(address: address))
        return latestHost
    }

    private mutating func noticeFiltered(_ result: ProbeResult) {
        if let reason = result.verdict.reason, !reasons.contains(reason) { reasons.append(reason) }
        guard let address = result.address?.address else { return }
        if case .interface? = result.cause { return detours += 1 }
        if result.verdict.reason == .noResponse, !address.isLoopback {
            silent += 1
            ProbeHints.count(address, in: &silentPorts)
        }
        guard result.verdict.reason?.isRefusal == true else { return }
        if case .groupAddress? = result.cause { return }
        if result.cause == .ownFirewall || result.icmp == nil && result.errno != nil {
            refusedByThisMachine += 1
        } else if let offender = result.icmp?.offender {
            ProbeHints.count(offender, in: &refusers)
            if rejectingHosts.count < ProbeHints.hostLimit { rejectingHosts[address] = offender }
        }
    }

    private static func count(_ address: IPAddress, in counts: inout [IPAddress: Int]) {
        guard counts[address] != nil || counts.count < hostLimit else { return }
        counts[address, default: 0] += 1
    }

    func write(_ ending: ProbeEnding, into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        for line in lines(ending) { text.append(prose: line, marker: "→ ", indent: 4, width: width, .plain, palette) }
    }

    private func lines(_ ending: ProbeEnding) -> [String] {
        let tally = ending.tally
        var lines = firewalls
        if let line = rateLimitedErrors { lines.append(line) }
        if silent > 0, silent == tally.probed {
            lines.append("check that the host is up and that a route leads there")
            if let line = hiddenLimit(ending) { lines.append(line) }
        }
        if detours > 0 { lines.append("leave out --interface, or choose the interface that the route uses: sonde addrs --to HOST") }
        if let line = pace(ending) { lines.append(line) }
        let suspects = hosts.filter { $0.open >= ProbeHints.manyOpen && $0.open * 100 >= $0.all * 95 }
        if let suspect = suspects.map(\.address).min() {
            lines.append(
                "do not trust the open ports of \(suspect): nearly every port answers, so a proxy, load balancer or SYN proxy may accept "
                    + "for the host; --banner shows which ports speak"
            )
        }
        let needed = Nanoseconds.seconds(Double(silentDatagrams + 2))
        if silentDatagrams > 0, refusedDatagrams > 0, ending.timeout < needed {
            lines.append(
                "use --timeout \(silentDatagrams + 2)s to tell closed ports from silent ones: hosts send about one ICMP error per second"
            )
        }
        lines += names(tally)
        if let lacksFamily {
            let (missing, option) = lacksFamily == .v6 ? ("IPv6", "-4") : ("IPv4", "-6")
            lines.append("use \(option) or an address of the other family: this machine has no \(missing) address")
        }
        if isPortTaken { lines.append("choose another --source-port: a socket of this machine has that one") }
        if let exhausted { lines.append("lower --concurrency: this machine ran out of resources, \(exhausted)") }
        if !reasons.isEmpty {
            let pages = reasons.map(\.rawValue).joined(separator: " ")
            lines.append("read what \(reasons.count == 1 ? "the reason means" : "the reasons mean"): sonde explain \(pages)")
        }
        return lines
    }

    private var firewalls: [String] {
        var lines = refusers.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(3).map { address, count in
            "check the firewall at \(address): it rejects \(ProbeHints.ports(count))"
        }
        if refusedByThisMachine > 0 {
            lines.append("check this machine's own firewall and routes: they reject \(ProbeHints.ports(refusedByThisMachine))")
        }
        return lines
    }

    /// Routers and hosts send few ICMP errors (RFC 1812 section 4.3.2.8), so some rejected ports look silent.
    private var rateLimitedErrors: String? {
        let hosts = rejectingHosts.filter { (silentPorts[$0.key] ?? 0) > 0 }
        guard let (host, offender) = hosts.max(by: { (silentPorts[$0.key] ?? 0) < (silentPorts[$1.key] ?? 0) }) else { return nil }
        let count = silentPorts[host] ?? 0
        // After a few at once they send about one a second: of many ports, one or two are rejected in time.
        guard (refusers[offender] ?? 0) >= 3 || count >= ProbeHints.manySilent else { return nil }
        return "use --rate 1 for \(count == 1 ? "the silent port" : "the \(ProbeHints.grouped(count)) silent ports") of \(host): "
            + "\(offender) limits its ICMP errors, and may reject \(count == 1 ? "it" : "them") as well"
    }

    /// Where nothing answers, a limit of packets per second looks like a host that is down. To distinguish them takes minutes.
    private func hiddenLimit(_ ending: ProbeEnding) -> String? {
        guard silent >= ProbeHints.manyUnheard, ending.rate.map({ $0 > ProbeHints.cautiousRate }) ?? true else { return nil }
        var time = TextBuffer()
        time.append(duration: Nanoseconds.seconds(Double(silent * ProbeHints.packetsPerSilentPort) / ProbeHints.cautiousRate).count)
        return
            "or use --rate \(Int(ProbeHints.cautiousRate)), which takes about \(time.string): a path with a limit of packets per second "
            + "drops most of what leaves at once, and hides open ports"
    }

    /// Silent ports of hosts that never answered: from this number on, a path with a low limit may have passed too few.
    private static let manyUnheard = 64
    /// With the kernel's own retransmissions, still fewer than 50 packets per second.
    private static let cautiousRate = 25.0
    private static let packetsPerSilentPort = 3

    private func pace(_ ending: ProbeEnding) -> String? {
        let rate = ending.paces.reduce(0) { $0 + $1.rate }
        let again = ending.paces.reduce(0) { $0 + $1.askedAgain }
        if rate > 0 {
            let pace = ProbeHints.rounded(rate)
            return
                "use --rate \(pace) on this path: it drops what is sent faster, so sonde slowed down to about \(pace) packets per second"
                + " and asked \(ProbeHints.ports(again)) again"
        }
        guard lateAnswers >= 3, lateAnswers * 3 > answers, ending.elapsed > .zero else { return nil }
        let used = ending.rate ?? Double(answers) / ending.elapsed.seconds
        return "try --rate \(ProbeHints.rounded(max(1, used / 2))): \(ProbeHints.grouped(lateAnswers)) of "
            + "\(ProbeHints.grouped(answers)) answers came only after a retransmission, so packets get lost at this pace"
    }

    private func names(_ tally: ProbeTally) -> [String] {
        let count = tally.unresolved - tally.shortages
        guard count > 0 else { return [] }
        if unanswered == count {
            return ["check the name server (/etc/resolv.conf): it gave no answer; or give the address"]
        }
        if unanswered + failed == count {
            return ["check the name server (/etc/resolv.conf): it fails or cannot be reached; or give the address"]
        }
        let names = count == 1 ? "the name that does not resolve" : "the names that do not resolve"
        return ["check the spelling of \(names), query the name server (getent hosts NAME), or give the address"]
    }

    private static func ports(_ count: Int) -> String { count == 1 ? "this port" : "\(grouped(count)) ports" }

    private static func grouped(_ count: Int) -> String {
        var text = TextBuffer()
        text.append(grouped: count)
        return text.string
    }

    /// Rounded down to two digits: a pace that the path takes.
    private static func rounded(_ rate: Double) -> Int {
        let number = max(1, Int(rate))
        var unit = 1
        while number / unit >= 100 { unit *= 10 }
        return number / unit * unit
    }
}

extension Reason {
    /// A firewall rejected the packet, as against a route that is missing.
    fileprivate var isRefusal: Bool { self == .administrativelyProhibited || self == .portUnreachable }
}
