package import Addresses

/// What holds for every target of a run.
package struct TargetRules: Sendable {
    package var transport = Transport.tcp
    /// Only addresses of this family; `nil` takes both.
    package var family: IPAddress.Family?
    /// Whether a target must name its ports, since none are named for all of them.
    package var requiresPorts = false

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
        switch target.subject {
        case .address(let address):
            if let family, address.family != family { return .wrongFamily(family) }
            if address.needsZone { return .needsZone }
        case .block(let block):
            if let family, block.network.family != family { return .wrongFamily(family) }
        case .host, .unix: break
        }
        return requiresPorts && target.lacksPorts ? .noPorts : nil
    }
}
