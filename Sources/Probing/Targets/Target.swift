package import Addresses

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

    /// The largest IPv6 block, as a prefix length: 65,536 addresses.
    package static let shortestV6Prefix = 112

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
        if text.hasPrefix("[") { return try readBracketed(text, over: transport) }
        // More than one colon and no bracket: an IPv6 address, which takes no port this way.
        if text.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1 { return Target(try subject(text)) }
        guard let colon = text.firstIndex(of: ":") else { return Target(try subject(text)) }
        let ports = try portList(text[text.index(after: colon)...], over: transport)
        return Target(try subject(String(text[..<colon])), ports: ports)
    }

    private static func readBracketed(_ text: String, over transport: Transport) throws(TargetError.Problem) -> Target {
        guard let close = text.firstIndex(of: "]") else { throw .unclosedBracket }
        let inside = try subject(String(text[text.index(after: text.startIndex)..<close]))
        let rest = text[text.index(after: close)...]
        guard !rest.isEmpty else { return Target(inside) }
        guard rest.first == ":" else { throw .unclosedBracket }
        return Target(inside, ports: try portList(rest.dropFirst(), over: transport))
    }

    /// `scheme://user@host:port/path`: the host, and the port that is given or that the scheme stands for (RFC 3986).
    private static func readURL(
        _ text: String,
        scheme: Range<String.Index>,
        over transport: Transport
    ) throws(TargetError.Problem) -> Target {
        let name = String(text[..<scheme.lowerBound])
        var authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        guard !authority.isEmpty else { throw .badHost }
        let target = try read(String(authority), over: transport)
        guard target.ports == nil else { return target }
        guard let port = ServiceNames.port(named: name, over: transport) else { throw .unknownScheme(name) }
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
            guard address.family == .v4 || block.length >= shortestV6Prefix else { throw .blockTooLarge }
            return .block(block)
        }
        if let address = IPAddress(text) { return .address(address) }
        guard isHostName(text) else { throw .badHost }
        return .host(text)
    }

    /// What a resolver may be asked: no white space, no control characters, no longer than a name can be (RFC 1035 section 2.3.4).
    /// A colon or a percent sign belongs to an address with a zone.
    private static func isHostName(_ text: String) -> Bool {
        let isDotted = text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ".") }
        let hasColon = text.utf8.contains(UInt8(ascii: ":"))
        return !text.isEmpty && text.utf8.count <= 253 && !isDotted && !text.hasPrefix("-")
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
        /// An empty path, or one with a NUL in it.
        case badPath
        /// The text before the slash is not an address.
        case badAddress
        case badPrefix(widest: Int)
        /// An IPv6 block wider than `Target.shortestV6Prefix`.
        case blockTooLarge
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
