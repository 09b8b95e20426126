internal import Addresses
internal import SondeSystem

/// Decides which datagrams get no answer because one could run in a circle for ever, or hit somebody who did not ask.
///
/// A forged source address makes a UDP service send to it (CVE-1999-0103, CVE-2024-2169). If a service answers there, the two never
/// stop. Nothing in a datagram proves its source, so four rules apply:
///
/// - The server does not answer the port of a service that answers any datagram, nor any port below 1024, like inetd.
/// - It does not answer its own sockets.
/// - It does not answer a datagram to a broadcast or multicast address: each host there would answer.
/// - Each answer carries a mark, and what carries the mark gets none: so two of these servers exchange one answer at most. The mark
///   is a DSCP for local use (RFC 2474 section 6, pool 2) without a behaviour of its own, so that routers forward it as usual.
struct LoopGuard {
    private let own: [SocketAddress]

    /// - Parameter own: where this server's datagram sockets are bound.
    init(own: [SocketAddress]) {
        self.own = own
    }

    /// DSCP 3, as the eight bits of the traffic class.
    static let mark: UInt8 = 3 << 2
    private static let maskOfDSCP: UInt8 = 0xFC

    /// Why a datagram gets no answer; `nil` where it gets one.
    ///
    /// - Parameters:
    ///   - local: the address that it was sent to, where the socket is bound to all of them.
    ///   - port: the port that it was sent to; 0 for a Unix socket.
    func refusal(
        from peer: SocketAddress,
        to local: IPAddress?,
        port: UInt16,
        isToGroup: Bool,
        trafficClass: UInt8
    ) -> Refusal? {
        guard let source = peer.endpoint else { return own.contains(peer) ? .loop : nil }
        if isToGroup { return .group }
        if Self.isOfService(source.port) { return .servicePort }
        if trafficClass & Self.maskOfDSCP == Self.mark { return .loop }
        if let local, source == Endpoint(local, port: port) { return .loop }
        return own.contains { $0.endpoint == source } ? .loop : nil
    }

    static func isOfService(_ port: UInt16) -> Bool { port < 1024 || services.contains(port) }

    /// UDP services above 1023 that are known to answer anybody (US-CERT alert TA14-017A).
    private static let services: Set<UInt16> = [
        1434,  // Microsoft SQL Server's browser
        1900,  // SSDP
        3702,  // WS-Discovery
        5353,  // multicast DNS
        5683,  // CoAP
        11211,  // memcached
        27015,  // Steam
        27960,  // Quake
    ]
}

/// The end of a loop with an echo server of another kind, which sends our answers back without their mark.
///
/// What a peer sends is compared with the last answers that it got. A client that repeats itself looks the same as such a server, so a
/// few repetitions are free and then their rate is limited: a loop has one datagram on its way, and dropping it ends the loop. Clients
/// use ports that their system chooses; one that has a server's port gets less.
struct RepetitionLimit: BitwiseCopyable {
    private var answers: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var next: UInt8 = 0
    /// Repetitions that may still be answered, and since when they are counted.
    private var left: Float
    private var counted: MonotonicTime
    private let isClientPort: Bool

    /// The lowest port that Linux chooses for a client (net.ipv4.ip_local_port_range).
    private static let firstClientPort: UInt16 = 32_768

    /// How many repetitions are answered at once, and how many per second.
    private var allowance: (burst: Float, rate: Float) { isClientPort ? (1024, 32) : (16, 1) }

    init(port: UInt16, at now: MonotonicTime) {
        isClientPort = port >= Self.firstClientPort
        left = isClientPort ? 1024 : 16
        counted = now
    }

    /// Whether a datagram may be answered.
    mutating func admits(_ fingerprint: UInt64, at now: MonotonicTime) -> Bool {
        guard answers.0 == fingerprint || answers.1 == fingerprint || answers.2 == fingerprint || answers.3 == fingerprint else {
            return true
        }
        left = min(allowance.burst, left + Float((now - counted).seconds) * allowance.rate)
        counted = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }

    /// Takes note of an answer.
    mutating func note(_ fingerprint: UInt64) {
        switch next {
        case 0: answers.0 = fingerprint
        case 1: answers.1 = fingerprint
        case 2: answers.2 = fingerprint
        default: answers.3 = fingerprint
        }
        next = (next + 1) & 3
    }

    /// Of a datagram's length and of 64 bytes at either end (FNV-1a); never 0.
    static func fingerprint(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64, into hash: inout UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }
        mix(UInt64(bytes.count), into: &hash)
        for index in 0..<min(64, bytes.count) { mix(UInt64(bytes[index]), into: &hash) }
        if bytes.count > 64 { for index in max(64, bytes.count - 64)..<bytes.count { mix(UInt64(bytes[index]), into: &hash) } }
        return hash | 1
    }
}
