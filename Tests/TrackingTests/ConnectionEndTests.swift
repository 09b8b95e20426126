import Addresses
import Packets
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
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed))
        for segment in try attempts(5) { _ = table.track(segment) }
        var identifiers: [UInt32] = []
        table.endAll { identifiers.append($0.identifier) }
        #expect(identifiers == [1, 2, 3, 4, 5])
        let rest = (count: table.count, hasEnded: table.hasEnded)
        #expect(rest.count == 0)
        #expect(!rest.hasEnded)
    }

    @Test func handsOverWhatEndedBeforeFirst() throws {
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed))
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
        var table = ConnectionTable(policy: policy)
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
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed))
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
}
