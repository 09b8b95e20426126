/// How connections are distinguished and when they end: settings of the one state machine.
package struct TrackingPolicy: Sendable {
    /// How long a connection may stay idle, in packet time.
    package struct Timeouts: Sendable {
        /// How long after a first SYN without any answer the attempt ends.
        package var attempt: Seconds
        /// Idle in the handshake.
        package var handshake: Seconds
        /// Idle after it.
        package var established: Seconds
        /// Idle after it where the responder's port is one of `patientPorts`.
        package var patientPort: Seconds
        /// Both sides closed, or one reset the connection: how long late segments still belong to it.
        package var linger: Seconds
        /// How often a connection that only half closed is looked at again; idle for longer than `linger`, it is over.
        package var recheck: Seconds
    }

    /// What hashes segments for a table of this policy, and for no other.
    var hasher: EndpointHasher { EndpointHasher(seed: hashSeed) }

    package typealias Seconds = Int64

    package var timeouts: Timeouts
    /// Ports that mark the responder if no SYN identified it.
    package var serverPorts: PortSet
    /// Segments count whatever their checksum says.
    package var ignoresChecksums: Bool
    /// Segments whose checksum was left to the network card count as good.
    package var acceptsOffloadedChecksums: Bool
    /// Segments whose captured header lacks options open a connection and provide nothing else (Zeek's weird `truncated_header`).
    package var ignoresCutHeaders: Bool
    /// SYNs that cross belong to one connection (RFC 9293 section 3.5). Zeek takes them for two attempts.
    package var joinsCrossingSyns: Bool
    /// Every segment changes a connection as it does in Zeek. Otherwise those that a receiver ignores, by RFC 9293 and RFC 5961, change
    /// neither its numbers nor when it ends; conn_state and history are Zeek's all the same.
    package var followsZeek: Bool
    /// The capture holds segments with SYN, FIN or RST alone: what lies between them was left out, not lost.
    package var seesControlOnly = false
    /// Connections kept at once; the one that would end first makes room for a new one.
    package var maximumConnections: Int
    /// What keys the hash of the table, so that nobody can aim at one bucket. Different in every run, save in tests.
    package var hashSeed: (UInt64, UInt64)

    /// Responder ports whose sessions people leave open: Zeek's `port_inactivity_timeouts`.
    static let patientPorts: PortSet = [21, 22, 23, 513]

    package static let defaultMaximumConnections = 1_000_000

    /// Zeek's own timeouts (its `tcp_attempt_delay`, `udp_inactivity_timeout`, `tcp_inactivity_timeout`, `tcp_close_delay`,
    /// `tcp_session_timer`), for output that is to agree with its conn.log.
    package static func zeek(hashSeed: (UInt64, UInt64)) -> TrackingPolicy {
        TrackingPolicy(
            timeouts: Timeouts(attempt: 5, handshake: 60, established: 300, patientPort: 3600, linger: 5, recheck: 6),
            serverPorts: .likelyServers,
            ignoresChecksums: false,
            acceptsOffloadedChecksums: false,
            ignoresCutHeaders: true,
            joinsCrossingSyns: false,
            followsZeek: true,
            maximumConnections: defaultMaximumConnections,
            hashSeed: hashSeed
        )
    }

    /// Timeouts in which all SYNs of one attempt are one attempt, and a quiet connection is not taken for a dead one.
    ///
    /// Linux repeats a SYN for 127 s at most with gaps of up to 64 s; TIME-WAIT lasts 60 s there.
    package static func patient(hashSeed: (UInt64, UInt64)) -> TrackingPolicy {
        TrackingPolicy(
            timeouts: Timeouts(
                attempt: 180,
                handshake: 180,
                established: 86_400,
                patientPort: 86_400,
                linger: 120,
                recheck: 600
            ),
            serverPorts: .likelyServers,
            ignoresChecksums: false,
            acceptsOffloadedChecksums: true,
            ignoresCutHeaders: false,
            joinsCrossingSyns: true,
            followsZeek: false,
            maximumConnections: defaultMaximumConnections,
            hashSeed: hashSeed
        )
    }
}
