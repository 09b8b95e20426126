import Packets
import SegmentScripts
import Testing
import Tracking

/// Where sonde's own policy lets a connection begin and end, and the bytes that it counts for it.
@Suite struct ConnectionBoundsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var serverPort: UInt16 = 50_000
        let lines: [String]
        /// Of each connection, both sides' packets and bytes, and the retransmissions of its SYN and of the rest.
        let rows: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "one direction alone, whose third step carries data, lasts longer than an attempt",
            lines: [
                "0 > S 100 -", "0.02 > A 101 5001 len=10", "100 > A 111 5020 len=10", "181 > A 121 5030 len=10", "300 > A 131 5040",
            ],
            rows: ["5 0 packets, 30 0 bytes, 0 0 again"]
        ),
        Case(
            name: "an attempt without an answer ends",
            lines: ["0 > S 100 -", "181 > S 100 -"],
            rows: ["1 0 packets, 0 0 bytes, 0 0 again", "1 0 packets, 0 0 bytes, 0 0 again"]
        ),
        Case(
            name: "segments with wrong checksums begin no second connection",
            lines: [
                "0 > S 100 - bad", "0.01 < SA 5000 101 bad", "0.02 > A 101 5001 bad", "100 > A 101 5001 len=5 bad",
                "200 < A 5001 106 bad", "500 > FA 106 5001 bad", "900 < FA 5001 107 bad",
            ],
            rows: ["0 0 packets, 0 0 bytes, 0 0 again"]
        ),
        Case(
            name: "nor does one end a connection whose others are right",
            lines: ["0 > S 100 -", "0.01 < SA 5000 101", "0.02 > A 101 5001", "1 > S 900000 - bad", "2 > A 101 5001 len=5"],
            rows: ["3 1 packets, 5 0 bytes, 0 0 again"]
        ),
        Case(
            name: "an ACK of something never sent, and its RST, count no bytes",
            lines: [
                "0 > S 100 -", "0.01 < A 5000 70000", "0.02 > R 70000 -", "1 > S 100 -", "1.01 < SA 9000 101", "1.02 > A 101 9001",
                "1.03 > A 101 9001 len=10", "1.04 < A 9001 111",
            ],
            rows: ["5 3 packets, 10 0 bytes, 1 0 again"]
        ),
        Case(
            name: "nor does a SYN-ACK of something never sent",
            lines: ["0 > S 100 -", "0.01 < SA 5000 199", "0.02 > R 199 -"],
            rows: ["2 1 packets, 0 0 bytes, 0 0 again"]
        ),
        Case(
            name: "nor does a third step of something never sent",
            lines: ["0 > S 100 -", "0.01 < SA 5000 101", "0.02 > A 101 12000", "0.03 < R 12000 -"],
            rows: ["2 2 packets, 0 0 bytes, 0 0 again"]
        ),
        Case(
            name: "data that the capture lacks is counted by its acknowledgements",
            lines: ["0 > S 100 -", "0.01 < SA 5000 101", "0.5 < A 5001 1101", "0.6 < A 5001 2101"],
            rows: ["1 3 packets, 2000 0 bytes, 0 0 again"]
        ),
        Case(
            name: "one damaged acknowledgement counts no hundreds of megabytes",
            lines: [
                "0 < A 5000 101 len=100", "0.1 > A 101 5100", "0.2 > A 101 900005100", "0.3 > A 101 5100",
                "0.4 < A 5100 101 len=100",
                "0.5 > A 101 5200",
            ],
            rows: ["2 4 packets, 200 0 bytes, 0 0 again"]
        ),
        Case(
            name: "a SYN captured behind its sender's own ACK is sent once",
            lines: ["0 > A 101 5001", "0.01 > S 100 -", "0.02 < SA 5000 101", "0.03 > A 101 5001 len=5"],
            rows: ["3 1 packets, 5 0 bytes, 0 0 again"]
        ),
        Case(
            name: "a SYN-ACK with another number is no retransmission",
            lines: ["0 > S 100 -", "0.01 < SA 90000 101", "0.02 < SA 5000 101", "0.03 > A 101 5001", "0.04 < A 5001 101 len=7"],
            rows: ["2 3 packets, 0 7 bytes, 0 0 again"]
        ),
    ]

    @Test(arguments: cases)
    func counts(_ conversation: Case) throws {
        let script = SegmentScript(lines: conversation.lines, serverPort: conversation.serverPort)
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        var records: [ConnectionRecord] = []
        for segment in try script.segments() {
            _ = table.track(segment)
            table.takeEnded { records.append($0) }
        }
        table.endAll { records.append($0) }
        #expect(records.map(Self.row) == conversation.rows)
    }

    private static func row(_ record: ConnectionRecord) -> String {
        "\(record.originatorPackets) \(record.responderPackets) packets, \(record.originatorBytes) \(record.responderBytes) bytes, "
            + "\(record.synRetransmits) \(record.retransmits) again"
    }
}
