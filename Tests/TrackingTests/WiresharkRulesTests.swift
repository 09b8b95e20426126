import Packets
import SegmentScripts
import Testing
import Tracking

/// Wireshark's names for what is odd about a segment, rule by rule: what its analysis says of each line.
@Suite struct WiresharkRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Lines of a `SegmentScript`, each with what is found about it; nothing for most.
        let lines: [(String, Findings)]
        var testDescription: String { name }
    }

    @Test(arguments: cases)
    func finds(_ conversation: Case) throws {
        let segments = try SegmentScript(lines: conversation.lines.map(\.0)).segments()
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        for (segment, (line, expected)) in zip(segments, conversation.lines) {
            let found = table.track(segment).findings
            #expect(found == expected, "\(line)")
        }
    }

    private static let opening: [(String, Findings)] = [("0 > S 100 -", []), ("0.01 < SA 5000 101", []), ("0.02 > A 101 5001", [])]

    static let cases = [
        Case(
            name: "all segments that come again after a timeout are retransmissions",
            lines: opening + [
                ("0.03 > A 101 5001 len=100", []), ("0.031 > A 201 5001 len=100", []), ("0.032 > A 301 5001 len=100", []),
                ("0.5 > A 101 5001 len=100", .retransmission), ("0.501 > A 201 5001 len=100", .retransmission),
            ]
        ),
        Case(
            name: "segments that come late by less than a round trip are out of order",
            lines: opening + [
                ("0.03 > A 301 5001 len=100", .previousSegmentLost), ("0.031 > A 101 5001 len=100", .outOfOrder),
                ("0.032 > A 201 5001 len=100", .outOfOrder),
            ]
        ),
        Case(
            name: "what an acknowledgement tells to be missing from the capture is told once",
            lines: opening + [
                ("0.03 > A 201 5001 len=100", .previousSegmentLost), ("0.04 < A 5001 301", .acknowledgesUnseen),
                ("0.05 < A 5001 301", .duplicateAck),
            ]
        ),
        Case(
            name: "so is one for more than was ever seen",
            lines: opening + [
                ("0.04 < A 5001 301", .acknowledgesUnseen), ("0.05 < A 5001 301 len=10", []),
            ]
        ),
        Case(
            name: "payloads cut by the snapshot length are not missing",
            lines: opening + [
                ("0.03 > A 101 5001 len=100 cut", []), ("0.031 > A 201 5001 len=100 cut", []), ("0.04 < A 5001 201", []),
            ]
        ),
        Case(
            name: "data up to the end of the scaled window fills it",
            lines: [
                ("0 > S 100 - wscale=7", []), ("0.01 < SA 5000 101 wscale=2 win=400", []), ("0.02 > A 101 5001", []),
                // The window of a SYN-ACK is not scaled.
                ("0.03 > A 101 5001 len=400", .windowFull), ("0.04 < A 5001 501 win=100", []),
                ("0.05 > A 501 5001 len=399", []), ("0.06 > A 900 5001 len=1", .windowFull),
                ("0.07 < A 5001 901 win=0", .zeroWindow), ("0.08 > A 901 5001 len=1", .zeroWindowProbe),
            ]
        ),
        Case(
            name: "where one SYN offers no scale, no window is scaled",
            lines: [
                ("0 > S 100 - wscale=7", []), ("0.01 < SA 5000 101 win=400", []), ("0.02 > A 101 5001 win=200", []),
                ("0.03 < A 5001 101 len=200", .windowFull),
            ]
        ),
        Case(
            name: "without the receiver's SYN its scale is not known",
            lines: [("0 < A 5000 101 win=100", []), ("0.01 > A 101 5000 len=100", [])]
        ),
        Case(
            name: "acknowledgements below the first number that was captured",
            lines: [
                ("0 > A 101 5001", []), ("0.1 < A 9000 101 len=100", []), ("0.2 > A 101 5001", .duplicateAck),
                ("0.3 < A 9100 101 len=100", []), ("0.4 > A 101 5001", .duplicateAck),
                ("0.41 < A 5001 101 len=100", .fastRetransmission),
                ("0.5 > A 101 5101", []), ("0.6 > A 101 5101", .duplicateAck), ("0.7 > A 101 9201", .acknowledgesUnseen),
            ]
        ),
        Case(
            name: "a first acknowledgement below it",
            lines: [
                ("0 < A 9000 101 len=100", []), ("0.1 > A 101 5001", []), ("0.2 > A 101 5001", .duplicateAck),
                ("0.3 > A 101 9100", []),
            ]
        ),
        Case(
            name: "a SYN-ACK with another number sends nothing again",
            lines: [
                ("0 > S 100 -", []), ("0.01 < SA 90000 101", []), ("0.02 < SA 5000 101", []),
                ("0.03 < SA 5000 101", .retransmission),
            ]
        ),
        Case(
            name: "a side whose SYN-ACK was not captured, and which has only acknowledged",
            lines: [
                ("0 > S 100 -", []), ("0.01 < A 5001 101", []), ("0.02 > A 101 5001 len=10", []), ("0.03 < A 5001 111", []),
                ("0.04 < FA 5001 111", []),
            ]
        ),
        Case(
            name: "an ACK of something never sent makes no retransmission of what is sent",
            lines: [
                ("0 > S 100 -", []), ("0.01 < A 5000 70000", .acknowledgesUnseen), ("0.02 > R 70000 -", []),
                ("1 > S 100 -", .retransmission), ("1.01 < SA 9000 101", []), ("1.02 > A 101 9001", []),
                ("1.03 > A 101 9001 len=100", []), ("1.04 < A 9001 201", []),
            ]
        ),
        Case(
            name: "one side alone repeats its acknowledgement",
            lines: [
                ("0 < SA 5000 101", []), ("0.1 < A 5001 101", .duplicateAck), ("0.2 < A 5001 201", []),
                ("0.3 < A 5001 201", .duplicateAck),
            ]
        ),
    ]
}
