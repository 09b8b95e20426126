import Addresses
import SondeSystem
import Testing

@testable import Serving

@Suite("What a UDP echo server does not answer")
struct LoopGuardTests {
    private static let v4 = IPAddress(v4: 0x0A09_0901)
    private static let v6 = IPAddress(v6High: 0xFD99_0000_0000_0000, low: 1)

    struct Case: Sendable {
        let name: String
        let peer: SocketAddress
        var local: IPAddress?
        var isToGroup = false
        var trafficClass: UInt8 = 0
        let expected: Refusal?
    }

    static let cases: [Case] = [
        Case(name: "a client", peer: SocketAddress(v4, port: 40_000), local: v4, expected: nil),
        Case(name: "a client that is on a low, yet free port", peer: SocketAddress(v4, port: 1024), expected: nil),
        Case(name: "echo", peer: SocketAddress(v4, port: 7), expected: .servicePort),
        Case(name: "port 0, which nobody can be sent to", peer: SocketAddress(v4, port: 0), expected: .servicePort),
        Case(name: "memcached", peer: SocketAddress(v6, port: 11_211), expected: .servicePort),
        Case(name: "the port of this server elsewhere", peer: SocketAddress(v6, port: 9001), local: v4, expected: nil),
        Case(name: "this socket, bound to all addresses", peer: SocketAddress(v6, port: 9001), local: v6, expected: .loop),
        Case(name: "another socket of this server", peer: SocketAddress(v4, port: 9001), expected: .loop),
        Case(name: "the same with a zone", peer: SocketAddress(v4, port: 9001, zone: 3), expected: .loop),
        Case(name: "a marked datagram", peer: SocketAddress(v4, port: 40_000), trafficClass: 0x0C, expected: .loop),
        Case(name: "a mark and congestion on the way", peer: SocketAddress(v4, port: 40_000), trafficClass: 0x0F, expected: .loop),
        Case(name: "another class", peer: SocketAddress(v4, port: 40_000), trafficClass: 0xB8, expected: nil),
        Case(name: "a broadcast", peer: SocketAddress(v4, port: 40_000), isToGroup: true, expected: .group),
        Case(name: "a Unix client", peer: .unix(path: "/tmp/client"), expected: nil),
        Case(name: "the Unix socket itself", peer: .unix(path: "/tmp/server"), expected: .loop),
    ]

    @Test("each rule", arguments: cases)
    func refuses(_ test: Case) {
        let loopGuard = LoopGuard(own: [SocketAddress(Self.v4, port: 9001), .unix(path: "/tmp/server")])
        let refusal = loopGuard.refusal(
            from: test.peer,
            to: test.local,
            port: 9001,
            isToGroup: test.isToGroup,
            trafficClass: test.trafficClass
        )
        #expect(refusal == test.expected, "\(test.name)")
    }

    private func answered(_ count: Int, port: UInt16, every interval: Nanoseconds, _ text: (Int) -> UInt64) -> Int {
        var now = MonotonicTime(nanoseconds: 0)
        var limit = RepetitionLimit(port: port, at: now)
        var answered = 0
        for index in 0..<count {
            if limit.admits(text(index), at: now) {
                answered += 1
                limit.note(text(index))
            }
            now = now + interval
        }
        return answered
    }

    @Test("a peer that sends our answers back is limited; one that says something new is not")
    func repetitions() {
        #expect(answered(10_000, port: 9002, every: .zero) { _ in 7 } == 17)
        #expect(answered(10_000, port: 40_000, every: .zero) { _ in 7 } == 1025)
        #expect(answered(10_000, port: 9002, every: .zero) { UInt64($0 + 1) } == 10_000)
        // Four datagrams in turn are one loop, too.
        #expect(answered(10_000, port: 9002, every: .zero) { UInt64($0 & 3) + 1 } == 20)
        #expect(answered(1000, port: 9002, every: .seconds(1)) { _ in 7 } == 1000)
        #expect(answered(10_000, port: 40_000, every: .milliseconds(40)) { _ in 7 } == 10_000)
    }

    @Test("datagrams that differ at an end or in length have other fingerprints")
    func fingerprints() {
        let base = [UInt8](repeating: 1, count: 200)
        var others = [base]
        for index in [0, 63, 140, 199] {
            var other = base
            other[index] = 2
            others.append(other)
        }
        others.append(Array(base.dropLast()))
        others.append([])
        #expect(Set(others.map { RepetitionLimit.fingerprint($0.span) }).count == others.count)
    }

    @Test("the longest answer to a question of 0, 1 and 100 bytes", arguments: [(0, 56, 96), (1, 59, 99), (100, 356, 396)])
    func amplification(length: Int, v4: Int, v6: Int) {
        var configuration = EchoConfiguration(ServerConfiguration(listeners: []))
        #expect(configuration.longestAnswer(to: length, from: SocketAddress(Self.v4, port: 1)) == v4)
        #expect(configuration.longestAnswer(to: length, from: SocketAddress(Self.v6, port: 1)) == v6)
        #expect(configuration.longestAnswer(to: length, from: .unix(path: "/x")) == .max)
        configuration.server.allowed = [IPPrefix("10.0.0.0/8")!]
        #expect(configuration.longestAnswer(to: length, from: SocketAddress(Self.v4, port: 1)) == .max)
    }
}
