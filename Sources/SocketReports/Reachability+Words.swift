import Addresses
import Interfaces
package import LocalSockets

extension Reachability {
    /// From where a listener can be reached, in words: `everywhere, IPv4 and IPv6`, `only through eth0`, `nowhere: eth0 is down`.
    package var words: String {
        switch binding {
        case .path: "this machine only"
        case .abstractName: "this network namespace only"
        case .multicast: "senders to the multicast group" + throughWords
        case .broadcast: "broadcasts on the link" + throughWords
        case .wildcard, .address: isReached ? extent + remarks : "nowhere: " + reasons
        }
    }

    /// The word of JSON and of plain lines.
    package var word: StaticString {
        switch verdict {
        case .nowhere: "none"
        case .thisMachine: "local"
        case .interface: "interface"
        case .everywhere: "all"
        }
    }

    private var isReached: Bool { verdict != .nowhere }

    private var throughWords: String { interface.map { ", through \($0)" } ?? "" }

    /// How far it reaches, without the obstacles.
    private var extent: String {
        let known = [IPAddress.Family.v4, .v6].compactMap { family in reaches[family].map { (family, $0) } }
        guard verdict != .thisMachine else { return "this machine only" }
        if let interface {
            let isFromThisMachine = known.contains { $0.1.isFromThisMachine }
            return "only through \(interface)" + (onlyFamily.map { ", only \($0)" } ?? "")
                + (isFromThisMachine ? "" : ", not from this machine")
        }
        guard binding == .wildcard else { return (known.first?.1.words ?? "nowhere") + ", by this address" }
        guard let first = known.first, known.count > 1, let second = known.last else {
            return known.map { "\($0.1.words), only \($0.0.words)" }.joined()
        }
        guard first.1 != second.1 else { return "\(first.1.words), IPv4 and IPv6" }
        return "IPv4 \(first.1.words), IPv6 \(second.1.words)"
    }

    /// `IPv6` if it serves no IPv4 and no address says so.
    private var onlyFamily: String? {
        guard binding == .wildcard, reaches.count == 1 else { return nil }
        return reaches.keys.first?.words
    }

    /// What limits a listener that can be reached.
    private var remarks: String {
        let relevant = obstacles.compactMap { obstacle -> String? in
            switch obstacle {
            case .noOtherAddress: return verdict == .thisMachine ? "no other interface is up with an address" : nil
            case .loopbackDown: return "not from this machine: lo is down"
            case .interfaceDown, .noCarrier: return verdict == .thisMachine ? obstacle.words : nil
            case .deprecated: return obstacle.words
            case .interfaceGone, .addressGone, .tentative, .duplicate: return nil
            }
        }
        return relevant.isEmpty ? "" : " (" + relevant.joined(separator: "; ") + ")"
    }

    /// Why nobody reaches it.
    private var reasons: String {
        let words = obstacles.filter { $0 != .deprecated && $0 != .noOtherAddress }.map(\.words)
        return words.isEmpty ? "no interface is up with an address" : words.joined(separator: ", ")
    }
}

extension Reachability.Reach {
    fileprivate var words: String {
        switch (others, isFromThisMachine) {
        case (.everywhere, _): "everywhere"
        case (.link, _): "the link only"
        case (.none, true): "this machine only"
        case (.none, false): "nowhere"
        }
    }
}

extension Reachability.Obstacle {
    package var words: String {
        switch self {
        case .interfaceDown(let name): "\(name) is down"
        case .noCarrier(let name): "\(name) has no carrier"
        case .interfaceGone(let index): "interface \(index) does not exist"
        case .addressGone: "no interface has the address"
        case .tentative: "the address is tentative"
        case .duplicate: "another host has the address"
        case .deprecated: "the address is deprecated"
        case .loopbackDown: "lo is down"
        case .noOtherAddress: "no other address"
        }
    }

    /// The word of JSON.
    var word: StaticString {
        switch self {
        case .interfaceDown: "interface-down"
        case .noCarrier: "no-carrier"
        case .interfaceGone: "interface-gone"
        case .addressGone: "address-gone"
        case .tentative: "tentative"
        case .duplicate: "duplicate"
        case .deprecated: "deprecated"
        case .loopbackDown: "loopback-down"
        case .noOtherAddress: "no-other-address"
        }
    }
}

extension IPAddress.Family {
    var words: String { self == .v4 ? "IPv4" : "IPv6" }

    /// As in the JSON of addrs.
    var word: StaticString { self == .v4 ? "inet" : "inet6" }
}
