import Packets
import SegmentScripts
import Testing
import Tracking

/// Which connection a segment belongs to where networks use the same endpoints.
@Suite("Virtual networks")
struct VirtualNetworkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var followsZeek = false
        /// Lines of a `SegmentScript`, each with the number of its connection.
        let lines: [(String, UInt32)]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "the same endpoints in two networks are two connections",
            lines: [
                ("0 > S 100 - net=10", 1), ("0.001 > S 7000 - net=20", 2), ("0.01 < SA 5000 101 net=10", 1),
                ("0.011 < SA 8000 7001 net=20", 2), ("0.012 > A 7001 8001 net=20", 2), ("0.013 > A 101 5001 net=10", 1),
                ("1 < FA 5001 101 net=10", 1), ("1.1 < FA 8001 7001 net=20", 2),
            ]
        ),
        Case(
            name: "one within a network and one outside",
            lines: [
                ("0 > S 100 -", 1), ("0.001 > S 7000 - net=20", 2), ("0.01 < SA 8000 7001 net=20", 2), ("0.02 < SA 5000 101", 1),
                ("0.03 > A 101 5001", 1), ("0.04 > A 7001 8001 net=20", 2),
            ]
        ),
        Case(
            name: "one direction with its tag, the other without",
            lines: [
                ("0 > S 100 -", 1), ("0.01 < SA 5000 101 net=10", 1), ("0.02 > A 101 5001", 1), ("1 < FA 5001 101 net=10", 1),
                ("1.1 > FA 101 5002", 1), ("1.2 < A 5002 102 net=10", 1),
            ]
        ),
        Case(
            name: "a network of its own for each direction",
            lines: [
                ("0 > S 100 - net=7", 1), ("0.01 < SA 5000 101 net=8", 1), ("0.02 > A 101 5001 net=7", 1),
                ("1 > FA 101 5001 net=7", 1),
            ]
        ),
        Case(
            name: "sides that change places keep their networks",
            lines: [
                ("0 < SA 5000 101 net=7", 1), ("0.01 > A 101 5001 net=8", 1), ("0.02 < A 5001 101 len=5 net=7", 1),
                ("0.03 > A 101 5006 net=8", 1), ("0.04 > A 101 5006 net=7", 2),
            ]
        ),
        Case(
            name: "a copy belongs to what it is a copy of, in whatever network",
            lines: [("0 > S 100 - net=10", 1), ("0.00001 > S 100 - net=20 copy", 1), ("0.01 < SA 5000 101 net=10", 1)]
        ),
        Case(
            name: "a slot that is used again has no network of before",
            lines: [
                ("0 > S 100 - net=10", 1), ("0.1 < RA 0 101 net=10", 1), ("900 > S 900 -", 2), ("900.1 < SA 77 901", 2),
                ("900.2 > A 901 78", 2),
            ]
        ),
        Case(
            name: "Zeek does not ask for the network",
            followsZeek: true,
            lines: [("0 > S 100 - net=10", 1), ("0.01 < SA 5000 101 net=20", 1), ("0.02 > A 101 5001 net=30", 1)]
        ),
    ]

    @Test(arguments: cases)
    func tells(_ conversation: Case) throws {
        let segments = try SegmentScript(lines: conversation.lines.map(\.0)).segments()
        var table = ConnectionTable(
            policy: conversation.followsZeek ? .zeek(hashSeed: testSeed) : .patient(hashSeed: testSeed),
            memory: .heap
        )
        for (segment, (line, connection)) in zip(segments, conversation.lines) {
            #expect(table.track(segment).connection == connection, "\(line)")
        }
    }

    @Test("many networks with the same endpoints cost a bounded search")
    func many() throws {
        let lines = (0..<4000).map { "\(Double($0) / 1000) > S 100 - net=\($0 + 1)" }
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        for segment in try SegmentScript(lines: lines).segments() { _ = table.track(segment) }
        #expect(table.count == 4000)
    }
}
