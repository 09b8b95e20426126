package import Addresses

/// What holds for every target of a run.
package struct TargetRules: Sendable {
    package var transport = Transport.tcp
    /// Only addresses of this family; `nil` takes both.
    package var family: IPAddress.Family?
    /// Whether a target must name its ports, since none are named for all of them.
    package var requiresPorts = false
    /// Whether targets are left out rather than probed: blocks of any length, and link-local addresses of any interface.
    package var isExclusion = false

    /// The largest IPv6 block that is probed, as a prefix length: 65,536 addresses.
    private static let shortestV6Prefix = 112
    /// The largest IPv4 block: 16,777,216 addresses. A slip of the pen must not probe the whole internet.
    private static let shortestV4Prefix = 8

    /// The rules for what a run over `transport` leaves out.
    package static func exclusion(_ transport: Transport) -> TargetRules {
        var rules = TargetRules(transport: transport)
        rules.isExclusion = true
        return rules
    }

    package init(transport: Transport = .tcp, family: IPAddress.Family? = nil, requiresPorts: Bool = false) {
        self.transport = transport
        self.family = family
        self.requiresPorts = requiresPorts
    }

    /// Reads a target that obeys the rules.
    package func parse(_ text: String) throws(TargetError) -> Target {
        let target = try Target(parsing: text, over: transport)
        if let problem = problem(of: target) { throw TargetError(text: text, problem: problem) }
        return target
    }

    private func problem(of target: Target) -> TargetError.Problem? {
        guard !isExclusion else { return nil }
        switch target.subject {
        case .address(let address):
            if let family, address.family != family { return .wrongFamily(family) }
            if address.needsZone { return .needsZone }
        case .block(let block):
            if let family, block.network.family != family { return .wrongFamily(family) }
            let shortest = block.network.family == .v4 ? TargetRules.shortestV4Prefix : TargetRules.shortestV6Prefix
            if block.length < shortest { return .blockTooLarge(shortest) }
        case .host, .unix: break
        }
        return requiresPorts && target.lacksPorts ? .noPorts : nil
    }
}
