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

/// Turns sources into resolved targets, a little ahead of the loops that take them: blocks of addresses are counted through, lists
/// are read and names are resolved by threads of their own, so that neither a slow pipe nor a slow name server holds a loop up.
///
/// Memory is bounded by how far it runs ahead, never by how many targets there are.
package final class TargetFeed: Sendable {
    private let state: Mutex<State>
    private let family: IPAddress.Family?
    private let allAddresses: Bool
    private let transport: Transport

    /// Names under way at once.
    private static let resolverLimit = 16

    enum Next {
        case chunk(PortChunk)
        /// Nothing now; the loop's waker signals when to ask again.
        case later
        case end
    }

    private struct State {
        var sources: [TargetSource]
        var defaultPorts: PortList?
        var sequence = 0
        var current: (target: ProbeTarget, nextPort: Int)?
        var block: (prefix: IPPrefix, next: IPAddress?, ports: PortList)?
        var pending: Target?
        var ready: [ProbeTarget] = []
        var events: [ProbeEvent] = []
        var reader: TargetReader?
        var resolving = 0
        var loops: [FeedWaker] = []
    }

    /// - Parameters:
    ///   - sources: in the order they were named.
    ///   - ports: for the targets that name none. A named target that is left without ports is not probed: check before.
    package init(_ sources: [TargetSource], ports: PortList?, configuration: ProbeConfiguration) {
        state = Mutex(State(sources: sources.reversed(), defaultPorts: ports))
        family = configuration.family
        allAddresses = configuration.allAddresses
        transport = configuration.transport
    }

    func register(_ waker: FeedWaker) {
        state.withLock { $0.loops.append(waker) }
    }

    /// Returns the next chunk of at most `limit` ports. Appends what happened meanwhile to `events`.
    func next(limit: Int, events: inout [ProbeEvent]) -> Next {
        state.withLock { state in
            let next = advance(&state, limit: limit)
            if !state.events.isEmpty {
                events += state.events
                state.events.removeAll()
            }
            return next
        }
    }

    private func advance(_ state: inout State, limit: Int) -> Next {
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
                guard begin(target, &state) else { return .later }
                state.pending = nil
            } else if let reader = state.reader {
                switch reader.next() {
                case .target(let target): state.pending = target
                case .event(let event): state.events.append(event)
                case .later: return .later
                case .end: state.reader = nil
                }
            } else if let source = state.sources.popLast() {
                open(source, &state)
            } else {
                return state.resolving > 0 ? .later : .end
            }
        }
    }

    private func open(_ source: TargetSource, _ state: inout State) {
        switch source {
        case .target(let target):
            state.pending = target
        case .file(let path):
            state.reader = reader(path, state)
        case .standardInput:
            state.reader = reader(nil, state)
        }
    }

    private func reader(_ path: String?, _ state: borrowing State) -> TargetReader {
        let requiresPorts = state.defaultPorts == nil
        return TargetReader(path: path, transport: transport, requiresPorts: requiresPorts) { [weak self] in self?.wakeLoops() }
    }

    /// Takes a target in; false where it has to wait for the resolver.
    private func begin(_ target: Target, _ state: inout State) -> Bool {
        let ports = target.ports ?? state.defaultPorts ?? PortList([])
        switch target.subject {
        case .address(let address):
            guard family == nil || family == address.family else {
                let error = ResolutionError(
                    name: address.description,
                    reason: "it is no \(family == .v4 ? "IPv4" : "IPv6") address",
                    isTemporary: false
                )
                state.events.append(.unresolved(UnresolvedTarget(ordinal: nextOrdinal(&state), error: error)))
                return true
            }
            let ordinal = nextOrdinal(&state)
            state.current = (ProbeTarget(ordinal: ordinal, name: nil, addresses: [ResolvedAddress(address)], ports: ports), 0)
        case .block(let prefix):
            state.block = (prefix, prefix.network, ports)
        case .unix(let path):
            let ordinal = nextOrdinal(&state)
            let nameless = PortList([0])
            state.current = (ProbeTarget(ordinal: ordinal, name: path, addresses: [], unixPath: path, ports: nameless), 0)
        case .host(let name):
            guard state.resolving < TargetFeed.resolverLimit else { return false }
            state.resolving += 1
            let ordinal = nextOrdinal(&state)
            do throws(SystemError) {
                try resolve(name, ordinal: ordinal, ports: ports)
            } catch {
                state.resolving -= 1
                state.events.append(.refused(error))
            }
        }
        return true
    }

    private func stepBlock(_ state: inout State, _ prefix: IPPrefix, _ next: IPAddress?, _ ports: PortList) {
        guard let address = next, prefix.contains(address) else {
            state.block = nil
            return
        }
        state.block = (prefix, address.successor, ports)
        let ordinal = nextOrdinal(&state)
        state.current = (ProbeTarget(ordinal: ordinal, name: nil, addresses: [ResolvedAddress(address)], ports: ports), 0)
    }

    /// Room for a host's addresses lies between two ordinals.
    private func nextOrdinal(_ state: inout State) -> Int {
        state.sequence += 1
        return (state.sequence - 1) << 8
    }

    // MARK: - Resolving

    private func resolve(_ name: String, ordinal: Int, ports: PortList) throws(SystemError) {
        try WorkerThreads.detach { [self] in
            do throws(ResolutionError) {
                let resolution = try Resolver.resolve(name, family: family)
                finish(.success(resolution), name, ordinal, ports)
            } catch {
                finish(.failure(error), name, ordinal, ports)
            }
        }
    }

    private func finish(_ outcome: Result<Resolution, ResolutionError>, _ name: String, _ ordinal: Int, _ ports: PortList) {
        state.withLock { state in
            state.resolving -= 1
            switch outcome {
            case .failure(let error):
                state.events.append(.unresolved(UnresolvedTarget(ordinal: ordinal, error: error)))
            case .success(let resolution):
                let time = resolution.elapsed
                let addresses = ConnectionAttempts.interleaved(resolution.addresses) { $0.address.family }
                let groups = allAddresses ? addresses.prefix(256).map { [$0] } : [addresses]
                for (index, group) in groups.enumerated() {
                    let target = ProbeTarget(
                        ordinal: ordinal + index,
                        name: name,
                        addresses: group,
                        ports: ports,
                        resolveTime: time
                    )
                    state.ready.insert(target, at: 0)
                }
            }
        }
        wakeLoops()
    }

    private func wakeLoops() {
        let loops = state.withLock { $0.loops }
        for loop in loops { loop.wake() }
    }
}
