import Handshakes
import Packets
import Testing

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
