import Console
package import Probing

/// Ports by state.
package struct ProbeTally: Sendable {
    package private(set) var probed = 0
    package private(set) var open = 0
    package private(set) var closed = 0
    /// Silent UDP ports included.
    package private(set) var filtered = 0
    package private(set) var errors = 0
    package var unresolved = 0

    package init() {}

    package mutating func count(_ verdict: Verdict) {
        probed += 1
        switch verdict.state {
        case .open: open += 1
        case .closed: closed += 1
        case .filtered, .openOrFiltered: filtered += 1
        case .error: errors += 1
        }
    }

    /// Whether nothing at all was found out.
    package var isEmpty: Bool { probed == 0 && unresolved == 0 }

    /// `65,535 ports: 5 open, 65,530 closed`
    func write(into text: inout TextBuffer) {
        text.append(grouped: probed)
        text.append(probed == 1 ? " port: " : " ports: ")
        let parts: [(Int, StaticString)] = [
            (open, " open"), (closed, " closed"), (filtered, " filtered"), (errors, " failed locally"),
        ]
        let shown = parts.filter { $0.0 > 0 }
        for (index, part) in shown.enumerated() {
            if index > 0 { text.append(", ") }
            text.append(grouped: part.0)
            text.append(part.1)
        }
        if shown.isEmpty { text.append("nothing was probed") }
    }
}
