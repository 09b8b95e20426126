package import Addresses
import RawText

/// What is to be probed, as it was named, not yet resolved.
package struct Target: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// A host name, or an address with a zone.
        case host(String)
        case address(IPAddress)
        /// Each address of the block, network and broadcast address included.
        case block(IPPrefix)
        /// A Unix stream socket.
        case unix(path: String)
    }

    package let subject: Subject
    /// The ports that were named with it; `nil` where the ports of the whole run hold.
    package let ports: PortList?

    package init(_ subject: Subject, ports: PortList? = nil) {
        self.subject = subject
        self.ports = ports
    }

    /// Reads `HOST`, `HOST:PORTS`, `[V6]:PORTS`, `ADDRESS/LENGTH`, `[V6/LENGTH]:PORTS`, a URL, or an absolute path
    /// (`/run/x.sock`, `unix:/run/x.sock`) of a Unix socket.
    package init(parsing text: some StringProtocol, over transport: Transport = .tcp) throws(TargetError) {
        let text = String(text)
        do {
            self = try Target.read(text, over: transport)
        } catch {
            throw TargetError(text: text, problem: error)
        }
    }

    private static func read(_ text: String, over transport: Transport) throws(TargetError.Problem) -> Target {
        guard !text.isEmpty else { throw .empty }
        if text.hasPrefix("/") { return Target(try unixSocket(text)) }
        if text.hasPrefix("unix:") { return Target(try unixSocket(String(text.dropFirst(5)))) }
        if let scheme = text.range(of: "://") { return try readURL(text, scheme: scheme, over: transport) }
        guard let parts = HostPortText(text) else { throw .unclosedBracket }
        let subject = try subject(parts.host)
        guard let ports = parts.ports else { return Target(subject) }
        return Target(subject, ports: try portList(ports, over: transport))
    }

    /// `scheme://user@host:port/path`: the host, and the port that is given or that the scheme stands for (RFC 3986).
    private static func readURL(
        _ text: String,
        scheme: Range<String.Index>,
        over transport: Transport
    ) throws(TargetError.Problem) -> Target {
        let name = text[..<scheme.lowerBound].lowercased()
        guard name != "udp" || transport == .udp, name != "tcp" || transport == .tcp else { throw .otherTransport(name) }
        var authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        // An empty port is the scheme's (RFC 3986 section 3.2.3), and the % of a zone is encoded (RFC 6874).
        if authority.hasSuffix(":") { authority = authority.dropLast() }
        guard !authority.isEmpty else { throw .badHost }
        let target = try read(authority.exchanging("%25", for: "%"), over: transport)
        guard target.ports == nil, name != "tcp", name != "udp" else { return target }
        guard let port = ServiceNames.port(ofScheme: name, over: transport) else { throw .unknownScheme(name) }
        return Target(target.subject, ports: PortList([port]))
    }

    private static func portList(
        _ text: some StringProtocol,
        over transport: Transport
    ) throws(TargetError.Problem) -> PortList {
        do throws(PortListError) {
            return try PortList(parsing: text, over: transport)
        } catch {
            throw .ports(error)
        }
    }

    private static func unixSocket(_ path: String) throws(TargetError.Problem) -> Subject {
        // A NUL would end the path on its way to the system, or name an abstract socket.
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .badPath }
        return .unix(path: path)
    }

    private static func subject(_ text: String) throws(TargetError.Problem) -> Subject {
        if let slash = text.firstIndex(of: "/") {
            guard let address = IPAddress(text[..<slash]) else { throw .badAddress }
            guard let block = IPPrefix(text) else { throw .badPrefix(widest: address.bitWidth) }
            return .block(block)
        }
        if let address = IPAddress(text) { return .address(address) }
        guard !isAddressRange(text) else { throw .addressRange }
        return try host(text)
    }

    private static func host(_ text: String) throws(TargetError.Problem) -> Subject {
        let isZoned = text.utf8.contains(UInt8(ascii: ":"))
        let known: String
        do throws(HostNameProblem) {
            known = isZoned ? text : try InternationalName.ascii(text)
        } catch {
            throw .badName(error)
        }
        // Digits in full width.
        if known != text, let address = IPAddress(known) { return .address(address) }
        guard isHostName(known) else { throw .badHost }
        return .host(text)
    }

    /// `192.0.2.1-5`, `192.0.2-3.1` or `192.0.2.*`, as other scanners write ranges.
    private static func isAddressRange(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part == "*" || !part.isEmpty && part.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
            } && text.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "*") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// What a resolver may be asked: no white space, no control characters. A full stop may be at the end (RFC 1034 section 3.1).
    /// A colon or a percent sign belongs to an address with a zone.
    private static func isHostName(_ text: String) -> Bool {
        // Also the forms of inet_aton(3), 0x7f000001 and 127.1, which few programs read as addresses.
        let text = text.hasSuffix(".") ? text.dropLast() : text[...]
        let last = text.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        let isNumber = last.utf8.allSatisfy(isDigit) || last.lowercased().hasPrefix("0x")
        let hasColon = text.utf8.contains(UInt8(ascii: ":"))
        return !text.isEmpty && !isNumber && !text.hasPrefix("-")
            && (!hasColon || text.utf8.contains(UInt8(ascii: "%")))
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "[") }
    }
}

extension Target {
    /// Whether it takes the ports of the whole run; a Unix socket has none.
    var lacksPorts: Bool {
        if case .unix = subject { return false }
        return ports == nil
    }
}

extension Target.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .host(let name): name
        case .address(let address): address.description
        case .block(let block): block.description
        case .unix(let path): path
        }
    }

    /// How many hosts it stands for.
    package var hostCount: Int {
        guard case .block(let block) = self else { return 1 }
        return 1 << min(62, block.network.bitWidth - block.length)
    }
}

/// A target that can't be read, and why.
package struct TargetError: Error, Hashable, Sendable {
    package enum Problem: Error, Hashable, Sendable {
        case empty
        case badHost
        /// A host name that breaks the rules of labels.
        case badName(HostNameProblem)
        /// An empty path, or one with a NUL in it.
        case badPath
        /// The text before the slash is not an address.
        case badAddress
        case badPrefix(widest: Int)
        /// A block wider than this prefix length.
        case blockTooLarge(Int)
        /// A range of addresses that is no block.
        case addressRange
        /// An address or a block of the family that was not asked for.
        case wrongFamily(IPAddress.Family)
        /// A link-local address without its interface.
        case needsZone
        /// `udp://` in a TCP run, or the reverse.
        case otherTransport(String)
        case unclosedBracket
        case unknownScheme(String)
        /// It names no ports, and none are named for all targets.
        case noPorts
        case ports(PortListError)
    }

    package let text: String
    package let problem: Problem

    package init(text: String, problem: Problem) {
        self.text = text
        self.problem = problem
    }
}

extension String {
    /// The range of the first occurrence of `needle`.
    fileprivate func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
