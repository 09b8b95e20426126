import Addresses
import Console
import Packets
import SegmentScripts
import Testing
import Time

@testable import CaptureReports

/// What each view prints of one short conversation.
@Suite("Views of a capture")
struct ViewTests {
    static let conversation = [
        "0.25 > S 100 - mss=1460", "0.26 < SA 5000 101", "0.27 > A 101 5001", "0.5 > PA 101 5001 len=1500", "0.6 < A 5001 1601",
        "1 > FA 1601 5001", "1.1 < FA 5001 1602", "1.2 > A 1602 5002",
    ]
    static let refused = ["0 > S 100 -", "1 > S 100 -", "1.5 < RA 0 101"]

    @Test("Segments: columns grow to the widest endpoints and hold a step and a note")
    func segments() throws {
        let report = SegmentLines(palette: .plain, explains: false, width: nil, zone: .utc)
        #expect(
            try rendered(Self.conversation, as: report) == """
                12:26:40.250000  10.0.0.1:40000 → 10.0.0.2:50000  SYN      open 1/3   wants to connect (mss 1460)
                12:26:40.260000  10.0.0.2:50000 → 10.0.0.1:40000  SYN ACK  open 2/3   accepts, +10.000 ms
                12:26:40.270000  10.0.0.1:40000 → 10.0.0.2:50000  ACK      open 3/3   established, handshake 20.000 ms
                12:26:40.500000  10.0.0.1:40000 → 10.0.0.2:50000  PSH ACK             1500 bytes
                12:26:40.600000  10.0.0.2:50000 → 10.0.0.1:40000  ACK                 acknowledges
                12:26:41.000000  10.0.0.1:40000 → 10.0.0.2:50000  FIN ACK  close 1/4  closes its direction
                12:26:41.100000  10.0.0.2:50000 → 10.0.0.1:40000  FIN ACK  close 2+3/4  acknowledges the FIN and closes too
                12:26:41.200000  10.0.0.1:40000 → 10.0.0.2:50000  ACK      close 4/4  closed in order

                """
        )
    }

    @Test("Times before 1970 pass forward, through midnight of its first day too")
    func timesBeforeTheEpoch() throws {
        let times: [Int64] = [-90_000_000_000_000, -250_000_000, 0, 250_000_000]
        let segments = try zip(SegmentScript(lines: Self.conversation).segments(), times).map { segment, time in
            var segment = segment
            segment.time = Timestamp(nanoseconds: time)
            return segment
        }
        let lines = try rendered(segments, as: SegmentLines(palette: .plain, explains: false, width: nil, zone: .utc))
        let shown = lines.split(separator: "\n").map { $0.prefix(15) }
        #expect(shown == ["23:00:00.000000", "23:59:59.750000", "00:00:00.000000", "00:00:00.250000"])
        // A connection in between, since nobody waits a day for the third step.
        let connections = try rendered(Array(segments[1...]), as: CaptureJSON(tellsSegments: false))
        #expect(connections.contains(#""ts":-0.250000,"duration":0.500000,"#))
    }

    @Test("Segments in colour: refusals, repetitions and steps look different, and columns stay aligned")
    func colours() throws {
        let report = SegmentLines(palette: Palette(isColored: true), explains: false, width: nil, zone: .utc)
        let lines = try rendered(Self.refused + ["2 > . 5 -"], as: report).split(separator: "\n").map { $0.dropFirst(50) }
        #expect(
            lines == [
                "\u{1B}[32mSYN\u{1B}[0m      open 1/3   wants to connect",
                "\u{1B}[33mSYN\u{1B}[0m                 SYN retransmission 1 after 1.00 s",
                "\u{1B}[31mRST ACK\u{1B}[0m             refuses, +500.000 ms",
                "-                   neither ACK nor data",
            ]
        )
    }

    @Test("Segments with the reason: each once, wrapped to the terminal")
    func explained() throws {
        let report = SegmentLines(palette: .plain, explains: true, width: 60, zone: .utc)
        let text = try rendered(["0 > S 1 -", "0.1 < RA 0 2", "1 > S 900 -", "1.1 < RA 0 901"], as: report)
        #expect(text.split(separator: "\n").allSatisfy { $0.contains("→") || $0.count <= 60 && $0.hasPrefix("                 ") })
        #expect(text.matches(of: #/initial sequence number/#).count == 1)
        #expect(text.matches(of: #/ECONNREFUSED/#).count == 1)
    }

    @Test("Times of day are those of the zone")
    func zone() throws {
        let zone = TimeZone { _ in 2 * 3600 }
        let report = SegmentLines(palette: .plain, explains: false, width: nil, zone: zone)
        #expect(try rendered(["0 > S 1 -"], as: report).hasPrefix("14:26:40.000000 "))
    }

    @Test("Connections")
    func connections() throws {
        let report = ConnectionLines(palette: .plain, zone: .utc)
        #expect(
            try rendered(Self.conversation + ["1.3 < FA 5001 1602"], as: report) == """
                12:26:40.250000  10.0.0.1:40000 → 10.0.0.2:50000  SF      ShADaFf     1.46 KiB / 0 B in 850 ms, rtt 20.000 ms, 1 retransmitted  \
                opened and closed in order, originator first

                """
        )
        #expect(
            try rendered(Self.refused, as: ConnectionLines(palette: Palette(isColored: true), zone: .utc)) == """
                12:26:40.000000  10.0.0.1:40000 → 10.0.0.2:50000  \u{1B}[31mREJ\u{1B}[0m     Sr          0 B / 0 B in 1.50 s, rtt 500.000 ms  \
                refused

                """
        )
    }

    @Test("IPv6 endpoints are in brackets, and the column is as wide as the arrow needs")
    func ipv6() throws {
        var segments = try SegmentScript(lines: ["0 > S 1 -"]).segments()
        segments[0].source = IPAddress(v6High: 0x2001_0DB8 << 32, low: 1)
        segments[0].destination = IPAddress(v6High: 0x2001_0DB8 << 32, low: 2)
        let report = SegmentLines(palette: .plain, explains: false, width: nil, zone: .utc)
        #expect(
            try rendered(segments, as: report)
                == "12:26:40.000000  [2001:db8::1]:40000 → [2001:db8::2]:50000  SYN      open 1/3   wants to connect\n"
        )
    }

    @Test("Zeek's conn.log")
    func zeek() throws {
        let clock = Timestamp(nanoseconds: 1_600_000_000_000_000_000)
        let report = ZeekLog(seed: (1, 2), clock: { clock }, zone: .utc)
        let text = try rendered(Self.conversation, as: report)
        let uid = try #require(text.firstMatch(of: #/C[0-9A-Za-z]{18}/#)).output
        #expect(
            text.replacing(uid, with: "UID") == """
                #separator \\x09
                #set_separator\t,
                #empty_field\t(empty)
                #unset_field\t-
                #path\tconn
                #open\t2020-09-13-12-26-40
                #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\t\
                local_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents
                #types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\t\
                count\tcount\tcount\tset[string]
                1600000000.250000\tUID\t10.0.0.1\t40000\t10.0.0.2\t50000\ttcp\t-\t0.850000\t1500\t0\tSF\t-\t-\t0\tShADaFf\t5\t-\t3\t-\t-
                #close\t2020-09-13-12-26-40

                """
        )
        #expect(try rendered(["0 > S 1 -"], as: report).contains("\ttcp\t-\t-\t-\t-\tS0\t-\t-\t0\tS\t1\t-\t0\t-\t-\n"))
    }

    @Test("JSON of segments and connections")
    func json() throws {
        let report = CaptureJSON(tellsSegments: true)
        #expect(
            try rendered(Self.refused, as: report) == """
                {"type":"packet","number":1,"time":1600000000.000000,"connection":1,"src":"10.0.0.1","sport":40000,"dst":"10.0.0.2",\
                "dport":50000,"flags":["SYN"],"seq":100,"ack":null,"window":65535,"length":0,"step":"open 1/3","note":"wants to connect",\
                "relative_seq":0,"relative_ack":null,"ttl":0,"options":{},"vlan":null,"interface":null}
                {"type":"packet","number":2,"time":1600000001.000000,"connection":1,"src":"10.0.0.1","sport":40000,"dst":"10.0.0.2",\
                "dport":50000,"flags":["SYN"],"seq":100,"ack":null,"window":65535,"length":0,"step":null,\
                "note":"SYN retransmission 1 after 1.00 s","relative_seq":0,"relative_ack":null,"ttl":0,"options":{},"vlan":null,"interface":null}
                {"type":"packet","number":3,"time":1600000001.500000,"connection":1,"src":"10.0.0.2","sport":50000,"dst":"10.0.0.1",\
                "dport":40000,"flags":["RST","ACK"],"seq":0,"ack":101,"window":65535,"length":0,"step":null,"note":"refuses, +500.000 ms",\
                "relative_seq":1,"relative_ack":1,"ttl":0,"options":{},"vlan":null,"interface":null}
                {"type":"connection","id":1,"ts":1600000000.000000,"duration":1.500000,"orig_h":"10.0.0.1","orig_p":40000,\
                "resp_h":"10.0.0.2","resp_p":50000,"conn_state":"REJ","history":"Sr","orig_pkts":2,"resp_pkts":1,"orig_bytes":0,\
                "resp_bytes":0,"completeness":37,"initial_rtt_ms":500.000,"syn_retransmits":1,"retransmits":0,"opened_by":"orig",\
                "closed_by":"resp","verdict":"refused","community_id":"1:nrqNwgAk7x9zpRVXECRIcA6z3YE=","server_name":null}

                """
        )
        #expect(CaptureJSON(tellsSegments: false).tellsSegments == false)
    }

    @Test("JSON: what does not apply is null, and a RST's reason is escaped")
    func jsonBorders() throws {
        let report = CaptureJSON(tellsSegments: true)
        let lines = try rendered(["0 > R 100 -"], as: report, payload: Array("a\"b".utf8)).split(separator: "\n")
        #expect(lines.first?.contains("\"note\":\"resets a connection whose start was not captured: \\\"a\\\"b\\\"\",") == true)
        let last = try #require(lines.last)
        #expect(last.contains("\"duration\":null,") && last.contains("\"orig_bytes\":0,\"resp_bytes\":0,"))
        #expect(last.contains("\"initial_rtt_ms\":null,") && last.contains("\"opened_by\":null,\"closed_by\":\"orig\","))
    }
}
