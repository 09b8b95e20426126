import Addresses
import Mutations
import Testing
import Tracking

/// Every TCP row of a conn.log against ours: Zeek's own for its own traces. The rows for Tests/Corpus were recorded from sonde, not from
/// Zeek: they guard against regressions only.
@Suite struct ZeekCorpusTests {
    /// Rows that differ with the flags of their run, as run and originator's port with how many there are, and why. With the
    /// server ports given instead they agree, which is checked too.
    static let known: [String: Difference] = [
        "tunnels_Teredo.pcap -b 1576": Difference(rows: 2, agreeingServerPorts: [80], reason: httpIsLoaded),
        "tunnels_Teredo.pcap -b 1577": Difference(rows: 2, agreeingServerPorts: [80], reason: httpIsLoaded),
        "tunnels_Teredo.pcap -b 1578": Difference(rows: 1, agreeingServerPorts: [80], reason: httpIsLoaded),
    ]

    static let httpIsLoaded = "this run loads Zeek's HTTP scripts, which mark port 80 as a server's, -b or not"

    struct Difference {
        let rows: Int
        let agreeingServerPorts: PortSet
        let reason: String
    }

    static let columns = [
        "orig_h", "orig_p", "resp_h", "resp_p", "conn_state", "history", "orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes",
        "duration",
    ]

    @Test(arguments: Corpus.all)
    func agreesWithConnLog(_ corpus: Corpus) throws {
        let rows = try corpus.rows("zeek-expected.tsv")
        #expect(rows.count == (corpus.isOwn ? 104 : 100))
        let differing = try differences(corpus, rows) { _ in nil }
        if corpus.isOwn {
            #expect(
                differing.map { "\($0.name)\n  zeek  \($0.expected)\n  sonde \($0.ours.joined(separator: "\n        "))" } == []
            )
            return
        }
        let counts = Dictionary(grouping: differing, by: \.name).mapValues(\.count)
        for difference in differing where Self.known[difference.name] == nil {
            Issue.record(
                "\(difference.name)\n  zeek  \(difference.expected)\n  sonde \(difference.ours.joined(separator: "\n        "))"
            )
        }
        for (name, known) in Self.known {
            #expect(counts[name] == known.rows, "\(name): other rows than these differ, or fewer")
        }
        let left = try differences(corpus, rows) { name in Self.known.first { $0.key.hasPrefix(name) }?.value.agreeingServerPorts }
        #expect(left.map(\.name) == [])
    }

    struct Differing {
        let name: String
        let expected: String
        let ours: [String]
    }

    /// The rows that no connection of ours matches; `serverPorts` may give a run ports of its own.
    private func differences(
        _ corpus: Corpus,
        _ rows: [[String: String]],
        serverPorts: (String) -> PortSet?
    ) throws -> [Differing] {
        var unmatched: [String: [[String]]] = [:]
        var differing: [Differing] = []
        for row in rows {
            let trace = row["trace"] ?? ""
            let flags = row["flags"] ?? ""
            let run = "\(trace) \(flags)"
            if unmatched[run] == nil {
                unmatched[run] = try connections(corpus, trace, flags: flags, serverPorts: serverPorts(run))
            }
            let expected = Self.columns.map { row[$0] ?? "" }
            if let match = unmatched[run]?.firstIndex(where: { Self.agree($0, expected) }) {
                unmatched[run]?.remove(at: match)
            } else {
                let ours = unmatched[run]?.map { $0.joined(separator: " ") } ?? []
                differing.append(Differing(name: "\(run) \(expected[1])", expected: expected.joined(separator: " "), ours: ours))
            }
        }
        return differing
    }

    /// A question mark stands for an endpoint that the table does not tell.
    static func agree(_ ours: [String], _ expected: [String]) -> Bool {
        zip(ours, expected).allSatisfy { $1 == "?" || $0 == $1 }
    }

    private func connections(_ corpus: Corpus, _ trace: String, flags: String, serverPorts: PortSet?) throws -> [[String]] {
        var policy = TrackingPolicy.zeek(hashSeed: testSeed)
        policy.ignoresChecksums = flags.contains("-C")
        if flags.contains("-b") { policy.serverPorts = [] }
        if let serverPorts { policy.serverPorts = serverPorts }
        return try Corpus.connections(in: corpus.path(of: trace), policy: policy).map(Self.row)
    }

    static func row(_ record: ConnectionRecord) -> [String] {
        let hasDuration = record.duration > 0
        let microseconds = record.duration / 1000
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return [
            record.originator.address.description, String(record.originator.port),
            record.responder.address.description, String(record.responder.port),
            record.state.name.description, record.historyText,
            String(record.originatorPackets), String(record.responderPackets),
            hasDuration ? String(record.originatorBytes) : "-", hasDuration ? String(record.responderBytes) : "-",
            hasDuration ? "\(microseconds / 1_000_000).\(fraction)" : "-",
        ]
    }
}
