import Addresses
import Packets
import SegmentScripts
import Testing
import Tracking

/// Zeek's rules that no public trace shows, case by case: what its conn.log says of each conversation.
@Suite struct ZeekRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var serverPort: UInt16 = 50_000
        let lines: [String]
        /// `>` where the script's client is the originator, then conn_state, history, both sides' packets and bytes, and the
        /// duration.
        let rows: [String]
        var testDescription: String { name }
    }

    @Test(arguments: opening + closing + timing)
    func agrees(_ conversation: Case) throws {
        let script = SegmentScript(lines: conversation.lines, serverPort: conversation.serverPort)
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed), memory: .heap)
        for segment in try script.segments() { _ = table.track(segment) }
        var records: [ConnectionRecord] = []
        table.endAll { records.append($0) }
        records.sort { $0.identifier < $1.identifier }
        #expect(records.map { Self.row($0, clientPort: script.clientPort) } == conversation.rows)
    }

    private static func row(_ record: ConnectionRecord, clientPort: UInt16) -> String {
        let direction = record.originator.port == clientPort ? ">" : "<"
        return ([direction] + ZeekCorpusTests.row(record).dropFirst(4)).joined(separator: " ")
    }

    static let opening = [
        Case(
            name: "a SYN again after data leaves what was delivered delivered",
            lines: [
                "0 > S 100 -", "0.1 < SA 5000 101", "0.2 > A 101 5001 len=1425", "0.3 > S 100 -", "0.4 > A 1526 5001 len=1099",
                "0.5 < A 5001 2625 len=761",
            ],
            rows: ["> S1 ShDd 4 2 2524 761 0.500000"]
        ),
        Case(
            name: "a SYN-ACK again after data leaves what was delivered delivered",
            lines: [
                "0 > S 100 -", "0.1 < SA 5000 101", "0.2 < A 5001 101 len=18", "0.3 < SA 5000 101", "0.4 > A 101 5019 len=412",
            ],
            rows: ["> S1 ShdD 2 3 412 18 0.400000"]
        ),
    ]

    static let closing = [
        Case(
            name: "headers that the capture cuts open a connection and tell nothing",
            lines: ["0 > S 100 - headless", "0.1 > A 101 5001 len=5 cut headless"],
            rows: ["> OTH  0 0 - - -"]
        ),
        Case(
            name: "… until one comes that is whole",
            lines: ["0 > S 100 - headless", "0.1 < A 5001 101", "0.2 > A 101 5001"],
            rows: ["> OTH aA 1 1 0 0 0.200000"]
        ),
        Case(
            name: "a FIN far behind the SYN counts modulo 2^32",
            lines: ["0 > S 380021688 -", "0.5 > FA 380020688 1"],
            rows: ["> SH SF 2 0 4294966295 0 0.500000"]
        ),
        Case(
            name: "a FIN far ahead of the SYN counts as sent data",
            lines: ["0 < A 1 1", "10.4 < FA 3660902394 594074496"],
            rows: ["< SH AF 2 0 3660902393 0 10.400000"]
        ),
        Case(
            name: "a RST just before another one's number is another one",
            lines: ["0 > S 100 -", "0.1 > RA 100 1", "0.2 > RA 99 1"],
            rows: ["> RSTOS0 SRR 3 0 0 0 0.200000"]
        ),
    ]

    static let timing = [
        Case(
            name: "an open port of patient sessions waits for an hour",
            serverPort: 23,
            lines: ["0 > S 100 -", "0.1 < SA 5000 101", "0.2 > A 101 5001", "3000 > A 101 5001"],
            rows: ["> S1 ShA 3 1 0 0 3000.000000"]
        ),
        Case(
            name: "traffic without an opening does not, whatever its port",
            serverPort: 23,
            lines: ["0 > A 101 5001 len=7", "301 > A 108 5001 len=7"],
            rows: ["> OTH D 1 0 - - -", "> OTH D 1 0 - - -"]
        ),
        Case(
            name: "neither does a lone SYN-ACK that turned out to be the responder's",
            serverPort: 513,
            lines: ["0 < SA 5000 101", "0.1 > A 101 5001", "301 > A 101 5001"],
            rows: ["> OTH ^hA 1 1 0 0 0.100000", "> OTH A 1 0 - - -"]
        ),
        Case(
            name: "an attempt is over after 5 s",
            lines: ["0 > S 100 -", "5.000100 < SA 5000 101"],
            rows: ["> S0 S 1 0 - - -", "< OTH H 1 0 - - -"]
        ),
        Case(
            name: "a SYN behind other traffic is no attempt",
            lines: ["0 > A 101 5001", "0.1 > S 100 -", "60.9 < A 5001 101"],
            rows: ["> S0 ASa 2 1 0 0 60.900000"]
        ),
        Case(
            name: "the second close lets a connection live 5 s from then on",
            lines: ["0 > R 101 -", "1.8 < FA 5001 101", "6.7 < A 5002 101"],
            rows: ["> RSTO Rfa 1 2 0 0 1.800000"]
        ),
        Case(
            name: "a reset after a FIN ends a connection that is idle for 5 s",
            lines: ["0 > A 101 5001", "0.1 < FA 5001 101", "61 < RA 5002 101", "83.8 < A 5001 101 len=1"],
            rows: ["> RSTRH Afr 1 2 0 0 61.000000", "< OTH D 1 0 - - -"]
        ),
        Case(
            name: "a reset behind a hole leaves the connection to its inactivity",
            lines: [
                "0 > A 101 5001 len=23", "1 < A 5001 124", "2 < FA 5001 124", "2.1 > A 2235 5002 len=322", "2.2 > RA 2557 5002",
                "19 > A 2557 5002 len=10",
            ],
            rows: ["> RSTO DafR 4 2 2456 0 19.000000"]
        ),
        Case(
            name: "a connection is looked at in the rhythm that its start began",
            lines: ["0 < A 5001 101 len=35", "0.01 > FA 144 5036", "0.3 > RA 145 5036", "5.5 < A 5036 145"],
            rows: ["< RSTRH Dfr 1 2 35 0 0.300000", "< OTH A 1 0 - - -"]
        ),
    ]
}
