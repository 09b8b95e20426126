import Addresses
import Console
import Packets
import SegmentScripts
import Testing
import Tracking

@testable import CaptureReports

/// A SYN between the ends of an open connection (RFC 9293 section 3.5.1, RFC 5961 section 4): what answers it shows whether the
/// connection is still there.
@Suite("SYNs within open connections")
struct ContestedEndpointsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        /// Of each connection, in the order of their beginnings: verdict, packets and bytes of both sides.
        let expected: [String]

        init(_ name: String, _ lines: [String], _ expected: [String]) {
            testDescription = name
            self.lines = lines
            self.expected = expected
        }
    }

    static let opening = ["0 > S 100 -", "0.01 < SA 5000 101", "0.02 > A 101 5001", "1 > PA 101 5001 len=10", "1.01 < A 5001 111"]
    static let closing = ["4 > FA 116 5001", "4.01 < FA 5001 117", "4.02 > A 117 5002"]
    static let talk = ["3 > PA 111 5001 len=5", "3.01 < A 5001 116"]
    static let inOrder = "SF: opened and closed in order, originator first, 6:4 packets, 15:0 bytes"
    static let isOpen = "S1: established, still open, 3:2 packets, 10:0 bytes"

    static let cases = [
        Case(
            "a challenge ACK, and the connection goes on",
            opening + ["2 > S 4000000000 -", "2.01 < A 5001 111"] + talk + closing,
            [
                "SF: opened and closed in order, originator first, 6:5 packets, 15:0 bytes",
                "S0: answered, but not by a SYN-ACK, 1:0 packets, 0:0 bytes",
            ]
        ),
        Case(
            "the same with a number just ahead",
            opening + ["2 > S 200 -", "2.01 < A 5001 111"] + talk + closing,
            [
                "SF: opened and closed in order, originator first, 6:5 packets, 15:0 bytes",
                "S0: answered, but not by a SYN-ACK, 1:0 packets, 0:0 bytes",
            ]
        ),
        Case(
            "a SYN that nobody answers",
            opening + ["2 > S 4000000000 -"] + talk + closing,
            [inOrder, "S0: no answer, 1:0 packets, 0:0 bytes"]
        ),
        Case(
            "several of them, each with another number",
            opening + ["2 > S 4000000000 -", "2.1 > S 3000000000 -", "2.11 < A 5001 111"] + talk + closing,
            [
                "SF: opened and closed in order, originator first, 6:5 packets, 15:0 bytes",
                "S0: no answer, 1:0 packets, 0:0 bytes",
                "S0: answered, but not by a SYN-ACK, 1:0 packets, 0:0 bytes",
            ]
        ),
        Case(
            "the other side's SYN",
            opening + ["2 < S 4000000000 -", "2.01 > A 111 5001"] + talk + closing,
            [
                "SF: opened and closed in order, originator first, 7:4 packets, 15:0 bytes",
                "S0: answered, but not by a SYN-ACK, 1:0 packets, 0:0 bytes",
            ]
        ),
        Case(
            "the sender finds the old connection, resets it, and tries again",
            opening + [
                "2 > S 4000000000 -", "2.01 < A 5001 111", "2.02 > R 111 -", "3 > S 4000000000 -", "3.01 < SA 9000 4000000001",
                "3.02 > A 4000000001 9001",
            ],
            ["RSTO: reset by the originator, 4:3 packets, 10:0 bytes", "S1: established, still open, 3:1 packets, 0:0 bytes"]
        ),
        Case(
            "a SYN-ACK: the other side has forgotten the connection",
            opening + ["2 > S 4000000000 -", "2.01 < SA 9000 4000000001", "2.02 > A 4000000001 9001"],
            [isOpen, "S1: established, still open, 2:1 packets, 0:0 bytes"]
        ),
        Case(
            "a SYN-ACK that was not captured",
            opening + ["2 > S 4000000000 -", "2.02 > A 4000000001 9001", "2.03 < PA 9001 4000000001 len=7"],
            [isOpen, "OTH: established, still open, 2:1 packets, 0:7 bytes"]
        ),
        Case(
            "a RST that acknowledges the SYN: nothing listens there any more",
            opening + ["2 > S 4000000000 -", "2.01 < RA 0 4000000001"],
            [isOpen, "REJ: refused, 1:1 packets, 0:0 bytes"]
        ),
        Case(
            "only one side captured",
            [
                "0 > S 100 -", "0.02 > A 101 5001", "1 > PA 101 5001 len=10", "2 > S 4000000000 -", "3 > PA 111 5001 len=5",
                "4 > FA 116 5001",
            ],
            [
                "SH: closed by the originator; responder not captured, 5:0 packets, 15:0 bytes",
                "S0: no answer, 1:0 packets, 0:0 bytes",
            ]
        ),
        Case(
            "after a close a SYN begins a connection at once",
            opening + talk + closing + ["5 > S 4000000000 -"],
            [inOrder, "S0: no answer, 1:0 packets, 0:0 bytes"]
        ),
    ]

    @Test("each connection has its own segments", arguments: cases)
    func verdicts(_ item: Case) throws {
        var table = ConnectionTable(policy: .patient(hashSeed: (1, 2)), memory: .heap)
        var records: [ConnectionRecord] = []
        for segment in try SegmentScript(lines: item.lines).segments() {
            _ = table.track(segment)
            table.takeEnded { records.append($0) }
        }
        table.endAll { records.append($0) }
        records.sort { $0.identifier < $1.identifier }
        let told = records.map { record in
            "\(record.summary), \(record.originatorPackets):\(record.responderPackets) packets, "
                + "\(record.originatorBytes):\(record.responderBytes) bytes"
        }
        #expect(told == item.expected)
        #expect(table.count == 0 && table.allAreClosed)
    }
}
