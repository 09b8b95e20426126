import Addresses
import Dialing
import SondeSystem
import Synchronization

/// Where targets come from.
package enum TargetSource: Hashable, Sendable {
    case target(Target)
    /// A file with a target a line.
    case file(path: String)
    case standardInput
}

/// The number of rounds of a feed through its sources, and the time from the start of one to the next.
struct Repetition: Sendable {
    /// `nil`: without end.
    var rounds: Int?
    var interval: Nanoseconds
}

/// Turns sources into resolved targets, a little ahead of the loops that take them: blocks of addresses are counted through, lists
/// are read and names are resolved by threads of their own, so that neither a slow pipe nor a slow name server holds a loop up.
///
/// No port of an address is handed out twice in a round, and none that is excluded. A name that does not resolve in time counts as
/// unresolved, and its thread is left behind. Memory is bounded by how far it runs ahead, never by how many targets there are.
package final class TargetFeed: Sendable {
    private let state: Mutex<State>
    private let sources: [TargetSource]
    private let defaultPorts: PortList?
    private let exclusions: Exclusions
    private let rules: TargetRules
    private let allAddresses: Bool
    private let resolveLimit: Nanoseconds
    /// How long a name waits for descriptors.
    private let shortageLimit: Nanoseconds
    private let resolve: Resolve
    /// Names under way at once.
    private let resolverLimit: Int
    private let repetition: Repetition
    /// Maximum number of ports in a round; `nil` if unknown.
    let portCount: Int?

    /// Threads that wait for name servers, also those that nobody waits for any more.
    private static let threadLimit = 256
    /// How long to wait before a name is looked up again for which this machine had no descriptors.
    private static let shortagePause = Nanoseconds.milliseconds(50)
    private static let shortestInterval = Nanoseconds.milliseconds(1)
    /// How long both families are waited for before each is asked for alone: the C library returns neither while one is missing.
    private static let familyPatience = Nanoseconds.milliseconds(1000)

    enum Next {
        case chunk(PortChunk)
        /// Nothing now. Ask again when the loop's waker signals, or at that moment.
        case later(until: MonotonicTime?)
        case end
    }

    private struct Lookup {
        let name: String
        let ordinal: Int
        let round: Int
        let ports: PortList
        var deadline: MonotonicTime
        /// The thread that works on it; `nil` while none does.
        var thread: Int?
        /// When to start one (again).
        var startAt: MonotonicTime?
        /// What this machine lacked the last time, and since when.
        var shortage: ResolutionError?
        /// Threads that ask for one family each, because one of them got no answer; when they are started.
        var familyThreads: [Int] = []
        var familiesAt: MonotonicTime?
    }

    private struct State {
        var sources: [TargetSource]
        var round = 1
        var roundStart: MonotonicTime?
        var sequence = 0
        var seen = SeenTargets()
        var current: (target: ProbeTarget, nextPort: Int)?
        var block: (prefix: IPPrefix, next: IPAddress?, ports: PortList)?
        var pending: Target?
        var ready: [ProbeTarget] = []
        var events: [ProbeEvent] = []
        var reader: TargetReader?
        var lookups: [Int: Lookup] = [:]
        var nextLookup = 0
        /// Threads in the resolver by number, with the name that each asks for.
        var threads: [Int: String] = [:]
        var nextThread = 0
        /// Whether anything was handed out or reported: a target that the exclusions leave.
        var hasYielded = false
        var loops: [FeedWaker] = []
    }

    /// - Parameters:
    ///   - plan: its sources in the order they were named. A named target that is left without ports is not probed: check before.
    ///   - repetition: once where it is left out.
    package convenience init(_ plan: ProbePlan, configuration: ProbeConfiguration) {
        self.init(plan, configuration: configuration, repetition: Repetition(rounds: 1, interval: .zero))
    }

    typealias Resolve = @Sendable (String, IPAddress.Family?) throws(ResolutionError) -> Resolution

    /// - Parameter resolve: what asks the name servers; it may block.
    init(
        _ plan: ProbePlan,
        configuration: ProbeConfiguration,
        repetition: Repetition,
        resolve: @escaping Resolve = { (name, family) throws(ResolutionError) in try Resolver.resolve(name, family: family) }
    ) {
        self.resolve = resolve
        shortageLimit = configuration.policy.deadline
        sources = plan.sources
        portCount = plan.total
        state = Mutex(State(sources: plan.sources.reversed()))
        defaultPorts = plan.ports
        exclusions = plan.exclusions
        rules = TargetRules(
            transport: configuration.transport,
            family: configuration.family,
            requiresPorts: plan.ports == nil
        )
        allAddresses = configuration.allAddresses
        resolveLimit = configuration.resolveLimit
        resolverLimit = DescriptorBudget.resolvers
        self.repetition = repetition
    }

    func register(_ waker: FeedWaker) {
        state.withLock { $0.loops.append(waker) }
    }

    /// Returns the next chunk of at most `limit` ports. Appends what happened meanwhile to `events`.
    func next(limit: Int, at now: MonotonicTime = .now, events: inout [ProbeEvent]) -> Next {
        state.withLock { state in
            expireLookups(&state, now)
            let next = advance(&state, limit: limit, now)
            if case .chunk = next { state.hasYielded = true }
            if !state.events.isEmpty {
                state.hasYielded = true
                events += state.events
                state.events.removeAll()
            }
            return next
        }
    }

    /// Whether a lookup waits for descriptors.
    var lacksDescriptors: Bool { state.withLock { state in state.lookups.values.contains { $0.shortage != nil } } }

    /// The run was stopped: reports the targets that are known and not begun.
    func abandon(events: inout [ProbeEvent]) {
        state.withLock { state in
            for lookup in state.lookups.values {
                events.append(.unreached(ordinal: lookup.ordinal, ports: lookup.ports.ports.count))
            }
            for target in state.ready { events.append(.unreached(ordinal: target.ordinal, ports: target.ports.ports.count)) }
            if let (target, _) = state.current {
                events.append(.unreached(ordinal: target.ordinal, ports: target.ports.ports.count))
            }
            state.lookups.removeAll()
            state.ready.removeAll()
            state.current = nil
        }
    }

    /// Reports the names that are still being looked up as unresolved: the run's time is up, `limit` after its start.
    func giveUp(after limit: Nanoseconds, events: inout [ProbeEvent]) {
        state.withLock { state in
            for lookup in state.lookups.values.sorted(by: { $0.ordinal < $1.ordinal }) {
                events.append(.unresolved(unresolved(lookup, ResolutionError(noAnswerFor: lookup.name, within: limit))))
            }
            state.lookups.removeAll()
        }
    }

    private func advance(_ state: inout State, limit: Int, _ now: MonotonicTime) -> Next {
        while true {
            if let (target, first) = state.current {
                let end = min(first + limit, target.ports.ports.count)
                state.current = end < target.ports.ports.count ? (target, end) : nil
                if first < end { return .chunk(PortChunk(target: target, ports: first..<end)) }
            } else if let target = state.ready.popLast() {
                state.current = (target, 0)
            } else if let block = state.block {
                stepBlock(&state, block.prefix, block.next, block.ports)
            } else if let target = state.pending {
                guard begin(target, &state, now) else { return .later(until: nextMoment(state)) }
                state.pending = nil
            } else if let reader = state.reader {
                switch reader.next() {
                case .target(let target): state.pending = target
                case .event(let event): state.events.append(event)
                case .later: return .later(until: nextMoment(state))
                case .end: state.reader = nil
                }
            } else if let source = state.sources.popLast() {
                if state.roundStart == nil { state.roundStart = now }
                open(source, &state)
            } else if let start = nextRoundStart(state) {
                // Another round would find nothing either.
                guard state.hasYielded || !state.events.isEmpty || !state.lookups.isEmpty else { return .end }
                guard now >= start else { return .later(until: min(start, nextMoment(state) ?? start)) }
                beginRound(&state, start)
            } else {
                return state.lookups.isEmpty ? .end : .later(until: nextMoment(state))
            }
        }
    }

    private func open(_ source: TargetSource, _ state: inout State) {
        switch source {
        case .target(let target):
            state.pending = target
        case .file(let path):
            state.reader = reader(path)
        case .standardInput:
            state.reader = reader(nil)
        }
    }

    private func reader(_ path: String?) -> TargetReader {
        TargetReader(path: path, rules) { [weak self] in self?.wakeLoops() }
    }

    // MARK: - Rounds

    private func nextRoundStart(_ state: State) -> MonotonicTime? {
        guard repetition.rounds.map({ state.round < $0 }) ?? true, let start = state.roundStart else { return nil }
        return start + max(repetition.interval, TargetFeed.shortestInterval)
    }

    private func beginRound(_ state: inout State, _ start: MonotonicTime) {
        state.round += 1
        state.roundStart = start
        state.sequence = 0
        state.seen = SeenTargets()
        state.sources = sources.reversed()
    }

    // MARK: - Targets

    /// Takes a target in; false where it has to wait for the resolver.
    private func begin(_ target: Target, _ state: inout State, _ now: MonotonicTime) -> Bool {
        let ports = exclusions.remaining(target.ports ?? defaultPorts ?? PortList([]))
        switch target.subject {
        case .address(let address):
            add(ResolvedAddress(address), named: nil, ports, &state)
        case .block(let prefix):
            guard !state.seen.covers(ports, in: prefix) else { return true }
            state.block = (prefix, prefix.network, ports)
            if sources.count > 1 || sources.first?.isList == true { state.seen.add(ports, in: prefix) }
        case .unix(let path):
            let nameless = state.seen.remaining(PortList([0]), of: path)
            let ordinal = nextOrdinal(&state)
            guard !exclusions.contains(path: path), !nameless.ports.isEmpty else { return true }
            state.seen.add(nameless, of: path)
            state.current = (
                ProbeTarget(ordinal: ordinal, round: state.round, name: path, addresses: [], unixPath: path, ports: nameless), 0
            )
        case .host(let name):
            // A link-local address with its zone needs no name server.
            if name.contains("%"), let address = try? Resolver.literal(name), rules.family.map({ $0 == .v6 }) ?? true {
                add(address, named: nil, ports, &state)
                return true
            }
            let mayAsk = state.lookups.count < resolverLimit && state.threads.count < TargetFeed.threadLimit
            let shared = mayAsk ? nil : sharedThread(for: name, state)
            guard mayAsk || shared != nil else { return false }
            let key = InternationalName.canonical(name)
            let left = state.seen.remaining(ports, of: key)
            let ordinal = nextOrdinal(&state)
            guard !exclusions.contains(name: name), !left.ports.isEmpty else { return true }
            state.seen.add(left, of: key)
            var lookup = Lookup(
                name: name,
                ordinal: ordinal,
                round: state.round,
                ports: left,
                deadline: now + resolveLimit,
                thread: shared
            )
            lookup.familiesAt =
                rules.family == nil ? now + min(TargetFeed.familyPatience, Nanoseconds(resolveLimit.count / 2)) : nil
            state.nextLookup += 1
            state.lookups[state.nextLookup] = lookup
            if shared == nil { start(state.nextLookup, &state) }
        }
        return true
    }

    /// The latest thread that asks for the name. A round does not wait for its turn while earlier rounds wait for a name server.
    private func sharedThread(for name: String, _ state: State) -> Int? {
        guard repetition.rounds != 1 else { return nil }
        return state.threads.lazy.filter { $0.value == name }.map(\.key).max()
    }

    private func add(_ address: ResolvedAddress, named name: String?, _ ports: PortList, _ state: inout State) {
        let ordinal = nextOrdinal(&state)
        guard !exclusions.contains(address) else { return }
        // A zone makes it another address; an IPv4-mapped one is the same host.
        let host = address.address.unmapped
        let left = address.zone == 0 ? state.seen.remaining(ports, at: host) : ports
        guard !left.ports.isEmpty else { return }
        if address.zone == 0, sources.count > 1 || sources.first?.isList == true { state.seen.add(left, at: host) }
        state.current = (ProbeTarget(ordinal: ordinal, round: state.round, name: name, addresses: [address], ports: left), 0)
    }

    private func stepBlock(_ state: inout State, _ prefix: IPPrefix, _ next: IPAddress?, _ ports: PortList) {
        guard let address = next, prefix.contains(address) else {
            state.block = nil
            return
        }
        state.block = (prefix, address.successor, ports)
        let ordinal = nextOrdinal(&state)
        guard !exclusions.contains(ResolvedAddress(address)) else { return }
        let left = state.seen.remaining(ports, at: address, isInBlock: true)
        guard !left.ports.isEmpty else { return }
        state.current = (
            ProbeTarget(ordinal: ordinal, round: state.round, name: nil, addresses: [ResolvedAddress(address)], ports: left), 0
        )
    }

    /// Room for a host's addresses lies between two ordinals.
    private func nextOrdinal(_ state: inout State) -> Int {
        state.sequence += 1
        return (state.sequence - 1) << 8
    }

    // MARK: - Resolving

    private func start(_ number: Int, _ state: inout State) {
        guard let name = state.lookups[number]?.name else { return }
        do throws(SystemError) {
            let thread = try startThread(for: name, rules.family, &state)
            state.lookups[number]?.thread = thread
            state.lookups[number]?.startAt = nil
        } catch {
            state.lookups[number] = nil
            state.events.append(.refused(error))
        }
    }

    private func startThread(for name: String, _ family: IPAddress.Family?, _ state: inout State) throws(SystemError) -> Int {
        state.nextThread += 1
        let thread = state.nextThread
        let resolve = resolve
        try WorkerThreads.detach { [self] in
            do throws(ResolutionError) {
                finish(thread, .success(try resolve(name, family)))
            } catch {
                finish(thread, .failure(error))
            }
        }
        state.threads[thread] = family == rules.family ? name : ""
        return thread
    }

    /// One name server's answer is missing: each family is asked for alone, and the first that has an address counts.
    private func startFamilies(_ number: Int, _ state: inout State) {
        guard let name = state.lookups[number]?.name else { return }
        state.lookups[number]?.familiesAt = nil
        guard state.threads.count + 2 <= TargetFeed.threadLimit else { return }
        for family in [IPAddress.Family.v4, .v6] {
            guard let thread = try? startThread(for: name, family, &state) else { continue }
            state.lookups[number]?.familyThreads.append(thread)
        }
    }

    /// Names whose time is up, and those to be looked up again.
    private func expireLookups(_ state: inout State, _ now: MonotonicTime) {
        for (number, lookup) in state.lookups {
            if now >= lookup.deadline {
                state.lookups[number] = nil
                let error = lookup.shortage ?? ResolutionError(noAnswerFor: lookup.name, within: resolveLimit)
                state.events.append(.unresolved(unresolved(lookup, error)))
            } else if let moment = lookup.familiesAt, now >= moment {
                startFamilies(number, &state)
            } else if let moment = lookup.startAt, now >= moment {
                start(number, &state)
            }
        }
    }

    private func nextMoment(_ state: State) -> MonotonicTime? {
        state.lookups.values.lazy.map { min($0.deadline, $0.startAt ?? $0.deadline, $0.familiesAt ?? $0.deadline) }.min()
    }

    private func unresolved(_ lookup: Lookup, _ error: ResolutionError) -> UnresolvedTarget {
        UnresolvedTarget(
            ordinal: lookup.ordinal,
            round: lookup.round,
            ports: lookup.ports,
            transport: rules.transport,
            time: WallClock.seconds,
            error: error
        )
    }

    /// In the thread that asked. An outcome after a lookup's deadline is dropped.
    private func finish(_ thread: Int, _ outcome: Result<Resolution, ResolutionError>) {
        state.withLock { state in
            state.threads[thread] = nil
            for (number, lookup) in state.lookups {
                if lookup.thread == thread { settle(number, lookup, outcome, &state) }
                // That one family has no address, or no answer, leaves the other.
                if lookup.familyThreads.contains(thread), case .success = outcome { settle(number, lookup, outcome, &state) }
            }
        }
        wakeLoops()
    }

    private func settle(_ number: Int, _ lookup: Lookup, _ outcome: Result<Resolution, ResolutionError>, _ state: inout State) {
        switch outcome {
        case .failure(let error) where error.shortage != nil:
            // Not the name's fault: again, as long as a port would wait for what it lacks.
            let now = MonotonicTime.now
            state.lookups[number]?.thread = nil
            state.lookups[number]?.startAt = now + TargetFeed.shortagePause
            if lookup.shortage == nil { state.lookups[number]?.deadline = min(lookup.deadline, now + shortageLimit) }
            state.lookups[number]?.shortage = error
        case .failure(let error):
            state.lookups[number] = nil
            state.events.append(.unresolved(unresolved(lookup, error)))
        case .success(let resolution):
            state.lookups[number] = nil
            addResolved(lookup, resolution, &state)
        }
    }

    private func addResolved(_ lookup: Lookup, _ resolution: Resolution, _ state: inout State) {
        let allowed = resolution.addresses.filter { !exclusions.contains($0) }
        let addresses = ConnectionAttempts.interleaved(allowed) { $0.address.family }
        guard !addresses.isEmpty else { return }
        let groups = allAddresses ? addresses.prefix(256).map { [$0] } : [addresses]
        for (index, group) in groups.enumerated() {
            let target = ProbeTarget(
                ordinal: lookup.ordinal + index,
                round: lookup.round,
                name: lookup.name,
                addresses: group,
                ports: lookup.ports,
                resolveTime: resolution.elapsed
            )
            state.ready.insert(target, at: 0)
        }
    }

    private func wakeLoops() {
        let loops = state.withLock { $0.loops }
        for loop in loops { loop.wake() }
    }
}

extension TargetSource {
    fileprivate var isList: Bool {
        if case .target = self { false } else { true }
    }
}
