import SondeSystem

/// The hosts that this user's files name, in the order in which they are worth offering.
package struct HostNames: Sendable {
    private var descriptions: [String: String] = [:]
    private var order: [String] = []

    /// Bytes read of each file, and hosts kept.
    private static let fileLimit = 1 << 20
    private static let hostLimit = 5000

    package init() {}

    /// Those of ~/.ssh/config, known_hosts and /etc/hosts.
    package static func current(home: String?) -> HostNames {
        var names = HostNames()
        if let home {
            names.add(configuration: text(of: home + "/.ssh/config"), in: home + "/.ssh", depth: 0)
            names.add(knownHosts: text(of: home + "/.ssh/known_hosts"))
        }
        names.add(configuration: text(of: "/etc/ssh/ssh_config"), in: "/etc/ssh", depth: 0)
        names.add(knownHosts: text(of: "/etc/ssh/ssh_known_hosts"))
        names.add(hosts: text(of: "/etc/hosts"))
        return names
    }

    package func candidates(beginningWith prefix: String) -> [Candidate] {
        let prefix = prefix.lowercased()
        return order.filter { $0.lowercased().hasPrefix(prefix) }.map { Candidate($0, descriptions[$0] ?? "") }
    }

    private static func text(of path: String) -> String {
        guard let bytes = try? FileSystem.read(path, limit: fileLimit) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func add(_ name: Substring, _ description: String) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("-"), order.count < Self.hostLimit else { return }
        let name = String(name)
        guard descriptions.updateValue(descriptions[name] ?? description, forKey: name) == nil else { return }
        order.append(name)
    }

    /// known_hosts (sshd(8)): names separated by commas; hashed lines name nobody.
    package mutating func add(knownHosts text: String) {
        // By bytes: characters would take most of the time that an answer has.
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            var fields = line.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }[...]
            if fields.first?.first == UInt8(ascii: "@") { fields = fields.dropFirst() }
            guard let names = fields.first, names.first != UInt8(ascii: "|"), names.first != UInt8(ascii: "#") else { continue }
            for name in names.split(separator: UInt8(ascii: ",")) {
                // [host]:port
                let isBracketed = name.first == UInt8(ascii: "[")
                let bare = Substring(isBracketed ? name.dropFirst().prefix { $0 != UInt8(ascii: "]") } : name)
                add(bare, "known host")
            }
        }
    }

    /// /etc/hosts (hosts(5)).
    package mutating func add(hosts text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
            guard let address = fields.first else { continue }
            for name in fields.dropFirst() { add(name, String(address)) }
        }
    }

    /// ssh_config(5): `Host` lines, patterns left out; `Include` of files and of whole folders.
    mutating func add(configuration text: String, in folder: String, depth: Int) {
        for line in text.split(separator: "\n") {
            // Names may be in quotes.
            let fields = line.prefix { $0 != "#" }.split { " \t=\"".contains($0) }
            switch fields.first?.lowercased() {
            case "host": for name in fields.dropFirst() { add(name, "ssh config") }
            case "include" where depth < 4:
                for path in fields.dropFirst() {
                    for file in Self.files(String(path), folder) {
                        add(configuration: Self.text(of: file), in: folder, depth: depth + 1)
                    }
                }
            default: break
            }
        }
    }

    package mutating func add(configuration text: String) { add(configuration: text, in: "/", depth: 4) }

    private static func files(_ path: String, _ folder: String) -> [String] {
        let full =
            if path.hasPrefix("~/") {
                String(folder.dropLast(".ssh".count) + path.dropFirst(2))
            } else {
                path.hasPrefix("/") ? path : folder + "/" + path
            }
        // A * in the name of the file, as in config.d/*.conf.
        guard let slash = full.lastIndex(of: "/"), let star = full[slash...].firstIndex(of: "*") else { return [full] }
        let (begin, end) = (full[full.index(after: slash)..<star], full[full.index(after: star)...])
        let names = folderEntries(String(full[..<slash])).sorted().filter {
            $0.count >= begin.count + end.count && $0.hasPrefix(begin) && $0.hasSuffix(end)
        }
        return names.map { full[...slash] + $0 }
    }
}

/// The names in a folder; none where it can't be read.
func folderEntries(_ path: String) -> [String] {
    var names: [String] = []
    guard let folder = try? Descriptor.openDirectory(path) else { return [] }
    try? folder.borrowed.forEachEntry { name in
        names.append(String(decoding: Array(copying: name), as: UTF8.self))
        return names.count < 1000
    }
    return names
}

extension Array where Element == UInt8 {
    fileprivate init(copying span: Span<UInt8>) {
        self = []
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
