import Addresses
import SystemPackage
import Testing

@testable import ProbeReports
@testable import Probing
@testable import SondeSystem

@Suite("Why a port is in its state")
struct SentenceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let result: ProbeResult
        let connectEx: String
        let sentence: String
        var testDescription: String { name }

        init(_ name: String, _ result: ProbeResult, _ connectEx: String, _ sentence: String) {
            self.name = name
            self.result = result
            self.connectEx = connectEx
            self.sentence = sentence
        }
    }

    private static let router = "198.51.100.9"

    static let tcp: [Case] = [
        Case("a SYN-ACK", .made(.open, .synAck), "0", "accepts connections"),
        Case(
            "a RST",
            .made(.closed, .reset, errno: .connectionRefused),
            "111 ECONNREFUSED",
            "refused: nothing listens there, or a firewall resets"
        ),
        Case(
            "silence",
            .made(.filtered, .noResponse, errno: .timedOut),
            "110 ETIMEDOUT",
            "no answer: dropped, no such host, or accept queue full"
        ),
        Case(
            "silence on loopback",
            .made(address: "127.0.0.1", .filtered, .noResponse, errno: .timedOut),
            "110 ETIMEDOUT",
            "no answer: dropped by a local firewall, or accept queue full"
        ),
        Case(
            "port unreachable, from a router",
            .made(.filtered, .portUnreachable, errno: .connectionRefused, icmp: .from(router, code: 3)),
            "111 ECONNREFUSED",
            "rejected by a firewall at 198.51.100.9"
        ),
        Case(
            "port unreachable, from the host",
            .made(.filtered, .portUnreachable, errno: .connectionRefused, icmp: .from("192.0.2.1", code: 3)),
            "111 ECONNREFUSED",
            "rejected by a firewall on the host"
        ),
        Case(
            "port unreachable, from this machine",
            .made(.filtered, .portUnreachable, errno: .connectionRefused),
            "111 ECONNREFUSED",
            "rejected by a firewall on this machine"
        ),
        Case(
            "prohibited, by a router",
            .made(.filtered, .administrativelyProhibited, errno: .noRouteToHost, icmp: .from(router)),
            "113 EHOSTUNREACH",
            "prohibited by a firewall at 198.51.100.9"
        ),
        Case(
            "prohibited, by the host",
            .made(.filtered, .administrativelyProhibited, errno: .noRouteToHost, icmp: .from("192.0.2.1")),
            "113 EHOSTUNREACH",
            "prohibited by a firewall on the host"
        ),
        Case(
            "prohibited, by this machine",
            .made(.filtered, .administrativelyProhibited, errno: .permissionDenied),
            "13 EACCES",
            "prohibited by a route or firewall rule on this machine"
        ),
        Case(
            "host unreachable, from a router",
            .made(.filtered, .hostUnreachable, errno: .noRouteToHost, icmp: .from(router, code: 1)),
            "113 EHOSTUNREACH",
            "198.51.100.9 cannot reach the host"
        ),
        Case(
            "host unreachable, from this machine",
            .made(.filtered, .hostUnreachable, errno: .noRouteToHost),
            "113 EHOSTUNREACH",
            "no route on this machine, or no ARP or NDP answer"
        ),
        Case(
            "time exceeded",
            .made(.filtered, .timeToLiveExceeded, errno: .noRouteToHost, icmp: .from(router, type: 11, code: 0)),
            "113 EHOSTUNREACH",
            "TTL expired at 198.51.100.9: a routing loop, or too many hops; find it with --path"
        ),
        Case(
            "time exceeded, from nobody known",
            .made(.filtered, .timeToLiveExceeded, errno: .noRouteToHost, icmp: .from(nil, type: 11, code: 0)),
            "113 EHOSTUNREACH",
            "TTL expired at a router: a routing loop, or too many hops; find it with --path"
        ),
        Case(
            "time exceeded, over IPv6",
            .made(
                address: "2001:db8::1",
                .filtered,
                .timeToLiveExceeded,
                errno: .noRouteToHost,
                icmp: .from("2001:db8::9", .icmp6, type: 3, code: 0)
            ),
            "113 EHOSTUNREACH",
            "TTL expired at 2001:db8::9: a routing loop, or too many hops; find it with --path"
        ),
        Case(
            "type 3 of IPv4 is not time exceeded",
            .made(.filtered, .hostUnreachable, errno: .noRouteToHost, icmp: .from(router, .local, type: 11, code: 0)),
            "113 EHOSTUNREACH",
            "198.51.100.9 cannot reach the host"
        ),
        Case(
            "network unreachable, from a router",
            .made(.filtered, .networkUnreachable, errno: .networkUnreachable, icmp: .from(router, code: 0)),
            "101 ENETUNREACH",
            "198.51.100.9 has no route to it"
        ),
        Case(
            "network unreachable, from this machine",
            .made(.filtered, .networkUnreachable, errno: .networkUnreachable),
            "101 ENETUNREACH",
            "this machine has no route to it"
        ),
        Case(
            "a blackhole route",
            .made(.filtered, .networkUnreachable, errno: .invalidArgument),
            "22 EINVAL",
            "a blackhole route on this machine discards it"
        ),
        Case(
            "protocol unreachable, from the host",
            .made(.filtered, .protocolUnreachable, errno: .protocolNotAvailable, icmp: .from("192.0.2.1", code: 2)),
            "92 ENOPROTOOPT",
            "the host does not support the protocol"
        ),
        Case(
            "protocol unreachable, from a router",
            .made(.filtered, .protocolUnreachable, errno: .protocolNotAvailable, icmp: .from(router, code: 2)),
            "92 ENOPROTOOPT",
            "198.51.100.9 does not support the protocol"
        ),
        Case(
            "protocol unreachable, from nobody",
            .made(.filtered, .protocolUnreachable, errno: .protocolNotAvailable),
            "92 ENOPROTOOPT",
            "this machine does not support the protocol"
        ),
        Case(
            "no descriptor left",
            .made(.error, nil, errno: .tooManyOpenFiles),
            "24 EMFILE",
            "local error: too many open files (EMFILE 24)"
        ),
        Case(
            "a link-local address without its interface",
            .made(address: "fe80::1", .error, nil, errno: .invalidArgument),
            "22 EINVAL",
            "local error: the address needs an interface: fe80::1%eth0"
        ),
        Case(
            "an argument that is invalid for another reason",
            .made(.error, nil, errno: .invalidArgument),
            "22 EINVAL",
            "local error: invalid argument (EINVAL 22)"
        ),
        Case("an error without a number", .made(.error, nil), "0", "local error: "),
    ]

    static let udp: [Case] = [
        Case("UDP: an answer", .made(transport: .udp, .open, .udpResponse), "0", "answered"),
        Case(
            "UDP: silence",
            .made(transport: .udp, .openOrFiltered, .noResponse, errno: .timedOut),
            "110 ETIMEDOUT",
            "no answer: a silent service, or dropped on the way"
        ),
        Case(
            "UDP: port unreachable, from the host",
            .made(transport: .udp, .closed, .portUnreachable, errno: .connectionRefused, icmp: .from("192.0.2.1", code: 3)),
            "111 ECONNREFUSED",
            "refused: nothing listens there, or a firewall rejects"
        ),
    ]

    static let unix: [Case] = [
        Case("a Unix socket that accepts", .made(address: nil, transport: .unix, .open, .accepted), "0", "accepts connections"),
        Case(
            "a Unix socket that nobody listens on",
            .made(address: nil, transport: .unix, .closed, .noListener, errno: .connectionRefused),
            "111 ECONNREFUSED",
            "refused: nothing listens on the socket"
        ),
        Case(
            "no such path",
            .made(address: nil, transport: .unix, .closed, .noListener, errno: .noSuchFileOrDirectory),
            "2 ENOENT",
            "no such path"
        ),
        Case(
            "a Unix socket without permission",
            .made(address: nil, transport: .unix, .filtered, .administrativelyProhibited, errno: .permissionDenied),
            "13 EACCES",
            "permission denied: mode of the socket or a parent folder"
        ),
        Case(
            "a Unix socket with a full queue",
            .made(address: nil, transport: .unix, .filtered, .noResponse, errno: .timedOut),
            "110 ETIMEDOUT",
            "no answer: the listener's accept queue is full"
        ),
        Case(
            "a Unix socket whose queue is full at once",
            .made(address: nil, transport: .unix, .filtered, .noResponse, errno: .resourceTemporarilyUnavailable),
            "11 EAGAIN",
            "no answer: the listener's accept queue is full"
        ),
    ]

    static let causes: [Case] = [
        Case(
            "this machine's own firewall",
            .made(.filtered, .portUnreachable, errno: .connectionRefused, icmp: .from(router, code: 3), cause: .ownFirewall),
            "111 ECONNREFUSED",
            "rejected by this machine's own firewall"
        ),
        Case(
            "no ARP answer",
            .made(.filtered, .hostUnreachable, errno: .noRouteToHost, cause: .silentNeighbour(IPAddress(v4: 0xC000_0201))),
            "113 EHOSTUNREACH",
            "no ARP answer: host down, or no such host"
        ),
        Case(
            "no NDP answer",
            .made(
                address: "::9",
                .filtered,
                .hostUnreachable,
                errno: .noRouteToHost,
                cause: .silentNeighbour(IPAddress(v6High: 0, low: 9))
            ),
            "113 EHOSTUNREACH",
            "no NDP answer: host down, or no such host"
        ),
        Case(
            "a gateway that is down",
            .made(.filtered, .hostUnreachable, errno: .noRouteToHost, cause: .silentNeighbour(IPAddress(v4: 0xC000_02FE))),
            "113 EHOSTUNREACH",
            "the gateway 192.0.2.254 does not answer ARP"
        ),
        Case(
            "a source that cannot reach it",
            .made(.error, nil, errno: .invalidArgument, cause: .source),
            "22 EINVAL",
            "local error: the source address cannot reach it"
        ),
        Case(
            "a multicast address",
            .made(
                address: "224.0.0.1",
                .filtered,
                .networkUnreachable,
                errno: .networkUnreachable,
                cause: .groupAddress(isMulticast: true)
            ),
            "101 ENETUNREACH",
            "a multicast address: TCP connects to single hosts"
        ),
        Case(
            "a broadcast address, UDP",
            .made(
                transport: .udp,
                .filtered,
                .networkUnreachable,
                errno: .permissionDenied,
                cause: .groupAddress(isMulticast: false)
            ),
            "13 EACCES",
            "a broadcast address: sonde probes single hosts"
        ),
        Case(
            "a multicast address, UDP, without a route",
            .made(
                address: "224.0.0.1",
                transport: .udp,
                .filtered,
                .networkUnreachable,
                errno: .networkUnreachable,
                cause: .groupAddress(isMulticast: true)
            ),
            "101 ENETUNREACH",
            "a multicast address: no route, or not permitted"
        ),
        Case(
            "a multicast address, UDP, sent to",
            .made(address: "224.0.0.1", transport: .udp, .openOrFiltered, .noResponse, errno: .timedOut),
            "110 ETIMEDOUT",
            "a multicast address: its members answer from other addresses"
        ),
        Case(
            "silent through an interface that the route does not use",
            .made(.filtered, .noResponse, errno: .timedOut, cause: .interface(1, route: 4_000_000)),
            "110 ETIMEDOUT",
            "no answer through lo: this machine's route to it leads through interface 4000000"
        ),
        Case(
            "no route through an interface that the route does not use",
            .made(.filtered, .networkUnreachable, errno: .networkUnreachable, cause: .interface(4_000_000, route: 1)),
            "101 ENETUNREACH",
            "not reached through interface 4000000: the route to it leads through lo"
        ),
        Case(
            "answered through such an interface after all",
            .made(.open, .synAck, cause: .interface(4_000_000, route: 1)),
            "0",
            "accepts connections"
        ),
        Case(
            "no address of the family",
            .made(address: "::9", .error, nil, errno: .addressNotAvailable, cause: .noAddressOfFamily),
            "99 EADDRNOTAVAIL",
            "local error: this machine has no IPv6 address"
        ),
        Case("closed at once", .made(.open, .synAck, aftermath: .fin), "0", "accepts connections, then closes at once"),
        Case("reset at once", .made(.open, .synAck, aftermath: .reset), "0", "accepts connections, then resets at once"),
        Case(
            "closed later",
            .made(.open, .synAck, aftermath: .fin, aftermathTime: .milliseconds(1500), fate: .ended),
            "0",
            "accepts connections, then closes after 1.50 s"
        ),
        Case(
            "reset later",
            .made(.open, .synAck, aftermath: .reset, aftermathTime: .milliseconds(2500), fate: .ended),
            "0",
            "accepts connections, then resets after 2.50 s"
        ),
        Case(
            "a server that speaks",
            .made(.open, .synAck, aftermath: .data, fate: .held),
            "0",
            "accepts connections and sends data first"
        ),
        Case(
            "a server that speaks and closes",
            .made(.open, .synAck, aftermath: .data, fate: .ended),
            "0",
            "accepts connections, sends data, then closes"
        ),
        Case("a server that is silent", .made(.open, .synAck, fate: .held), "0", "accepts connections"),
        Case(
            "a SYN proxy without a server",
            .made(.open, .synAck, fate: .stalled),
            "0",
            "a SYN proxy accepts connections, but no server answers behind it"
        ),
    ]

    private static func row(_ name: String, _ listener: LocalListener, isSilent: Bool, isUDP: Bool = false, _ sentence: String)
        -> Case
    {
        let errno: Errno = isSilent ? .timedOut : .connectionRefused
        let verdict = isUDP ? Verdict.udp(errno, target: nil) : .tcp(errno, target: nil)
        let transport: Transport = isUDP ? .udp : .tcp
        let result = ProbeResult.made(transport: transport, verdict.state, verdict.reason, errno: errno, listener: listener)
        return Case(name, result, result.connectEx, sentence)
    }

    private static let loopback = IPAddress.loopbackV4

    /// The target is this machine, and its sockets are known.
    static let local: [Case] = [
        row("nobody", LocalListener(.nobody), isSilent: false, "refused: nothing listens there"),
        row(
            "loopback only",
            LocalListener(.otherAddress, address: loopback),
            isSilent: false,
            "refused: the socket on this port is bound to 127.0.0.1 only"
        ),
        row(
            "other addresses",
            LocalListener(.otherAddress, address: loopback, addressCount: 3),
            isSilent: false,
            "refused: sockets have the port on 127.0.0.1 and 2 more, not on this address"
        ),
        row(
            "IPv6 only",
            LocalListener(.otherFamily, address: .anyV6),
            isSilent: false,
            "refused: the socket on this port takes IPv6 only"
        ),
        row(
            "IPv4 only",
            LocalListener(.otherFamily, address: .anyV4),
            isSilent: false,
            "refused: the socket on this port takes IPv4 only"
        ),
        row(
            "UDP only",
            LocalListener(.otherTransport, address: .anyV4),
            isSilent: false,
            "refused: a UDP socket has the port, no TCP listener"
        ),
        row(
            "TCP only",
            LocalListener(.otherTransport, address: .anyV4),
            isSilent: false,
            isUDP: true,
            "refused: a TCP listener has the port, no UDP socket"
        ),
        row(
            "refused although somebody listens",
            LocalListener(.listening, address: .anyV4, waiting: 0, limit: 8),
            isSilent: false,
            "refused: a local firewall rejects it, or the socket that has the port now is new"
        ),
        row(
            "a full queue that resets",
            LocalListener(.fullQueue, address: .anyV4, waiting: 9, limit: 8),
            isSilent: false,
            "refused: the listener's accept queue is full (9 waiting, limit 8)"
        ),
        row(
            "a full queue",
            LocalListener(.fullQueue, address: .anyV4, waiting: 9, limit: 8),
            isSilent: true,
            "no answer: the listener's accept queue is full (9 waiting, limit 8)"
        ),
        row(
            "silent although somebody listens",
            LocalListener(.listening, address: .anyV4),
            isSilent: true,
            "no answer: a socket listens, but a local firewall drops it"
        ),
        row(
            "silent, and nobody listens",
            LocalListener(.nobody),
            isSilent: true,
            "no answer: dropped by a local firewall, and nothing listens there"
        ),
        row(
            "a silent UDP service",
            LocalListener(.listening, address: .anyV4),
            isSilent: true,
            isUDP: true,
            "no answer: a silent service, or dropped by a local firewall"
        ),
    ]

    @Test("one sentence per state, reason, sender and error", arguments: tcp + udp + unix + causes + local)
    func sentence(_ row: Case) {
        #expect(row.result.sentence == row.sentence)
        #expect(row.result.connectEx == row.connectEx)
    }

    @Test("a host that answers elsewhere exists")
    func hostAnswers() {
        let silent = ProbeResult.made(.filtered, .noResponse, errno: .timedOut)
        #expect(silent.sentence(hostAnswers: true) == "no answer: dropped, or accept queue full; the host answers elsewhere")
    }

    @Test("what became of a name's other addresses")
    func others() {
        func other(_ address: String, _ verdict: Verdict?) -> AddressOutcome {
            AddressOutcome(address: ResolvedAddress(IPAddress(address) ?? .anyV6), verdict: verdict, elapsed: .milliseconds(250))
        }
        let outcomes = [
            other("2001:db8::7", nil), other("2001:db8::8", Verdict(.closed, .reset)),
            other("2001:db8::9", Verdict(.filtered, .noResponse)),
        ]
        let refused = ProbeResult.made(.closed, .reset, errno: .connectionRefused).beside([outcomes[1]])
        #expect(
            refused.sentenceWithReason
                == "refused: nothing listens there, or a firewall resets (rst); 2001:db8::8 is closed (rst)"
        )
        let result = ProbeResult.made(.open, .synAck)
        #expect(result.beside([outcomes[0]]).sentence == "accepts connections; 2001:db8::7 did not answer within 250 ms")
        #expect(
            result.beside(outcomes).sentence
                == "accepts connections; 2001:db8::7 did not answer within 250 ms, 2001:db8::8 is closed (rst) and 1 more"
        )
    }

    @Test("every reason has a row")
    func complete() {
        let covered = Set((Self.tcp + Self.udp + Self.unix).compactMap { $0.result.verdict.reason })
        #expect(covered == Set(Reason.allCases))
    }

    @Test(
        "a host is its name with the address",
        arguments: [
            (ProbeResult.made(name: "example.org", .open, .synAck), "example.org (192.0.2.1)"),
            (.made(.open, .synAck), "192.0.2.1"),
            (.made(address: "fe80::1", zone: 1, .open, .synAck), "fe80::1%lo"),
            (.made(name: "/run/x.sock", address: nil, transport: .unix, .open, .accepted), "/run/x.sock"),
        ]
    )
    func host(_ result: ProbeResult, _ expected: String) {
        #expect(result.host == expected)
    }
}
