/// What a run is to probe, read and checked.
package struct ProbePlan: Sendable {
    package private(set) var sources: [TargetSource] = []
    /// For the targets that name none.
    package let ports: PortList?
    /// Hosts times ports; `nil` where a source can't be counted before it is read. Stops at `Int.max`.
    package private(set) var total: Int? = 0
    /// Whether the lines of a list that can't be read are passed over.
    package let keepsGoing: Bool
    package var exclusions = Exclusions()
    /// Whether a target takes the plan's ports, as far as that is known.
    package private(set) var usesDefaultPorts = false

    package init(ports: PortList? = nil, keepsGoing: Bool = false) {
        self.ports = ports
        self.keepsGoing = keepsGoing
    }

    /// Adds a target. False where it has no ports, nor the plan any for it.
    package mutating func add(_ target: Target) -> Bool {
        let count = target.probeCount(defaultPorts: ports?.ports.count ?? 0)
        guard count > 0 else { return false }
        if target.lacksPorts { usesDefaultPorts = true }
        sources.append(.target(target))
        total = total.map { saturating($0, plus: count) }
        return true
    }

    /// Adds a list that was read through once.
    package mutating func add(list path: String, _ survey: TargetList.Survey) {
        sources.append(.file(path: path))
        if survey.usesDefaultPorts { usesDefaultPorts = true }
        total = total.map { saturating($0, plus: survey.probes) }
    }

    /// Adds a source that can be read only once.
    package mutating func add(unread source: TargetSource) {
        sources.append(source)
        usesDefaultPorts = true
        total = nil
    }

    /// Whether all of it is one host.
    package var isOneHost: Bool {
        guard sources.count == 1, case .target(let target) = sources[0] else { return false }
        return target.subject.hostCount == 1
    }

    /// Whether all of it is one host that was named, not given by its address.
    package var isOneName: Bool {
        guard sources.count == 1, case .target(let target) = sources[0], case .host = target.subject else { return false }
        return true
    }

    /// Whether it can be probed again and again: what came through a pipe is gone.
    package var isRepeatable: Bool { total != nil }
}

extension Target {
    /// Hosts times ports, at most `Int.max`; a Unix socket counts as one.
    func probeCount(defaultPorts: Int) -> Int {
        if case .unix = subject { return 1 }
        let (count, overflow) = subject.hostCount.multipliedReportingOverflow(by: ports?.ports.count ?? defaultPorts)
        return overflow ? .max : count
    }
}

/// A sum of counts, at most `Int.max`.
func saturating(_ left: Int, plus right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
}
