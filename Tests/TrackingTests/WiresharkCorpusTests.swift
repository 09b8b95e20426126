import Addresses
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
        "kday4.pcap 3": mutilated,
        "kday7.pcap 3": mutilated,
        "timestamp_invalid_micro.pcap 0": impossibleTime,
        "timestamp_invalid_nano.pcap 0": impossibleTime,
    ]

    static let lostFragments = "the first fragment alone was captured: its data counts for sonde, Wireshark does not look at it"
    static let announced = "Wireshark's FTP dissector announced the connection, so that it is not new any more when its SYN comes"
    static let mutilated = "one of the two segments has a header that contradicts itself, which sonde drops"
    static let impossibleTime = "the file's times have fractions of more than a second, which the two add up differently"

    @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.skipped)))
    func agreesWithTshark() throws {
        let rows = try Corpus.rows("tshark-expected.tsv")
        #expect(rows.count == 189)
        var compared = 0
        var differing: Set<String> = []
        for (file, streams) in Dictionary(grouping: rows, by: { $0["file"] ?? "" }).sorted(by: { $0.key < $1.key }) {
            var policy = TrackingPolicy.patient(hashSeed: testSeed)
            policy.ignoresChecksums = true
            let records = try Corpus.connections(in: Corpus.path(of: file), policy: policy)
            for stream in streams {
                let name = "\(file) \(stream["stream"] ?? "")"
                // One connection in both: the only one between these ends, with as many segments.
                let streamsHere = streams.filter { Self.ends($0) == Self.ends(stream) }
                let ours = records.filter { Self.ends($0) == Self.ends(stream) }
                guard streamsHere.count == 1, ours.count == 1, let record = ours.first else {
                    continue
                }
                compared += 1
                let expected = [stream["completeness"] ?? "", Self.microseconds(stream["initial_rtt"] ?? "")]
                let found = [String(record.completeness.rawValue), record.initialRoundTrip.map { String($0 / 1000) } ?? "-"]
                guard expected != found else { continue }
                differing.insert(name)
                if Self.known[name] == nil { Issue.record("\(name): tshark \(expected), sonde \(found)") }
            }
        }
        #expect(differing == Set(Self.known.keys))
        #expect(compared >= 178)
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
