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
