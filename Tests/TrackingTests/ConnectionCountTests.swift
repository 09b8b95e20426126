import Packets
import SegmentScripts
import Testing
import Time
import Tracking

/// What is counted of a connection whose segments are odd: bytes, retransmissions, the initial round trip, relative numbers.
@Suite struct ConnectionCountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Lines of a `SegmentScript`.
        let lines: [String]
        var bytes: (originator: Int64, responder: Int64) = (0, 0)
        var retransmits = 0
        var milliseconds: Double? = 20
        var testDescription: String { name }
    }

    private static let opening = ["0 > S 100 -", "0.01 < SA 5000 101", "0.02 > A 101 5001"]
    private static let close = ["1 > FA 101 5001", "1.1 < FA 5001 102", "1.2 > A 102 5002"]

    static let cases = [
        Case(
            name: "ACKs of what was never sent, and FINs that show it",
            lines: opening + ["0.03 > A 101 5500", "0.04 < A 5001 150"] + close
        ),
        Case(
            name: "an ACK beyond a FIN",
            lines: opening + ["1 > FA 101 5001", "1.1 < FA 5001 102", "1.15 > A 102 5500", "1.2 > A 102 5002"]
        ),
        Case(
            name: "an ACK of what was never sent, and a RST that shows it",
            lines: opening + ["0.03 > A 101 5500", "1 < R 5001 -"]
        ),
        Case(
            name: "an ACK of what was never sent, and data behind it, acknowledged",
            lines: opening + [
                "0.03 > A 101 5500", "0.1 > A 101 5001", "1 < A 5001 101 len=10", "1.1 > A 101 5011", "1.2 < A 5011 101 len=10",
                "1.3 > A 101 5021",
            ],
            bytes: (0, 20)
        ),
        Case(
            name: "an ACK of data that was not captured",
            lines: opening + ["0.03 > A 101 5500", "1 < A 5500 101 len=10", "1.1 > A 101 5510"],
            bytes: (0, 509)
        ),
        Case(
            name: "a FIN captured behind its acknowledgement, with data that was not captured before it",
            lines: opening + ["0.03 > A 101 5102", "0.04 < FA 5101 101"],
            bytes: (0, 100)
        ),
        Case(
            name: "times that run backwards, on the SYN-ACK",
            lines: ["0 > S 100 -", "-0.01 < SA 5000 101", "0.02 > A 101 5001"]
        ),
        Case(
            name: "times that run backwards, on the third step",
            lines: ["0 > S 100 -", "0.01 < SA 5000 101", "-0.02 > A 101 5001", "1 > A 101 5001 len=5"],
            bytes: (5, 0),
            milliseconds: nil
        ),
        Case(
            name: "times that run backwards, on the SYN",
            lines: ["0 < SA 5000 101", "-0.01 > S 100 -", "0.02 > A 101 5001"],
            milliseconds: nil
        ),
        Case(
            name: "a SYN-ACK again",
            lines: ["0 > S 100 -", "0.01 < SA 5000 101", "1.01 < SA 5000 101", "1.02 > A 101 5001"],
            retransmits: 1,
            milliseconds: 1020
        ),
    ]

    @Test(arguments: cases)
    func counts(_ example: Case) throws {
        let record = try #require(Self.record(of: SegmentScript(lines: example.lines).segments()))
        #expect(record.originatorBytes == example.bytes.originator)
        #expect(record.responderBytes == example.bytes.responder)
        #expect(record.retransmits == example.retransmits)
        #expect(record.initialRoundTrip.map { Double($0) / 1_000_000 } == example.milliseconds)
    }

    @Test func aSocketConnectedToItselfSendsNothingAgain() throws {
        let lines = ["0 > S 100 -", "0.01 > SA 100 101", "0.02 > A 101 101", "0.03 > A 101 101 len=5", "0.04 > A 106 106"]
        var segments = try SegmentScript(lines: lines, clientPort: 40_000, serverPort: 40_000).segments()
        for at in segments.indices { segments[at].destination = segments[at].source }
        #expect(try #require(Self.record(of: segments)).retransmits == 0)
    }

    @Test("Relative numbers of a segment that does not count are those of the others")
    func relativeNumbers() throws {
        let lines = ["0 > S 90 - bad"] + Self.opening + ["1 > A 106 5011 len=5 bad", "1 < A 5001 101 len=5 copy"]
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        let numbers = try SegmentScript(lines: lines).segments().map { segment in
            let annotation = table.track(segment)
            return [annotation.relativeSequence, annotation.relativeAcknowledgement]
        }
        #expect(numbers[0][0] == 0)
        #expect(numbers[4] == [6, 11])
        #expect(numbers[5] == [1, 1])
        var other = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        let alone = other.track(try SegmentScript(lines: ["0 > A 4000 9000 len=5 bad"]).segments()[0])
        #expect([alone.relativeSequence, alone.relativeAcknowledgement] == [1, 1])
    }

    private static func record(of segments: [Segment]) -> ConnectionRecord? {
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        for segment in segments { _ = table.track(segment) }
        var records: [ConnectionRecord] = []
        table.endAll { records.append($0) }
        return records.count == 1 ? records[0] : nil
    }
}
