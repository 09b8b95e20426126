import Addresses
import Packets
import SegmentScripts
import Testing
import Tracking

/// How a table hands over what it still tracks when the capture is over.
@Suite struct ConnectionEndTests {
    private static let limit: UInt32 = 3

    private struct Full: Error {}

    private func attempts(_ connections: UInt16) throws -> [Segment] {
        try (0..<connections).flatMap { try SegmentScript(lines: ["0 > S 100 -"], clientPort: 40_000 + $0).segments() }
    }

    @Test func handsOverEachAtOnceInTheOrderOfTheirBeginnings() throws {
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed), memory: .heap)
        for segment in try attempts(5) { _ = table.track(segment) }
        var identifiers: [UInt32] = []
        table.endAll { identifiers.append($0.identifier) }
        #expect(identifiers == [1, 2, 3, 4, 5])
        let rest = (count: table.count, hasEnded: table.hasEnded)
        #expect(rest.count == 0)
        #expect(!rest.hasEnded)
    }

    @Test func handsOverWhatEndedBeforeFirst() throws {
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed), memory: .heap)
        for segment in try attempts(2) { _ = table.track(segment) }
        for segment in try SegmentScript(lines: ["9 > S 100 -"], clientPort: 41_000).segments() { _ = table.track(segment) }
        var identifiers: [UInt32] = []
        table.endAll { identifiers.append($0.identifier) }
        #expect(identifiers.sorted() == [1, 2, 3])
        #expect(identifiers.last == 3)
    }

    @Test func theOneThatWouldEndFirstMakesRoom() throws {
        var policy = TrackingPolicy.zeek(hashSeed: testSeed)
        policy.maximumConnections = 3
        var table = ConnectionTable(policy: policy, memory: .heap)
        for segment in try attempts(3) { _ = table.track(segment) }
        // The first one lives on, the second is the next to end.
        for line in ["0.1 < SA 5000 101", "0.2 > A 101 5001"] {
            for segment in try SegmentScript(lines: [line]).segments() { _ = table.track(segment) }
        }
        for segment in try SegmentScript(lines: ["0.3 > S 100 -"], clientPort: 41_000).segments() { _ = table.track(segment) }
        var evicted: [UInt16] = []
        table.takeEnded { evicted.append($0.originator.port) }
        #expect(evicted == [40_001])
        let counts = (tracked: table.count, evicted: table.evictions)
        #expect(counts.tracked == 3 && counts.evicted == 1)
    }

    @Test func stopsWhereTheTakerFails() throws {
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed), memory: .heap)
        for segment in try attempts(5) { _ = table.track(segment) }
        var identifiers: [UInt32] = []
        do {
            try table.endAll { record in
                identifiers.append(record.identifier)
                if record.identifier == Self.limit { throw Full() }
            }
            Issue.record("the failure was lost")
        } catch is Full {
            #expect(identifiers == [1, 2, 3])
        }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        /// Lines of a `SegmentScript`, each with whether all connections are closed after it.
        let lines: [(String, Bool)]
        var testDescription: String { name }
    }

    static let stories = [
        Story(
            name: "closed in four steps",
            lines: [
                ("0 > S 100 -", false), ("0.1 < SA 5000 101", false), ("0.2 > A 101 5001", false), ("1 > FA 101 5001", false),
                ("1.1 < A 5001 102", false), ("2 < FA 5001 102", false), ("2.1 > A 102 5002", true), ("3 < FA 5001 102", true),
            ]
        ),
        Story(name: "refused", lines: [("0 > S 100 -", false), ("0.1 < RA 0 101", true), ("0.2 > S 100 -", true)]),
        Story(
            name: "reset, then the ports again",
            lines: [("0 > S 100 -", false), ("1 < RA 0 101", true), ("2 > S 900 -", false)]
        ),
        Story(name: "a reset alone", lines: [("0 > R 100 -", true)]),
    ]

    @Test(arguments: stories)
    func knowsWhetherAllAreClosed(_ story: Story) throws {
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        let closed1 = table.allAreClosed
        #expect(closed1)
        let segments = try SegmentScript(lines: story.lines.map(\.0)).segments()
        for (segment, (line, isClosed)) in zip(segments, story.lines) {
            _ = table.track(segment)
            let areClosed = table.allAreClosed
            #expect(areClosed == isClosed, "\(line)")
        }
        table.endAll()
        let closed2 = table.allAreClosed
        #expect(closed2)
    }

    @Test func countsOpenConnectionsThroughEvictionAndTime() throws {
        var policy = TrackingPolicy.patient(hashSeed: testSeed)
        policy.maximumConnections = 2
        var table = ConnectionTable(policy: policy, memory: .heap)
        for segment in try attempts(5) { _ = table.track(segment) }
        let closed3 = table.allAreClosed
        #expect(!closed3)
        for port in UInt16(40_003)...40_004 {
            for segment in try SegmentScript(lines: ["1 < RA 0 101"], clientPort: port).segments() { _ = table.track(segment) }
        }
        let closed4 = table.allAreClosed
        #expect(closed4)
        for segment in try SegmentScript(lines: ["2 > S 100 -"], clientPort: 41_000).segments() { _ = table.track(segment) }
        let closed5 = table.allAreClosed
        #expect(!closed5)
        table.advance(to: 1_700_000_000_000_000_000)
        let closed6 = table.allAreClosed
        #expect(closed6)
    }
}
