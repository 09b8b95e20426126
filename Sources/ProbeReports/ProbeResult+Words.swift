import Addresses
import Console
package import Probing
import SondeSystem
import SystemPackage

/// A result in words.
extension ProbeResult {
    /// The name with its address, or the address alone.
    var host: String {
        guard let name, let address, name != address.description else { return target }
        return "\(name) (\(address))"
    }

    /// `0`, or number and name: `111 ECONNREFUSED`.
    var connectEx: String { errno.map { "\($0.rawValue) \($0.name)" } ?? "0" }

    /// Why the port is in its state, in a few words.
    package var sentence: String { sentence(hostAnswers: false) }

    /// - Parameter hostAnswers: whether other ports of the host answered.
    func sentence(hostAnswers: Bool) -> String {
        let words = explanation(hostAnswers: hostAnswers)
        return others.isEmpty ? words : "\(words); \(otherAddresses)"
    }

    /// The sentence, with the reason's name behind what it says of this address.
    var sentenceWithReason: String {
        var words = explanation(hostAnswers: false)
        if let reason = verdict.reason { words += " (\(reason.rawValue))" }
        return others.isEmpty ? words : "\(words); \(otherAddresses)"
    }

    private func explanation(hostAnswers: Bool) -> String {
        if let cause, let words = words(for: cause) { return words }
        if let listener, let words = words(for: listener) { return words }
        guard let reason = verdict.reason else { return "local error: \(failure)" }
        return switch reason {
        case .synAck, .accepted: acceptance
        case .reset: "refused: nothing listens there, or a firewall resets"
        case .noResponse: silence(hostAnswers)
        case .portUnreachable:
            verdict.state == .closed
                ? "refused: nothing listens there, or a firewall rejects" : "rejected by a firewall \(place)"
        case .hostUnreachable: unreachableHost
        case .networkUnreachable: icmp?.offender.map { "\($0) has no route to it" } ?? noRoute
        case .administrativelyProhibited: prohibition
        case .protocolUnreachable: "\(subject) does not support the protocol"
        case .timeToLiveExceeded:
            "TTL expired at \(icmp?.offender.map { "\($0)" } ?? "a router"): a routing loop, or too many hops; find it with --path"
        case .udpResponse: "answered"
        case .noListener:
            errno == .noSuchFileOrDirectory ? "no such path" : "refused: nothing listens on the socket"
        }
    }

    // MARK: - Parts

    private func words(for cause: LocalCause) -> String? {
        guard let address = address?.address else { return nil }
        switch cause {
        case .ownFirewall: return "rejected by this machine's own firewall"
        case .silentNeighbour(let neighbour):
            let `protocol` = neighbour.family == .v4 ? "ARP" : "NDP"
            return neighbour == address
                ? "no \(`protocol`) answer: host down, or no such host" : "the gateway \(neighbour) does not answer \(`protocol`)"
        case .source: return "local error: the source address cannot reach it"
        case .interface(let used, let route): return words(through: used, route)
        case .groupAddress(let isMulticast):
            let kind = isMulticast ? "multicast" : "broadcast"
            guard transport == .udp else { return "a \(kind) address: TCP connects to single hosts" }
            return isMulticast
                ? "a multicast address: no route, or not permitted" : "a broadcast address: sonde probes single hosts"
        case .noAddressOfFamily: return "local error: this machine has no \(address.family == .v6 ? "IPv6" : "IPv4") address"
        }
    }

    /// `--interface` that the route to the target does not use. It says nothing of a port that answered.
    private func words(through used: UInt32, _ route: UInt32) -> String? {
        let names = [used, route].map { NetworkDatabase.interfaceName($0) ?? "interface \($0)" }
        switch verdict.reason {
        case .noResponse: return "no answer through \(names[0]): this machine's route to it leads through \(names[1])"
        case .hostUnreachable, .networkUnreachable:
            return "not reached through \(names[0]): the route to it leads through \(names[1])"
        default: return nil
        }
    }

    /// What this machine's own sockets say of a port that is not open.
    private func words(for listener: LocalListener) -> String? {
        switch (verdict.state, verdict.reason) {
        case (.closed, _): "refused: \(refusal(by: listener))"
        case (.filtered, .noResponse), (.openOrFiltered, .noResponse): "no answer: \(silence(of: listener))"
        default: nil
        }
    }

