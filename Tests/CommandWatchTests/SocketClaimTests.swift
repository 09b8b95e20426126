import Addresses
import Testing
import Time

@testable import CommandWatch

@Suite("Claims of a command's sockets")
struct SocketClaimTests {
    private static func endpoint(_ text: String, _ port: UInt16) -> Endpoint {
        guard let address = IPAddress(text) else { preconditionFailure(text) }
        return Endpoint(address, port: port)
    }

    private static let local = endpoint("192.0.2.1", 40_000)
    private static let peer = endpoint("198.51.100.7", 443)
    private static let start = Timestamp(nanoseconds: 1_000_000_000)
    private static let other = endpoint("198.51.100.8", 443)

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let claim: SocketClaim
        let first: Endpoint
        let second: Endpoint
        let isClaimed: Bool
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "its connection",
            claim: .connection(local: local, peer: peer, time: start),
            first: local,
            second: peer,
            isClaimed: true
        ),
        Case(
            name: "the answer",
            claim: .connection(local: local, peer: peer, time: start),
            first: peer,
            second: local,
            isClaimed: true
        ),
        Case(
            name: "the same port to another peer",
            claim: .connection(local: local, peer: peer, time: start),
            first: local,
            second: other,
            isClaimed: false
        ),
        Case(
            name: "a peer that is not known",
            claim: .connection(local: local, peer: nil, time: nil),
            first: other,
            second: local,
            isClaimed: true
        ),
        Case(name: "its listener's", claim: .listener(local), first: peer, second: local, isClaimed: true),
        Case(
            name: "a listener at another address",
            claim: .listener(endpoint("192.0.2.9", 40_000)),
            first: peer,
            second: local,
            isClaimed: false
        ),
        Case(
            name: "a listener at every address",
            claim: .listener(endpoint("0.0.0.0", 40_000)),
            first: peer,
            second: local,
            isClaimed: true
        ),
        Case(
            name: "a listener at every address of both families",
            claim: .listener(endpoint("::", 40_000)),
            first: peer,
            second: local,
            isClaimed: true
        ),
        Case(
            name: "the port of a listener, at another machine",
            claim: .listener(endpoint("0.0.0.0", 443)),
            first: local,
            second: peer,
            isClaimed: false
        ),
        Case(
            name: "loopback is this machine's",
            claim: .listener(endpoint("0.0.0.0", 80)),
            first: endpoint("127.0.0.1", 1024),
            second: endpoint("127.8.8.8", 80),
            isClaimed: true
        ),
        Case(
            name: "an IPv4 listener takes no IPv6",
            claim: .listener(endpoint("0.0.0.0", 80)),
            first: endpoint("2001:db8::2", 1024),
            second: endpoint("2001:db8::1", 80),
            isClaimed: false
        ),
    ]

    private static func segment(
        _ source: Endpoint,
        _ destination: Endpoint,
        after milliseconds: Int64 = 0,
        opening: UInt32? = nil
    ) -> SocketClaims.Segment {
        let time = Timestamp(nanoseconds: start.nanoseconds + milliseconds * 1_000_000)
        return SocketClaims.Segment(source: source, destination: destination, time: time, opening: opening)
    }

    @Test("a port that another program gets before or later is not the command's then")
    func reuse() {
        var claims = SocketClaims(machine: [])
        claims.insert(.connection(local: Self.local, peer: Self.peer, time: Self.start))
        let asked: [(Int64, opening: UInt32?, isOfSource: Bool, isClaimed: Bool)] = [
            (-5, 1, true, false), (-4, nil, false, false), (-3, nil, true, false),
            // The command's, with a SYN that is sent again.
            (1, 2, true, true), (2, 2, true, true), (3, nil, false, true), (4, nil, true, true),
            (5, 3, true, false), (6, nil, false, false),
        ]
        for (time, opening, isOfSource, isClaimed) in asked {
            let (source, destination) = isOfSource ? (Self.local, Self.peer) : (Self.peer, Self.local)
            let found = claims.claims(Self.segment(source, destination, after: time, opening: opening))
            #expect(found == isClaimed, "\(time) ms")
        }
        claims.insert(
            .connection(local: Self.local, peer: Self.peer, time: Timestamp(nanoseconds: Self.start.nanoseconds + 7_000_000))
        )
        do {
            let isClaimed = claims.claims(Self.segment(Self.peer, Self.local, after: 6))
            #expect(!isClaimed)
        }
        do {
            let isClaimed = claims.claims(Self.segment(Self.local, Self.peer, after: 8, opening: 4))
            #expect(isClaimed)
        }
        do {
            let isClaimed = claims.claims(Self.segment(Self.peer, Self.local, after: 9))
            #expect(isClaimed)
        }
    }

    @Test("a claim whose SYN never came does not hold for ever")
    func unused() {
        var claims = SocketClaims(machine: [])
        claims.insert(.connection(local: Self.local, peer: Self.peer, time: Self.start))
        do {
            let isClaimed = claims.claims(Self.segment(Self.local, Self.peer, after: 11_000, opening: 1))
            #expect(!isClaimed)
        }
    }

    @Test("claim what is theirs", arguments: cases)
    func claims(_ example: Case) {
        var claims = SocketClaims(machine: [Self.local.address, Self.endpoint("2001:db8::1", 0).address])
        claims.insert(example.claim)
        let isClaimed = claims.claims(Self.segment(example.first, example.second))
        #expect(isClaimed == example.isClaimed)
    }

    @Test("the oldest are forgotten beyond the capacity, the latest never")
    func capacity() {
        var claims = SocketClaims(machine: [], capacity: 100)
        for port in UInt16(1)...1000 {
            claims.insert(.connection(local: Endpoint(.loopbackV4, port: port), peer: Self.peer, time: Self.start))
        }
        do {
            let isClaimed = claims.claims(Self.segment(Endpoint(.loopbackV4, port: 1000), Self.peer))
            #expect(isClaimed)
        }
        do {
            let isClaimed = claims.claims(Self.segment(Endpoint(.loopbackV4, port: 951), Self.peer))
            #expect(isClaimed)
        }
        do {
            let isClaimed = claims.claims(Self.segment(Endpoint(.loopbackV4, port: 800), Self.peer))
            #expect(!isClaimed)
        }
    }

    @Test(
        "messages are read back as they were written",
        arguments: [
            WatchMessage.start, .barrier(7), .barrier(.max), .signal(15), .failed(2), .ended(exitCode: 137), .isLimited(1),
            .claim(.listener(local)), .claim(.connection(local: local, peer: peer, time: start)),
            .claim(.connection(local: local, peer: nil, time: nil)),
            .claim(
                .connection(local: endpoint("2001:db8::1", 65_535), peer: endpoint("::1", 1), time: Timestamp(nanoseconds: .max))
            ),
        ]
    )
    func message(_ message: WatchMessage) {
        #expect(message.bytes.count == WatchMessage.length)
        #expect(WatchMessage(message.bytes) == message)
    }

    @Test("bytes that are no message are refused")
    func noMessage() {
        #expect(WatchMessage([]) == nil)
        #expect(WatchMessage([UInt8](repeating: 0, count: WatchMessage.length)) == nil)
        #expect(WatchMessage([UInt8](repeating: 0xFF, count: WatchMessage.length)) == nil)
        #expect(WatchMessage([4] + [UInt8](repeating: 0, count: WatchMessage.length - 1)) == nil, "a connection without endpoints")
    }

    @Test(
        "the parent of a process, whatever its name",
        arguments: [
            ("42 (sh) S 7 42 42 0", 7), ("42 (a) b) S 9 1 1", 9), ("42 (evil) S 1 ) R 5 1", 5), ("42 (sh", nil), ("42 (sh) S", nil),
        ] as [(String, Int32?)]
    )
    func parent(stat: String, expected: Int32?) { #expect(ProcessTree.parent(Array(stat.utf8)) == expected) }

    @Test("descendants are those whose parents lead to the root, cycles or not")
    func descendants() {
        let parents: [Int32: Int32] = [2: 1, 3: 2, 4: 3, 5: 1, 9: 8, 8: 9, 7: 2]
        #expect(ProcessTree.descendants(of: 2, parents: parents) == [3, 4, 7])
        #expect(ProcessTree.descendants(of: 9, parents: parents) == [8, 9])
        #expect(ProcessTree.descendants(of: 6, parents: parents) == [])
    }
}
