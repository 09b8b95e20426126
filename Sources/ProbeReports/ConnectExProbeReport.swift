package import Console
package import Probing
import SondeSystem
import SystemPackage

/// `--connect-ex`: one number per line, in the order of targets and ports. For a name that does not resolve it is what
/// getaddrinfo(3) returned, which is negative.
package struct ConnectExProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private var numbers: [(ordinal: Int, port: Int, number: Int32)] = []

    package init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        guard !onlyOpen || result.verdict.state == .open else { return }
        numbers.append((result.ordinal, result.portIndex, result.errno?.rawValue ?? 0))
    }

    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        guard !onlyOpen else { return }
        for index in unresolved.ports.ports.indices { numbers.append((unresolved.ordinal, index, unresolved.error.code)) }
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        numbers.sort { ($0.ordinal, $0.port) < ($1.ordinal, $1.port) }
        for entry in numbers {
            text.append(Int(entry.number))
            text.append("\n")
        }
    }
}