    private func refusal(by listener: LocalListener) -> String {
        let address = listener.address.map { "\($0)" } ?? ""
        return switch listener.kind {
        case .fullQueue: "the listener's accept queue is full\(queue(of: listener))"
        case .listening: "a local firewall rejects it, or the socket that has the port now is new"
        case .otherAddress:
            listener.addressCount > 1
                ? "sockets have the port on \(address) and \(listener.addressCount - 1) more, not on this address"
                : "the socket on this port is bound to \(address) only"
        case .otherFamily: "the socket on this port takes \(listener.address?.family == .v6 ? "IPv6" : "IPv4") only"
        case .otherTransport:
            transport == .udp ? "a TCP listener has the port, no UDP socket" : "a UDP socket has the port, no TCP listener"
        case .nobody: "nothing listens there"
        }
    }

    private func silence(of listener: LocalListener) -> String {
        switch listener.kind {
        case .fullQueue: "the listener's accept queue is full\(queue(of: listener))"
        case .listening:
            transport == .udp
                ? "a silent service, or dropped by a local firewall" : "a socket listens, but a local firewall drops it"
        case .otherAddress, .otherFamily, .otherTransport, .nobody: "dropped by a local firewall, and nothing listens there"
        }
    }

    private func queue(of listener: LocalListener) -> String {
        guard let waiting = listener.waiting, let limit = listener.limit else { return "" }
        return " (\(waiting) waiting, limit \(limit))"
    }

    private var acceptance: String {
        if fate == .stalled { return "a SYN proxy accepts connections, but no server answers behind it" }
        return switch aftermath {
        case .fin: "accepts connections, then closes \(delay)"
        case .reset: "accepts connections, then resets \(delay)"
        case .data: fate == .ended ? "accepts connections, sends data, then closes" : "accepts connections and sends data first"
        case nil: "accepts connections"
        }
    }

    private var delay: String {
        guard let aftermathTime, aftermathTime >= .milliseconds(1000) else { return "at once" }
        return "after \(duration(aftermathTime))"
    }

    /// What became of the other addresses of the name.
    private var otherAddresses: String {
        let shown = others.prefix(2).map { other in
            guard let verdict = other.verdict else {
                return "\(other.address) did not answer within \(other.elapsed.map { duration($0) } ?? "the timeout")"
            }
            return verdict.reason == .noResponse
                ? "\(other.address) did not answer"
                : "\(other.address) is \(verdict.state.rawValue)\(verdict.reason.map { " (\($0.rawValue))" } ?? "")"
        }
        return shown.joined(separator: ", ") + (others.count > 2 ? " and \(others.count - 2) more" : "")
    }

    private func duration(_ time: Nanoseconds) -> String {
        var text = TextBuffer()
        text.append(duration: time.count)
        return text.string
    }

    private var failure: String {
        guard errno == .invalidArgument, let address = address?.address, address.needsZone else { return errno?.explained ?? "" }
        return "the address needs an interface: \(address)%eth0"
    }

    /// A full accept queue drops SYNs as silently as a firewall does (tcp(7), listen(2)). On loopback nothing else is on the way.
    private func silence(_ hostAnswers: Bool) -> String {
        switch transport {
        case .unix, .unixDatagram: "no answer: the listener's accept queue is full"
        // A connected socket takes datagrams of its peer alone.
        case .udp where address?.address.isMulticast == true: "a multicast address: its members answer from other addresses"
        case .udp: "no answer: a silent service, or dropped on the way"
        case .tcp where address?.address.isLoopback == true: "no answer: dropped by a local firewall, or accept queue full"
        case .tcp where hostAnswers: "no answer: dropped, or accept queue full; the host answers elsewhere"
        case .tcp: "no answer: dropped, no such host, or accept queue full"
        }
    }

    private var unreachableHost: String {
        guard let icmp, let offender = icmp.offender else {
            return "no route on this machine, or no ARP or NDP answer"
        }
        return "\(offender) cannot reach the host"
    }

    private var noRoute: String {
        errno == .invalidArgument ? "a blackhole route on this machine discards it" : "this machine has no route to it"
    }

    private var prohibition: String {
        guard transport != .unix else { return "permission denied: mode of the socket or a parent folder" }
        return icmp?.offender == nil
            ? "prohibited by a route or firewall rule on this machine" : "prohibited by a firewall \(place)"
    }

    private var isFromHost: Bool { icmp?.offender == address?.address }
    private var subject: String { icmp?.offender.map { isFromHost ? "the host" : "\($0)" } ?? "this machine" }
    private var place: String { icmp?.offender.map { isFromHost ? "on the host" : "at \($0)" } ?? "on this machine" }
}
