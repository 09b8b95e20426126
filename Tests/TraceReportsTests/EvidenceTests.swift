import Addresses
import Packets
import SystemPackage
import Testing
import Time

@testable import ConnectionTracing
@testable import Probing
@testable import TraceReports

@Suite("What a capture shows of a handshake")
struct EvidenceTests {
    private static let opening = ["0 > S 100 - mss=1460 wscale=10", "0.008 < SA 5000 101 mss=1360", "0.0081 > A 101 5001"]

    private static func evidence(_ segments: [Segment]) -> HandshakeEvidence {
        segments.reduce(into: HandshakeEvidence(local: TracedConnection.client)) { $0.take($1) }
    }

    @Test("Both SYNs, and the time between them")
    func both() throws {
        let evidence = Self.evidence(try segments(Self.opening))
        #expect(evidence.syn?.maximumSegmentSize == 1460 && evidence.syn?.windowScale == 10)
        #expect(evidence.synAck?.maximumSegmentSize == 1360 && evidence.synAck?.windowScale == nil)
        #expect(evidence.synAck?.isSACKPermitted == true && evidence.synAck?.hasTimestamps == true)
        #expect(evidence.wireRoundTrip == 8_000_000)
        #expect(evidence.synCount == 1 && evidence.synAckCount == 1 && evidence.arrivalHopLimit == 57)
        #expect(evidence.foreignReset == nil)
    }

    @Test("A SYN that was sent again has no round trip of its own")
    func repeatedSYN() throws {
        let evidence = Self.evidence(try segments(["0 > S 100 -", "1 > S 100 -", "1.008 < SA 5000 101", "1.5 < SA 5000 101"]))
        #expect(evidence.synCount == 2 && evidence.synAckCount == 2 && evidence.wireRoundTrip == nil)
    }

    @Test("ECN is agreed with ECE alone", arguments: [(.ece, true), ([.ece, .cwr], false), ([], false)] as [(TCPFlags, Bool)])
    func ecn(_ bits: TCPFlags, _ isAgreed: Bool) throws {
        var both = try segments(Self.opening)
        both[0].flags.formUnion([.ece, .cwr])
        both[1].flags.formUnion(bits)
        let evidence = Self.evidence(both)
        #expect(evidence.syn?.hasECN == true && evidence.synAck?.hasECN == isAgreed)
    }

    @Test("A RST with the TTL of the other segments is the server's, any other is not")
    func hopLimit() throws {
        let lines = Self.opening + ["0.1 < R 5001 -"]
        #expect(Self.evidence(try segments(lines)).foreignReset == nil)
        #expect(Self.evidence(try segments(lines, resetTTL: 61)).foreignReset == .hopLimit(61, usual: 57))
    }

    @Test("A RST in the place of the SYN-ACK has nothing to be compared with, until the SYN-ACK follows")
    func early() throws {
        let refused = ["0 > S 100 -", "0.001 < RA 0 101"]
        #expect(Self.evidence(try segments(refused, resetTTL: 61)).foreignReset == nil)
        let followed = Self.evidence(try segments(refused + ["0.008 < SA 5000 101"], resetTTL: 61))
        #expect(followed.foreignReset == .hopLimit(61, usual: 57))
        #expect(Self.evidence(try segments(refused + ["0.008 < SA 5000 101"])).foreignReset == nil)
    }

    @Test(
        "An identification says something only of a server that was seen to count",
        arguments: [
            ([10, 11, 12, 13], 40_000, true), ([10, 11, 12, 13], 14, false), ([10, 11, 12, 13], 0, false),
            ([0, 0, 0, 0], 40_000, false),
            ([10, 900, 7, 13_000], 40_000, false), ([65_534, 65_535, 0, 1], 3, false), ([10, 11], 40_000, false),
        ] as [([UInt16], UInt16, Bool)]
    )
    func identification(_ earlier: [UInt16], _ reset: UInt16, _ isForeign: Bool) throws {
        var lines = Self.opening.prefix(2).map { $0 }
        for index in 1..<earlier.count { lines.append("\(index) < A 5001 101 len=\(index)") }
        lines.append("9 < R 5001 -")
        var all = try segments(lines)
        for (index, identification) in (earlier + [reset]).enumerated() { all[index + 1].identification = identification }
        #expect((Self.evidence(all).foreignReset != nil) == isForeign)
    }

    @Test("Segments of other connections are left out, also of ports that were used before")
    func others() throws {
        let mine = try segments(Self.opening)
        let other = try segments(["0 > S 1 -", "0.001 < RA 0 2"], clientPort: 40_001)
        let first = TracedConnection.made(.closed, .reset, start: 1_600_000_000_000_000_000)
        let second = TracedConnection.made(start: 1_600_000_010_000_000_000)
        let later = try segments(["10.5 > S 900 -", "10.51 < SA 7000 901"])
        let text = report([first, second], try segments(["0 > S 1 -", "0.001 < RA 0 2"]) + later, isJSON: true)
        let lines = text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("{\"type\":\"trace\"") }.count == 2)
        #expect(lines.filter { $0.contains("\"type\":\"packet\"") }.count == 4)
        let secondTrace = lines.firstIndex { $0.contains("\"type\":\"trace\"") && $0.contains("\"state\":\"open\"") }
        #expect(secondTrace == 4, "the first connection's packets and record are before it")
        let alone = report([.made(exchange: .made(.closed))], mine + other)
        #expect(!alone.contains("40001") && alone.contains("10.0.0.1:40000"))
    }

    @Test("Without a segment: nothing was sent, or nothing was captured")
    func nothing() throws {
        let unreachable = report([.made(.filtered, .networkUnreachable, errno: .networkUnreachable)], [])
        #expect(unreachable.hasSuffix("no SYN left this machine\n"))
        let dropped = report([.made(.filtered, .noResponse, errno: .timedOut)], [])
        #expect(dropped.hasSuffix("no SYN left this machine: its own firewall or traffic control drops it\n"))
        let reset = report([.made(.closed, .reset, errno: .connectionRefused)], try segments(["0 < RA 0 101"]))
        #expect(reset.hasSuffix("no SYN left this machine: its own firewall sent the RST\n"))
        #expect(report([.made()], []).contains("its segments were not captured"))
        #expect(!report([.made()], [], isCaptured: false).contains("captured"))
    }

    @Test("Of an attempt that a signal ended, nothing is said of the port")
    func interrupted() throws {
        let connection = TracedConnection.made(.filtered, .noResponse, errno: .timedOut, isInterrupted: true)
        let sent = try segments(["0 > S 100 -"])
        #expect(report([connection], sent).hasSuffix("\n50000/tcp: interrupted before an answer\n"))
        #expect(report([connection], sent, isJSON: true).contains("\"state\":null,\"reason\":null,"))
    }

    @Test("Names are shown escaped")
    func hostile() {
        let text = report([.made(name: "evil\u{1B}[31m\u{202E}")], [])
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    }
}
