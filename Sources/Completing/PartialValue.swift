import RawText

/// A value of several parts that ends at the cursor: what stays of it, and the last part, which is to be completed.
struct PartialValue: Hashable {
    private(set) var kind: ValueKind
    /// What stays: the option and its `=`, and the parts before the last.
    private(set) var kept: String
    private(set) var rest: String
    /// The word before, which decides about a filter.
    private(set) var previous: String

    init(_ kind: ValueKind, keeping kept: String, _ rest: String, after previous: String) {
        (self.kind, self.kept, self.rest, self.previous) = (kind, kept, rest, previous)
        switch kind {
        case .targets: keep(through: rest.lastIndex(of: ","), then: .targets)
        case .filter: splitFilter()
        case .endpoint: keep(through: rest.endOfHost, then: .port)
        case .target, .targetOrPorts:
            if let scheme = rest[...].firstPlace(of: "://") {
                keep(through: rest.index(before: scheme.upperBound), then: .endpoint)
                keep(through: self.rest.endOfHost, then: .port)
            } else {
                keep(through: rest.endOfHost, then: .ports)
            }
        default: break
        }
        if self.kind == .ports || self.kind == .targetOrPorts { keep(through: self.rest.lastIndex(of: ","), then: .ports) }
    }

    /// A filter in one word, as quotes make it, and the first port of a range.
    private mutating func splitFilter() {
        if let index = rest.lastIndex(where: { " (!".contains($0) }) {
            let words = rest[...index].split { " (!".contains($0) }
            if let last = words.last { previous = String(last) }
            keep(through: index, then: .filter)
        }
        if previous == "portrange" { kind = .ports }
    }

    private mutating func keep(through index: String.Index?, then kind: ValueKind) {
        guard let index else { return }
        let start = rest.index(after: index)
        (kept, rest, self.kind) = (kept + rest[..<start], String(rest[start...]), kind)
    }

    /// `8000-80`: the number, and the value from the last port on.
    var range: (first: UInt16, last: PartialValue)? {
        guard kind == .ports || kind == .targetOrPorts, let dash = rest.firstIndex(of: "-"), let first = UInt16(rest[..<dash])
        else { return nil }
        var last = self
        last.keep(through: dash, then: .port)
        return (first, last)
    }
}

extension String {
    /// The colon behind a host: `host:`, `192.0.2.1:80`, `[2001:db8::1]:80`; not one of an IPv6 address.
    fileprivate var endOfHost: Index? {
        guard hasPrefix("[") else { return count(where: { $0 == ":" }) == 1 ? firstIndex(of: ":") : nil }
        guard let bracket = firstIndex(of: "]") else { return nil }
        let colon = index(after: bracket)
        return colon < endIndex && self[colon] == ":" ? colon : nil
    }
}
