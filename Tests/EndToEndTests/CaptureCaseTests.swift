import Foundation
import Testing

private let caseFolder = ProcessInfo.processInfo.environment["SONDE_CASES"].map { "\($0)/capture" }

/// Small captures of what is often told wrongly, where `SONDE_CASES` names their folder: what `--json` says of each.
///
/// The tests of the modules have the kinds, without that folder.
@Suite(
    "Captures that are often told wrongly",
    .sideBySide,
    .enabled(if: caseFolder != nil, "SONDE_CASES names no folder")
)
struct CaptureCaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        var connections = 1
        /// The verdict of the first connection, and members of its object.
        var verdict: String?
        var members: [String: Double] = [:]
        var texts: [String: String] = [:]
        /// Steps and notes by the number of the frame.
        var steps: [Int: String] = [:]
        var notes: [Int: String] = [:]
        var testDescription: String { file }
    }

    private static let inOrder = "opened and closed in order, responder first"

    static let cases: [Case] =
        [
            Case(file: "verdict-halfopen-1.pcap", verdict: "accepted, handshake not completed", texts: ["conn_state": "S1"]),
            Case(file: "verdict-halfopen-2.pcap", verdict: "accepted, handshake not completed", texts: ["conn_state": "S1"]),
            Case(
                file: "verdict-halfopen-4.pcap",
                verdict: "accepted, handshake not completed",
                members: ["resp_bytes": 0],
                texts: ["conn_state": "S1", "history": "ShAg"]
            ),
            Case(file: "verdict-oneway-1.pcap", verdict: "still open; responder not captured"),
            Case(file: "verdict-oneway-2.pcap", verdict: "still open; responder not captured", members: ["orig_pkts": 32]),
            Case(file: "verdict-oneway-5.pcap", verdict: "still open; responder not captured"),
            Case(
                file: "verdict-finrst-1.pcap",
                verdict: "closed by both, then reset by the originator before every FIN was acknowledged"
            ),
            Case(
                file: "verdict-finrst-2.pcap",
                verdict: "closed by both, then reset by the responder before every FIN was acknowledged"
            ),
            Case(file: "verdict-finunacked-1.pcap", verdict: "closed by both, responder first; a FIN was not acknowledged"),
            Case(file: "verdict-finunacked-2.pcap", verdict: "closed by both, responder first; a FIN was not acknowledged"),
            Case(file: "verdict-midstream-1.pcap", verdict: "start not captured; reset by the originator"),
            Case(file: "verdict-midstream-2.pcap", verdict: "start not captured; reset by the responder"),
            Case(file: "verdict-midstream-3.pcap", verdict: "start not captured; closed by the originator only"),
            Case(file: "verdict-midstream-6.pcap", verdict: "SYN not captured; still open"),
            Case(file: "rst-ignored-1.pcap", verdict: "opened and closed in order, originator first", steps: [12: "close 4/4"]),
            Case(
                file: "rst-ignored-2.pcap",
                verdict: "opened and closed in order, originator first",
                members: ["retransmits": 0],
                steps: [9: "close 2+3/4", 10: "close 4/4"]
            ),
            Case(file: "after-rst-1.pcap", notes: [6: "acknowledges", 9: "closes too: simultaneous close"]),
            Case(file: "close-finack-1.pcap", steps: [7: "close 4/4"]),
            Case(file: "close-finack-2.pcap", steps: [7: "close 4/4"]),
            Case(file: "open3-on-fin-1.pcap", steps: [6: "close 4/4"]),
            Case(file: "open3-on-fin-2.pcap", steps: [5: "close 4/4"]),
            Case(file: "fin-overtakes-1.pcap", steps: [10: "close 4/4"]),
            Case(file: "fin-behind-hole-1.pcap", steps: [8: "close 4/4"]),
            Case(file: "keepalive-halfclosed-1.pcap", notes: [8: "keep-alive"]),
            Case(
                file: "late-is-retransmission-1.pcap",
                members: ["retransmits": 2],
                notes: [
                    6: "out of order, 1392 bytes", 7: "out of order, 1392 bytes", 8: "retransmission after 4.30 ms, 1392 bytes",
                    9: "retransmission after 7.70 ms, 1392 bytes",
                ]
            ),
            Case(file: "synack-count-1.pcap", members: ["retransmits": 2]),
            Case(file: "dupack-synack-1.pcap", notes: [5: "duplicate ACK"]),
            Case(
                file: "zerowindow-probe-1.pcap",
                notes: [
                    6: "zero-window probe", 7: "zero window, zero-window probe ACK", 8: "zero-window probe",
                    9: "zero window, zero-window probe ACK", 10: "zero-window probe", 11: "zero window, zero-window probe ACK",
                ]
            ),
            Case(
                file: "tso-length0-1.pcap",
                members: ["completeness": 31, "orig_bytes": 20_000],
                texts: ["history": "ShADaFf"],
                notes: [4: "20000 bytes"]
            ),
            Case(
                file: "tso-length0-2.pcap",
                members: ["completeness": 31, "orig_bytes": 20_000],
                texts: ["history": "ShADaFf"],
                notes: [4: "20000 bytes"]
            ),
            Case(
                file: "ipchecksum0-1.pcap",
                members: ["orig_pkts": 6, "resp_pkts": 5, "completeness": 31],
                texts: ["conn_state": "SF", "history": "ShADadfF"]
            ),
            Case(file: "ipchecksum0-2.pcap", members: ["orig_pkts": 6, "resp_pkts": 5], texts: ["history": "ShADadfF"]),
            Case(file: "late-syn-1.pcap", verdict: inOrder),
            Case(file: "late-syn-3.pcap", members: ["syn_retransmits": 0]),
            Case(
                file: "synack-other-isn-1.pcap",
                members: ["resp_bytes": 1000],
                notes: [9: "SYN-ACK with another sequence number than the one before it", 10: "duplicate ACK", 11: "500 bytes"]
            ),
            Case(file: "keepalive-midstream-1.pcap", notes: [4: "keep-alive ACK"]),
            Case(file: "mptcp-dupack-1.pcap", notes: [4: "acknowledges"]),
            Case(
                file: "syn-again-after-rst-1.pcap",
                verdict: "refused",
                members: ["syn_retransmits": 2],
                texts: ["conn_state": "REJ"]
            ),
            Case(
                file: "two-interfaces-1.pcap",
                verdict: inOrder,
                members: ["orig_pkts": 6, "resp_pkts": 5, "retransmits": 0, "syn_retransmits": 0],
                notes: [
                    2: "captured twice: one frame seen at two points",
                    22: "captured twice: one frame seen at two points",
                ]
            ),
            Case(
                file: "same-ends-two-vlans-1.pcap",
                connections: 2,
                verdict: inOrder,
                members: ["orig_pkts": 6, "resp_pkts": 5],
                texts: ["conn_state": "SF", "history": "ShADadfF"]
            ),
            Case(file: "before-1970-1.pcapng", verdict: inOrder, members: ["ts": -100, "duration": 0.042]),
            Case(file: "same-time-bytes-1.pcapng", members: ["orig_bytes": 18, "resp_bytes": 100]),
        ] + decoded

    /// One whole connection in each.
    static let decoded = [
        "tunnel-udpchecksum-1.pcap", "tunnel-l2tp-1.pcap", "tunnel-vxlan8472-1.pcap", "tunnel-etag-1.pcap", "tunnel-eoip-1.pcap",
        "nflog-bridge-1.pcap", "linktype-192-1.pcap", "linktype-197-1.pcap", "linktype-107-1.pcap", "linktype-109-1.pcap",
    ].map { Case(file: $0, verdict: inOrder, texts: ["conn_state": "SF", "history": "ShADadfF"]) }

    @Test("are told as they are", arguments: cases)
    func tells(_ example: Case) async throws {
        let path = try "\(#require(caseFolder))/\(example.file)"
        let outcome = try await Command.sonde("capture", "-r", path, "--json").run()
        #expect(outcome.code == 0)
        let lines = try JSONValue.lines(of: outcome.outputBytes)
        let connections = lines.filter { $0["type"]?.string == "connection" }
        #expect(connections.count == example.connections)
        let connection = try #require(connections.first)
        if let verdict = example.verdict { #expect(connection["verdict"]?.string == verdict) }
        for (name, value) in example.members { #expect(connection[name]?.double == value, "\(name)") }
        for (name, value) in example.texts { #expect(connection[name]?.string == value, "\(name)") }
        let packets = lines.filter { $0["type"]?.string == "packet" }
        for (number, step) in example.steps { #expect(packets[number - 1]["step"]?.string == step, "\(number)") }
        for (number, note) in example.notes { #expect(packets[number - 1]["note"]?.string == note, "\(number)") }
    }

    @Test("every file of the table of expected answers has its case here")
    func tableIsCovered() throws {
        let table = try String(contentsOfFile: "\(#require(caseFolder))/expected.tsv", encoding: .utf8)
        let files = Set(table.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").first.map(String.init) })
        let captures = files.filter { !$0.hasPrefix("(") }
        #expect(captures.count > 40)
        #expect(captures.subtracting(Self.cases.map(\.file)) == [])
    }

    @Test("with --connections, a capture file does not bring the segments back")
    func connectionsAlone() async throws {
        let path = try "\(#require(caseFolder))/verdict-finrst-1.pcap"
        for name in ["x.pcap", "x.pcapng"] {
            let copy = "/tmp/sonde-case-\(UUID().uuidString)-\(name)"
            defer { try? FileManager.default.removeItem(atPath: copy) }
            let outcome = try await Command.sonde("capture", "-r", path, "--connections", "--json", "-w", copy).run()
            let types = try JSONValue.lines(of: outcome.outputBytes).map { $0["type"]?.string }
            #expect(types == ["connection"])
        }
    }
}
