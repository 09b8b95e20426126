import Addresses
import Interfaces
import LocalSockets
import Probing
import SondeSystem

/// The values of a kind as this machine has them at the moment.
package enum LivingValues {
    /// - Parameters:
    ///   - prefix: what they begin with.
    ///   - previous: the word before, which decides about a filter.
    ///   - words: those of `explain`.
    package static func candidates(
        of kind: ValueKind,
        beginningWith prefix: String,
        after previous: String = "",
        words: () -> [Candidate]
    ) -> [Candidate] {
        let all: [Candidate]
        switch kind {
        case .interface: all = interfaces
        case .captureInterface: all = [Candidate("any", "all interfaces")] + interfaces
        case .host, .endpoint, .target, .targets: return hosts(prefix)
        case .port, .ports: return ports(prefix)
        case .targetOrPorts:
            return prefix.isEmpty || prefix.first?.isNumber == true ? ports(prefix) : ports(prefix) + hosts(prefix)
        case .address: all = addresses
        case .bind: all = [Candidate("*", "all addresses of both families")] + addresses
        case .user: all = users
        case .namespace: all = folderEntries("/run/netns").sorted().map { Candidate($0, "network namespace") }
        case .process: all = processes
        case .duration: all = durations
        case .top: all = ["10", "20", "50", "100", "200"].map { Candidate($0, "most used ports") }
        case .filter: return filterWords(prefix, after: previous)
        case .word: all = words()
        case .captureFile, .file, .folder: all = []
        }
        guard !prefix.isEmpty else { return all }
        let begin = prefix.lowercased()
        return all.filter { $0.value.lowercased().hasPrefix(begin) }
    }

    private static var interfaces: [Candidate] {
        let all = (try? Interface.all()) ?? []
        return all.map { Candidate("\($0.name)", $0.addresses.first.map { "\($0.address)" } ?? "\($0.state)") }
    }

    private static var addresses: [Candidate] {
        let all = (try? Interface.all()) ?? []
        return all.flatMap { interface in
            interface.addresses.map { address in
                let zone = address.address.needsZone ? "%\(interface.name)" : ""
                return Candidate("\(address.address)\(zone)", "\(interface.name)")
            }
        }
    }

    private static func hosts(_ prefix: String) -> [Candidate] {
        HostNames.current(home: Process.environment("HOME")).candidates(beginningWith: prefix)
    }

    /// By number where the text begins with a digit, else by name; of no text, the numbers that people ask for most.
    private static func ports(_ prefix: String) -> [Candidate] {
        if prefix.isEmpty {
            return commonPorts.compactMap { port in ServiceNames.name(of: port, over: .tcp).map { Candidate("\(port)", $0) } }
        }
        if prefix.first?.isNumber == true {
            return unique(ServiceNames.all.filter { "\($0.port)".hasPrefix(prefix) }.map { Candidate("\($0.port)", $0.name) })
        }
        let named = ServiceNames.all.filter { $0.name.lowercased().hasPrefix(prefix.lowercased()) }
        return unique(named.map { Candidate($0.name, "\($0.port)") })
    }

    /// The first of each value: a port may have several names, and a name several ports.
    private static func unique(_ candidates: [Candidate]) -> [Candidate] {
        var seen: Set<String> = []
        return candidates.filter { seen.insert($0.value).inserted }
    }

    private static let commonPorts: [UInt16] = [
        22, 25, 53, 80, 110, 143, 443, 445, 587, 993, 1433, 3306, 3389, 5432, 5672, 6379, 8000, 8080, 8443, 9090, 9200, 27017,
    ]

    private static let durations = [
        Candidate("100ms"), Candidate("500ms"), Candidate("1s"), Candidate("2s"), Candidate("5s"), Candidate("10s"),
        Candidate("30s"),
        Candidate("1m"), Candidate("5m"), Candidate("1h"),
    ]

    private static var users: [Candidate] {
        guard let bytes = try? FileSystem.read("/etc/passwd", limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 5, !fields[0].isEmpty else { return nil }
            return Candidate(String(fields[0]), String(fields[4].prefix { $0 != "," }))
        }
    }

    /// Programs that listen: by name and by pid.
    private static var processes: [Candidate] {
        guard let snapshot = try? SocketSnapshot.current(SocketQuery(.listening, kinds: [.tcp, .udp])) else { return [] }
        let holders = Set(snapshot.holders.byInode.values.joined()).sorted { ($0.name, $0.pid) < ($1.name, $1.pid) }
        var seen: Set<String> = []
        let names = holders.filter { seen.insert($0.name).inserted }.map { Candidate($0.name, "pid \($0.pid)") }
        return names + holders.map { Candidate("\($0.pid)", $0.name) }
    }

    // MARK: - pcap-filter(7)

    private static func filterWords(_ prefix: String, after previous: String) -> [Candidate] {
        switch previous {
        case "host", "src", "dst", "gateway":
            let sides = previous == "host" || previous == "gateway" ? [] : [Candidate("host"), Candidate("port"), Candidate("net")]
            return sides.filter { $0.value.hasPrefix(prefix) } + hosts(prefix)
        case "port", "portrange": return ports(prefix)
        case "net", "mask": return []
        case "proto": return ["tcp", "udp", "icmp", "icmp6"].filter { $0.hasPrefix(prefix) }.map { Candidate($0) }
        default: return filter.filter { $0.value.hasPrefix(prefix) }
        }
    }

    private static let filter = [
        Candidate("host", "address or name, either side"), Candidate("port", "port, either side"), Candidate("net", "network"),
        Candidate("portrange", "FIRST-LAST"), Candidate("src", "source"), Candidate("dst", "destination"), Candidate("tcp", "TCP"),
        Candidate("udp", "UDP"), Candidate("icmp", "ICMP"), Candidate("icmp6", "ICMPv6"), Candidate("ip", "IPv4"),
        Candidate("ip6", "IPv6"), Candidate("arp", "ARP"), Candidate("vlan", "VLAN tag"), Candidate("mpls", "MPLS label"),
        Candidate("pppoes", "PPPoE session"), Candidate("ether", "Ethernet address"), Candidate("proto", "protocol"),
        Candidate("broadcast", "broadcasts"), Candidate("multicast", "multicasts"), Candidate("less", "length at most"),
        Candidate("greater", "length at least"), Candidate("gateway", "router on the way"), Candidate("and", "both"),
        Candidate("or", "one of both"), Candidate("not", "the opposite"),
    ]
}
