import Addresses
import Mutations
import Testing
import Tracking

/// What tshark says of every TCP stream of the corpus that is one connection for sonde too: completeness and initial round trip.
@Suite struct WiresharkCorpusTests {
    /// Streams that differ, by file and stream, with the reason. One that agrees again must go from here.
    static let known: [String: String] = [
        "bgp-bgp_capabilities_print-oobr-1.pcap 0": lostFragments,
        "bgp-bgp_capabilities_print-oobr-2.pcap 0": lostFragments,
        "ftp_ipv4.pcap 1": announced,
        "ftp_ipv4.pcap 2": announced,
        "ftp_ipv6.pcap 1": announced,
        "ftp_ipv6.pcap 2": announced,
        "ftp_ipv6.pcap 3": announced,
        "timestamp_invalid_micro.pcap 0": impossibleTime,
        "timestamp_invalid_nano.pcap 0": impossibleTime,
    ]

    /// The same for Tests/Corpus.
    static let knownHere: [String: String] = [:]

    static let lostFragments = "the first fragment alone was captured: its data counts for sonde, Wireshark does not look at it"
    static let announced = "Wireshark's FTP dissector announced the connection, so that it is not new any more when its SYN comes"
    static let impossibleTime = "the file's times have fractions of more than a second, which the two add up differently"

    @Test(arguments: Corpus.all)
    func agreesWithTshark(_ corpus: Corpus) throws {
        let rows = try corpus.rows("tshark-expected.tsv")
        #expect(rows.count == (corpus.isOwn ? 94 : 189))
        let comparison = try Self.compare(corpus, rows)
        let known = corpus.isOwn ? Self.knownHere : Self.known
        for (name, difference) in comparison.differing where known[name] == nil { Issue.record("\(name): \(difference)") }
        #expect(Set(comparison.differing.keys) == Set(known.keys))
        #expect(comparison.compared >= (corpus.isOwn ? 80 : 178))
    }

    /// Passes without a word where `SONDE_WILD` names no folder: Tests/Corpus has been compared above.
    @Test func agreesInTheWild() throws {
        guard let corpus = Corpus.wild else { return }
        let comparison = try Self.compare(corpus, try corpus.rows("tshark-expected.tsv"))
        // In the others a round trip of zero counts as unset in tshark, or the capture is out of time order.
        #expect(comparison.compared - comparison.differing.count >= 1500, "\(comparison.differing.sorted { $0.key < $1.key })")
    }

    struct Comparison {
        var compared = 0
        /// By file and stream, what the two say.
        var differing: [String: String] = [:]
    }

    private static func compare(_ corpus: Corpus, _ rows: [[String: String]]) throws -> Comparison {
        var comparison = Comparison()
        for (file, streams) in Dictionary(grouping: rows, by: { $0["file"] ?? "" }).sorted(by: { $0.key < $1.key }) {
            var policy = TrackingPolicy.patient(hashSeed: testSeed)
            policy.ignoresChecksums = true
            let records = try Corpus.connections(in: corpus.path(of: file), policy: policy)
            for stream in streams {
                // One connection in both: the only one between these ends, with as many segments.
                let streamsHere = streams.filter { ends($0) == ends(stream) }
                let ours = records.filter { ends($0) == ends(stream) }
                guard streamsHere.count == 1, ours.count == 1, let record = ours.first else { continue }
                comparison.compared += 1
                let expected = [stream["completeness"] ?? "", microseconds(stream["initial_rtt"] ?? "")]
                let found = [String(record.completeness.rawValue), record.initialRoundTrip.map { String($0 / 1000) } ?? "-"]
                guard expected != found else { continue }
                comparison.differing["\(file) \(stream["stream"] ?? "")"] = "tshark \(expected), sonde \(found)"
            }
        }
        return comparison
    }

    /// Both ends, whichever came first.
    static func ends(_ row: [String: String]) -> Set<String> {
        ["\(row["src"] ?? "") \(row["srcport"] ?? "")", "\(row["dst"] ?? "") \(row["dstport"] ?? "")"]
    }

    static func ends(_ record: ConnectionRecord) -> Set<String> {
        [
            "\(record.originator.address) \(record.originator.port)", "\(record.responder.address) \(record.responder.port)",
        ]
    }

    /// Seconds with nine decimals as whole microseconds; a hyphen stays one.
    static func microseconds(_ seconds: String) -> String {
        let parts = seconds.split(separator: ".")
        guard parts.count == 2, let whole = Int(parts[0]), let fraction = Int(parts[1].prefix(6)) else { return seconds }
        return String(whole * 1_000_000 + fraction)
    }
}
