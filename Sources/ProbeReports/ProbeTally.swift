import Console
package import Probing
import SondeSystem

/// Ports by state.
package struct ProbeTally: Sendable {
    package private(set) var probed = 0
    package private(set) var open = 0
    package private(set) var closed = 0
    package private(set) var filtered = 0
    /// UDP ports that did not answer.
    package private(set) var openOrFiltered = 0
    package private(set) var errors = 0
    /// Names that do not resolve, and those of them that this machine lacked the means to look up.
    package var unresolved = 0
    package private(set) var shortages = 0
    private var unresolvedPorts = 0
    /// Ports that were still unanswered when the run was stopped; not among those probed.
    package var abandoned = 0
    /// Ports that the run's end came before; not among those probed.
    package var unreached = 0
    /// Lines of a list that were skipped.
    package var skippedLines = 0

    package init() {}

    package mutating func count(_ verdict: Verdict) {
        probed += 1
        switch verdict.state {
        case .open: open += 1
        case .closed: closed += 1
        case .filtered: filtered += 1
        case .openOrFiltered: openOrFiltered += 1
        case .error: errors += 1
        }
    }

    package mutating func count(_ target: UnresolvedTarget) {
        unresolved += 1
        unresolvedPorts += target.ports.ports.count
        if target.error.shortage != nil { shortages += 1 }
    }

    /// Counts the ports that a run did not begin because it ended early.
    ///
    /// - Parameter total: the ports of its plan; `nil` where that is not known.
    package mutating func countUnreached(of total: Int?) {
        unreached = max(0, (total ?? 0) - probed - abandoned - unresolvedPorts)
    }

    /// Whether nothing at all was found out.
    package var isEmpty: Bool { probed == 0 && unresolved == 0 && abandoned == 0 }

    /// `65,535 ports: 5 open, 65,530 closed`
    func write(into text: inout TextBuffer) {
        let total = probed + abandoned + unreached
        text.append(grouped: total)
        text.append(total == 1 ? " port: " : " ports: ")
        let parts: [(Int, StaticString)] = [
            (open, " open"), (closed, " closed"), (filtered, " filtered"), (openOrFiltered, " open|filtered"),
            (errors, " failed locally"), (abandoned, " without an answer when interrupted"),
            (unreached, " never reached"),
        ]
        let shown = parts.filter { $0.0 > 0 }
        for (index, part) in shown.enumerated() {
            if index > 0 { text.append(", ") }
            text.append(grouped: part.0)
            text.append(part.1)
        }
        if shown.isEmpty { text.append("nothing was probed") }
        note(unresolved, "; ", " name does not resolve", " names do not resolve", into: &text)
        note(skippedLines, "; ", " unreadable line skipped", " unreadable lines skipped", into: &text)
    }

    private func note(
        _ count: Int,
        _ separator: StaticString,
        _ singular: StaticString,
        _ plural: StaticString,
        into text: inout TextBuffer
    ) {
        guard count > 0 else { return }
        text.append(separator)
        text.append(grouped: count)
        text.append(count == 1 ? singular : plural)
    }
}
