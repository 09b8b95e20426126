import Addresses
import Handshakes
import Testing

/// Every TCP row of Zeek's own conn.log for its own traces, against ours.
@Suite struct ZeekCorpusTests {
    /// Rows that differ, by trace and originator port, with the reason. A row that agrees again must go from here.
    static let known: [String: String] = [:]

    static let columns = [
        "orig_h", "orig_p", "resp_h", "resp_p", "conn_state", "history", "orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes",
        "duration",
    ]

    @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.skipped)))
    func agreesWithConnLog() throws {
        let rows = try Corpus.rows("zeek-expected.tsv")
        #expect(rows.count == 100)
        var ours: [String: [[String]]] = [:]
        var differences: [String: String] = [:]
        var agreed = 0
        for row in rows {
            let trace = row["trace"] ?? ""
            let flags = row["flags"] ?? ""
            let run = "\(trace) \(flags)"
            if ours[run] == nil { ours[run] = try connections(trace, flags: flags) }
            let expected = Self.columns.map { row[$0] ?? "" }
            if let match = ours[run]?.firstIndex(where: { Self.agree($0, expected) }) {
                ours[run]?.remove(at: match)
                agreed += 1
            } else {
                differences["\(run) \(expected[1])"] = expected.joined(separator: " ")
            }
        }
        for (row, expected) in differences.sorted(by: { $0.key < $1.key }) where Self.known[row] == nil {
            let candidates = ours.first { row.hasPrefix($0.key) }?.value.map { $0.joined(separator: " ") } ?? []
            Issue.record("\(row)\n  zeek  \(expected)\n  sonde \(candidates.joined(separator: "\n        "))")
        }
        for row in Self.known.keys where differences[row] == nil {
            Issue.record("\(row) agrees now: take it from the list")
        }
        #expect(agreed + Self.known.count == rows.count)
    }

    /// A question mark stands for an endpoint that the table does not tell.
    static func agree(_ ours: [String], _ expected: [String]) -> Bool {
        zip(ours, expected).allSatisfy { $1 == "?" || $0 == $1 }
    }

    private func connections(_ trace: String, flags: String) throws -> [[String]] {
        var policy = TrackingPolicy.zeek(hashSeed: testSeed)
        policy.ignoresChecksums = flags.contains("-C")
        if flags.contains("-b") { policy.serverPorts = [] }
        return try Corpus.connections(in: Corpus.path(of: trace), policy: policy).map(Self.row)
    }

    static func row(_ record: ConnectionRecord) -> [String] {
        let hasDuration = record.duration > 0
        let microseconds = record.duration / 1000
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return [
            record.originator.address.description, String(record.originator.port),
            record.responder.address.description, String(record.responder.port),
            record.state.rawValue, record.historyText,
            String(record.originatorPackets), String(record.responderPackets),
            hasDuration ? String(record.originatorBytes) : "-", hasDuration ? String(record.responderBytes) : "-",
            hasDuration ? "\(microseconds / 1_000_000).\(fraction)" : "-",
        ]
    }
}
