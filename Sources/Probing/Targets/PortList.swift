package import Addresses

/// Ports to probe, in the order they were named, none twice.
package struct PortList: Hashable, Sendable {
    package let ports: [UInt16]

    package init(_ ports: some Sequence<UInt16>) {
        var seen = Set<UInt16>()
        self.ports = ports.filter { seen.insert($0).inserted }
    }

    /// All of them, 1 to 65535.
    package static let all = PortList(unique: Array(1...65535))

    private init(unique ports: [UInt16]) { self.ports = ports }

    /// The ports that pass, in their order.
    func filter(_ isIncluded: (UInt16) -> Bool) -> PortList { PortList(unique: ports.filter(isIncluded)) }

    /// The ports that the other list does not have.
    func without(_ other: PortList) -> PortList {
        guard other != self else { return PortList(unique: []) }
        if ports.count == 1 { return other.ports.contains(ports[0]) ? PortList(unique: []) : self }
        let named = Set(other.ports)
        return filter { !named.contains($0) }
    }

    /// Reads `22,80,8000-8100,https`: numbers, ranges (`-100` from 1, `60000-` up to 65535) and service names, commas between
    /// them; `-` alone is every port.
    package init(parsing text: some StringProtocol, over transport: Transport = .tcp) throws(PortListError) {
        guard text != "-" else {
            self = .all
            return
        }
        guard !text.isEmpty else { throw PortListError(list: "", part: "", problem: .empty) }
        var isNamed = [Bool](repeating: false, count: 65536)
        var ports: [UInt16] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            do {
                for port in try PortList.range(String(part), over: transport) where !isNamed[Int(port)] {
                    isNamed[Int(port)] = true
                    ports.append(port)
                }
            } catch {
                throw PortListError(list: String(text), part: String(part), problem: error)
            }
        }
        self.init(unique: ports)
    }

    /// Whether `text` can only be meant as ports, right or wrong: digits and dashes, a service name, or a list with commas, which
    /// neither names nor addresses have.
    package static func looksLikePorts(_ text: String, over transport: Transport = .tcp) -> Bool {
        guard text != "-" else { return false }
        if text.utf8.contains(UInt8(ascii: ",")) { return !text.contains { "/:@".contains($0) } }
        return text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
            || ServiceNames.port(named: text, over: transport) != nil
    }

    private static func range(
        _ part: String,
        over transport: Transport
    ) throws(PortListError.Problem) -> ClosedRange<UInt16> {
        guard !part.isEmpty else { throw .empty }
        let isNumeric = part.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
        guard isNumeric else {
            guard let port = ServiceNames.port(named: part, over: transport) else { throw .unknownService }
            return port...port
        }
        let bounds = part.split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count <= 2 else { throw .notARange }
        guard bounds.count == 2 else {
            let port = try number(bounds[0])
            return port...port
        }
        guard !(bounds[0].isEmpty && bounds[1].isEmpty) else { return 1...65535 }
        let first = bounds[0].isEmpty ? 1 : try number(bounds[0])
        let last = bounds[1].isEmpty ? 65535 : try number(bounds[1])
        guard first <= last else { throw .descending }
        return first...last
    }

    private static func number(_ digits: Substring) throws(PortListError.Problem) -> UInt16 {
        guard let port = UInt16(digits), port > 0 else { throw .outOfRange }
        return port
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

/// A list of ports that can't be read: which part of it, and why.
package struct PortListError: Error, Hashable, Sendable {
    package enum Problem: Error, Hashable, Sendable {
        case empty
        /// Ports are 1 to 65535.
        case outOfRange
        case descending
        /// More than one dash.
        case notARange
        case unknownService
    }

    package let list: String
    package let part: String
    package let problem: Problem

    package init(list: String, part: String, problem: Problem) {
        self.list = list
        self.part = part
        self.problem = problem
    }
}
