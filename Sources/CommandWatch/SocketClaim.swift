package import Addresses
package import Time

/// A socket of the command, by its endpoints.
package enum SocketClaim: Hashable, Sendable {
    /// - Parameters:
    ///   - peer: `nil` where it is not known.
    ///   - time: just before it connected; `nil` for a socket that was found open.
    case connection(local: Endpoint, peer: Endpoint?, time: Timestamp?)
    /// A listener, whose connections have its local endpoint, or its port at any address where its own is unspecified.
    case listener(Endpoint)
}

/// The sockets that a command has had, and which segments are theirs. Holds at most a million; beyond that it forgets the oldest.
package struct SocketClaims: Sendable {
    /// What counts of a segment.
    package struct Segment: Sendable {
        package let source: Endpoint
        package let destination: Endpoint
        package let time: Timestamp
        /// The sequence number of a SYN without ACK.
        package let opening: UInt32?

        package init(source: Endpoint, destination: Endpoint, time: Timestamp, opening: UInt32?) {
            self.source = source
            self.destination = destination
            self.time = time
            self.opening = opening
        }
    }

    private struct Ends: Hashable {
        let local: Endpoint
        let peer: Endpoint?
    }

    /// Addresses of this machine, at which a listener without an address is reached.
    private let machine: Set<IPAddress>
    private let generationSize: Int
    private var young: [Ends: Connections] = [:]
    private var old: [Ends: Connections] = [:]
    private var listeners: Set<Endpoint> = []

    /// - Parameter machine: the addresses of this machine; 127.0.0.0/8 is understood.
    package init(machine: Set<IPAddress>, capacity: Int = 1_000_000) {
        self.machine = machine
        generationSize = max(capacity / 2, 1)
    }

    package mutating func insert(_ claim: SocketClaim) {
        switch claim {
        case .listener(let local):
            if listeners.count < generationSize { listeners.insert(local) }
        case .connection(let local, let peer, let time):
            if young.count >= generationSize {
                old = young
                young.removeAll(keepingCapacity: true)
            }
            let ends = Ends(local: local, peer: peer)
            if let earlier = old.removeValue(forKey: ends) { young[ends] = earlier }
            young[ends, default: Connections()].add(time)
        }
    }

    /// Whether a segment is the command's: one end of its connection is. Segments are asked about in their order.
    package mutating func claims(_ segment: Segment) -> Bool {
        let (source, destination) = (segment.source, segment.destination)
        if listens(source) || listens(destination) { return true }
        return claims(segment, of: Ends(local: source, peer: destination), isLocal: true)
            || claims(segment, of: Ends(local: destination, peer: source), isLocal: false)
            || claims(segment, of: Ends(local: source, peer: nil), isLocal: true)
            || claims(segment, of: Ends(local: destination, peer: nil), isLocal: false)
    }

    private mutating func claims(_ segment: Segment, of ends: Ends, isLocal: Bool) -> Bool {
        let opening = isLocal ? segment.opening : nil
        if let claimed = young[ends]?.take(opening: opening, at: segment.time) { return claimed }
        return old[ends]?.take(opening: opening, at: segment.time) ?? false
    }

    private func listens(_ local: Endpoint) -> Bool {
        if listeners.isEmpty { return false }
        if listeners.contains(local) { return true }
        guard isOfMachine(local.address) else { return false }
        // A listener of ::, unless it is for IPv6 alone, takes IPv4 as well.
        return listeners.contains(Endpoint(.anyV6, port: local.port))
            || (local.address.family == .v4 && listeners.contains(Endpoint(.anyV4, port: local.port)))
    }

    private func isOfMachine(_ address: IPAddress) -> Bool {
        machine.contains(address) || (address.family == .v4 && address.v4Bits >> 24 == 127)
    }
}

/// The connections between two endpoints, one after the other: some the command's, others of programs that got the same port before or
/// later.
private struct Connections: Sendable {
    /// When sockets of the command connected whose SYN is yet to be seen.
    private var waiting: [Int64] = []
    /// The sequence number of the last connection's SYN.
    private var opening: UInt32?
    private var isClaimed = false
    /// Whether a socket was found open, so that nothing is known of its beginning.
    private var isLasting = false

    private static let mostWaiting = 64
    /// A time in a frame may be cut to microseconds.
    private static let slack: Int64 = 1_000
    /// How long a SYN may wait for the neighbour's address.
    private static let patience: Int64 = 10_000_000_000

    mutating func add(_ time: Timestamp?) {
        guard let time else {
            isLasting = true
            return
        }
        if waiting.count == Self.mostWaiting { waiting.removeFirst() }
        waiting.append(time.nanoseconds)
    }

    /// Whether a segment is of the command's connection.
    mutating func take(opening number: UInt32?, at time: Timestamp) -> Bool {
        if isLasting { return true }
        let now = time.nanoseconds
        let fits = { (claim: Int64) in claim <= now &+ Self.slack && now &- claim < Self.patience }
        guard let number, number != opening else {
            return opening == nil ? waiting.contains(where: fits) : isClaimed
        }
        opening = number
        let found = waiting.firstIndex(where: fits)
        if let found { waiting.remove(at: found) }
        isClaimed = found != nil
        return isClaimed
    }
}
