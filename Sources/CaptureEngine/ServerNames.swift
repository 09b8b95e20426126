import Addresses
import Packets
import Time
import Tracking

/// Both ends of a connection, that of the client first.
struct ConnectionEnds: Hashable, Sendable {
    let client: Endpoint
    let server: Endpoint
}

/// A name that a name server gave an address.
struct HostName: Sendable {
    let address: IPAddress
    let name: String
}

/// A name that a client gave its server at a time.
struct ServerName: Sendable {
    let ends: ConnectionEnds
    let time: Timestamp
    let name: String
}

/// Finds the ClientHello at the start of connections, also where it takes several segments.
///
/// Holds what is incomplete of at most 256 connections, 16 KiB each; one more makes it forget all of them.
struct ServerNameFinder {
    private struct Begun {
        var bytes: [UInt8]
        /// The sequence number of the byte that is needed next.
        var next: UInt32
    }

    private var begun: [ConnectionEnds: Begun] = [:]
    private static let mostBegun = 256

    /// Whether a segment with this payload has to be looked at.
    @inline(__always)
    func needs(_ payload: Span<UInt8>) -> Bool {
        !begun.isEmpty || (payload.count >= 2 && ClientHello.canBegin(payload[0], payload[1]))
    }

    /// - Parameter payload: the part that was captured.
    mutating func take(_ segment: Segment, _ payload: Span<UInt8>) -> ServerName? {
        let ends = ConnectionEnds(
            client: Endpoint(segment.source, port: segment.sourcePort),
            server: Endpoint(segment.destination, port: segment.destinationPort)
        )
        // A SYN that carries data takes a number itself.
        let sequence = segment.sequence &+ (segment.flags.contains(.syn) ? 1 : 0)
        var stream = Begun(bytes: [], next: sequence)
        if let earlier = begun[ends], earlier.next == sequence { stream = earlier }
        guard !stream.bytes.isEmpty || (payload.count >= 2 && ClientHello.canBegin(payload[0], payload[1])) else { return nil }
        let room = max(0, ClientHello.longest - stream.bytes.count)
        stream.bytes.append(payload.extracting(first: room))
        stream.next = sequence &+ UInt32(truncatingIfNeeded: payload.count)
        let isCut = payload.count < segment.payloadLength
        switch ClientHello.read(stream.bytes.span) {
        case .serverName(let name):
            begun[ends] = nil
            return ServerName(ends: ends, time: segment.time, name: name)
        case .incomplete where !isCut:
            if begun.count >= Self.mostBegun, begun[ends] == nil { begun.removeAll() }
            begun[ends] = stream
        default: begun[ends] = nil
        }
        return nil
    }
}

/// The names that were found, until their connections end. Holds at most 100,000 in two generations; one more forgets the older.
struct ServerNames {
    private struct Entry {
        let time: Timestamp
        let name: String
    }

    private var young: [ConnectionEnds: [Entry]] = [:]
    private var old: [ConnectionEnds: [Entry]] = [:]
    private static let generationSize = 50_000
    /// Connections between the same ends that wait to be reported.
    private static let mostPerEnds = 16

    mutating func insert(_ found: ServerName) {
        if young.count >= Self.generationSize {
            old = young
            young.removeAll()
        }
        guard young[found.ends, default: []].count < Self.mostPerEnds else { return }
        young[found.ends, default: []].append(Entry(time: found.time, name: found.name))
    }

    /// Takes the first name that the originator of a connection gave while it lasted.
    mutating func take(for record: ConnectionRecord) -> String? {
        guard !young.isEmpty || !old.isEmpty else { return nil }
        let ends = ConnectionEnds(client: record.originator, server: record.responder)
        let (start, end) = (record.start.nanoseconds, record.start.nanoseconds &+ record.duration)
        let entries = (old[ends] ?? []) + (young[ends] ?? [])
        let name = entries.first { ($0.time.nanoseconds >= start) && ($0.time.nanoseconds <= end) }?.name
        old[ends] = nil
        young[ends] = entries.filter { $0.time.nanoseconds > end }
        if young[ends]?.isEmpty == true { young[ends] = nil }
        return name
    }
}
