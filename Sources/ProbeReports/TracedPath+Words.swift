import Addresses
import PathTracing
import Probing
import SondeSystem

/// A traced path in words.
extension TracedPath {
    /// Where the packets of a port of `address` end, and who changed them, in one sentence.
    func sentence(port: UInt16, address: IPAddress?) -> String {
        ([ending(port: port)] + changes.map(\.sentence)).joined(separator: "; ")
    }

    private func ending(port: UInt16) -> String {
        switch verdict {
        case .reached(.open, let hops): return "the target answers, \(Self.count(hops, "hop")) away"
        case .reached(.closed, let hops): return "refused \(Self.count(hops, "hop")) away: by the target, or by a firewall there"
        case .refused(let error, let ttl):
            let who = error.offender.map { "\($0)" } ?? "this machine"
            let place = ttl.map { ", hop \($0)," } ?? ""
            return "refused by \(who)\(place) with ICMP \(error.icmpType)/\(error.icmpCode)"
        case .loop(let loop):
            return "a routing loop: \(loop.router) forwards it at hop \(loop.ttl) and again at hop \(loop.nextTTL)"
        case .local(let errno): return "this machine does not send it: \(errno.explained)"
        case .noErrorQueue: return "this kernel does not pass on ICMP errors of TCP connections: --path needs Linux 5.8 or later"
        case .interrupted(let hop):
            let last = hop?.router.map { "\($0) was the last to answer so far" }
            return "interrupted: \(last ?? "no answer so far")"
        case .lost(let hop): return loss(behind: hop, port: port)
        }
    }

    private func loss(behind hop: Hop?, port: UInt16) -> String {
        let place = hop?.router.map { "\($0)" }
        guard let control else {
            return place.map { "lost at \($0) or behind it" }
                ?? "no hop answers: lost on the first link, or the hops report nothing"
        }
        guard control.answer != nil else {
            return (place.map { "lost at \($0) or behind it" } ?? "no hop answers") + ", as port \(control.port) is"
        }
        let filter = "a filter for port \(port), since port \(control.port) reaches the target"
        return place.map { "lost at \($0) or behind it: \(filter)" } ?? "lost on the way: \(filter)"
    }

    private static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }

    /// The hops worth showing: all up to the first of the silent ones at the end, and those where the control port was answered.
    var shownHops: [Hop] {
        let lastAnswered = hops.lastIndex { $0.reply != nil } ?? -1
        let shown = hops.prefix(lastAnswered + 2)
        guard let control, let last = control.hops.last(where: { $0.reply != nil })?.ttl else { return Array(shown) }
        let further = ((shown.last?.ttl ?? 0) + 1)..<max((shown.last?.ttl ?? 0) + 1, last + 1)
        return shown + further.map { Hop(ttl: $0) }
    }

    /// What the last column says of a hop.
    func remark(on hop: Hop, over transport: Transport) -> String {
        switch hop.reply {
        case nil: return controlRemark(ttl: hop.ttl) ?? "no answer"
        case .answered(.open): return "the target: open"
        case .answered(.closed): return "the target: closed"
        case .refused(let error):
            let reason = Reason(icmp: error).map { ", \($0.rawValue)" } ?? ""
            return "refused: ICMP \(error.icmpType)/\(error.icmpCode)\(reason)"
        case .timeExceeded(_, .short): return transport == .tcp ? "quotes too few bytes" : "TTL expired"
        case .timeExceeded(_, .syn(let quoted)):
            if let change = changes.first(where: { $0.to.ttl == hop.ttl }) {
                return change.parts.map { "\($0.rawValue) \(change.before.value(of: $0)) → \(change.after.value(of: $0))" }
                    .joined(separator: ", ")
            }
            guard hops.first(where: { $0.reply?.quotedSYN != nil })?.ttl == hop.ttl else { return "unchanged" }
            return hop.ttl == 1 ? "as sent (\(quoted.options))" : quoted.options
        }
    }

    private func controlRemark(ttl: Int) -> String? {
        guard let control, let hop = control.hops.first(where: { $0.ttl == ttl }), let reply = hop.reply else { return nil }
        return switch reply {
        case .answered: "port \(control.port) reaches the target here"
        case .timeExceeded(let error, _): "port \(control.port) passes \(error.offender.map { "\($0)" } ?? "") here"
        case .refused(let error): "port \(control.port): refused with ICMP \(error.icmpType)/\(error.icmpCode)"
        }
    }
}

extension TracedPath.Change {
    /// `the MSS was lowered from 1460 to 1200 between hops 1 and 2`
    fileprivate var sentence: String {
        let place = "between hops \(from.ttl) and \(to.ttl)"
        return parts.map { part in
            let (old, new) = (before.value(of: part), after.value(of: part))
            switch part {
            case .maximumSegmentSize:
                guard let least = before.maximumSegmentSize, let now = after.maximumSegmentSize else {
                    return "the MSS option was \(after.maximumSegmentSize == nil ? "removed" : "added")"
                }
                return "the MSS was \(now < least ? "lowered" : "raised") from \(least) to \(now)"
            case .windowScale:
                return after.windowScale == nil
                    ? "the window scale option was removed" : "the window scale was changed from \(old) to \(new)"
            case .sackPermitted: return "the SACK option was \(after.isSACKPermitted ? "added" : "removed")"
            case .timestamps: return "the timestamps option was \(after.hasTimestamps ? "added" : "removed")"
            case .ecn: return "the ECN bits were \(after.asksForECN ? "set" : "cleared")"
            }
        }.joined(separator: ", ") + " \(place)"
    }
}

extension QuotedSYN {
    /// `mss 1460, wscale 10, sack, timestamps`
    fileprivate var options: String {
        let present = Part.allCases.compactMap { part -> String? in
            switch part {
            case .maximumSegmentSize: maximumSegmentSize.map { "mss \($0)" }
            case .windowScale: windowScale.map { "wscale \($0)" }
            case .sackPermitted: isSACKPermitted ? "sack" : nil
            case .timestamps: hasTimestamps ? "timestamps" : nil
            case .ecn: asksForECN ? "ecn" : nil
            }
        }
        return present.isEmpty ? "no options" : present.joined(separator: ", ")
    }

    fileprivate func value(of part: Part) -> String {
        switch part {
        case .maximumSegmentSize: maximumSegmentSize.map { "\($0)" } ?? "none"
        case .windowScale: windowScale.map { "\($0)" } ?? "none"
        case .sackPermitted: isSACKPermitted ? "yes" : "no"
        case .timestamps: hasTimestamps ? "yes" : "no"
        case .ecn: asksForECN ? "yes" : "no"
        }
    }
}
