package import Console
package import Probing
import SondeSystem
import SystemPackage

/// `--connect-ex`: one number per line, in the order of targets and ports. For a name that does not resolve it is what
/// getaddrinfo(3) returned, which is negative. A port without a number has a dash, so that each line belongs to its port; none that
/// has a number follows the last line.
package struct ConnectExProbeReport: ProbeReport {
    private let onlyOpen: Bool
    private var numbers: [(ordinal: Int, port: Int, number: Int32)] = []
    /// Ports of each target, by its number.
    private var portCounts: [Int: Int] = [:]
    private var latest: Int?

    package init(onlyOpen: Bool) { self.onlyOpen = onlyOpen }

    package mutating func add(_ result: ProbeResult, into text: inout TextBuffer) {
        guard !onlyOpen || result.verdict.state == .open else { return }
        addUnreached(ordinal: result.ordinal, ports: result.portCount)
        numbers.append((result.ordinal, result.portIndex, result.errno?.rawValue ?? 0))
    }

    package mutating func add(_ unresolved: UnresolvedTarget, into text: inout TextBuffer) {
        guard !onlyOpen else { return }
        addUnreached(ordinal: unresolved.ordinal, ports: unresolved.ports.ports.count)
        for index in unresolved.ports.ports.indices { numbers.append((unresolved.ordinal, index, unresolved.error.code)) }
    }

    package mutating func addAbandoned(_ result: ProbeResult) {
        addUnreached(ordinal: result.ordinal, ports: result.portCount)
    }

    package mutating func addUnreached(ordinal: Int, ports: Int) {
        guard ordinal != latest else { return }
        latest = ordinal
        portCounts[ordinal] = ports
    }

    package mutating func finish(_ ending: ProbeEnding, into text: inout TextBuffer, notes: inout TextBuffer) {
        numbers.sort { ($0.ordinal, $0.port) < ($1.ordinal, $1.port) }
        guard !onlyOpen, let last = numbers.last else {
            for entry in numbers { ConnectExProbeReport.write(entry.number, into: &text) }
            return
        }
        var next = 0
        for (ordinal, count) in portCounts.sorted(by: { $0.key < $1.key }) where ordinal <= last.ordinal {
            for port in 0..<(ordinal == last.ordinal ? last.port + 1 : count) {
                guard next < numbers.count, (numbers[next].ordinal, numbers[next].port) == (ordinal, port) else {
                    text.append("-\n")
                    continue
                }
                ConnectExProbeReport.write(numbers[next].number, into: &text)
                next += 1
            }
        }
    }

    private static func write(_ number: Int32, into text: inout TextBuffer) {
        text.append(Int(number))
        text.append("\n")
    }
}
