import Console
import Packets
import SegmentScripts
import Testing
import Time

@testable import CaptureReports

/// What -v and --json tell of a segment's headers.
@Suite("Details of segments")
struct SegmentDetailTests {
    static func conversation() throws -> [Segment] {
        var segments = try SegmentScript(lines: [
            "0 > S 100 - mss=1460 wscale=7", "0.1 < SA 5000 101 win=1000", "0.2 > PA 101 5001 len=3",
            "0.3 > A 104 5001 md5 ao uto=32769 kind=77 kind=76 headless",
        ])
        .segments()
        for index in segments.indices { segments[index].hopLimit = 64 }
        segments[0].options.present.formUnion([.sackPermitted, .timestamps])
        (segments[0].options.timestampValue, segments[0].options.timestampEcho) = (77, 0)
        segments[2].vlan = 4094
        segments[2].interface = 7
        segments[2].options.present = .sack
        segments[2].options.sackBlockCount = 1
        segments[2].options.sackBlocks[0] = TCPOptions.SACKBlock(left: 5100, right: 5200)
        return segments
    }

    @Test("-v: relative numbers, window, TTL and every option")
    func lines() throws {
        let report = SegmentLines(palette: .plain, explains: false, isVerbose: true, width: nil, zone: .utc)
        let lines = try rendered(Self.conversation(), as: report).split(separator: "\n")
        #expect(lines[0].hasSuffix("  seq 0 win 65535 ttl 64 <mss 1460, sack permitted, timestamp 77 echo 0, wscale 7>"))
        #expect(lines[1].hasSuffix("  seq 0 ack 1 win 1000 ttl 64"))
        #expect(lines[2].hasSuffix("  seq 1 ack 1 win 65535 ttl 64 <sack 5100-5200>"))
        #expect(
            lines[3].hasSuffix("<md5 signature, authentication, user timeout 60 s, kind 77, kind 76, truncated by the capture>")
        )
    }

    @Test("JSON: the same")
    func json() throws {
        let report = CaptureJSON(tellsSegments: true) { $0 == 7 ? "eth\"7" : nil }
        let lines = try rendered(Self.conversation(), as: report).split(separator: "\n")
        #expect(
            lines[0].hasSuffix(
                #""relative_seq":0,"relative_ack":null,"ttl":64,"options":{"mss":1460,"sack_permitted":true,"timestamp":77,"echo":0,"wscale":7},"vlan":null,"interface":null}"#
            )
        )
        #expect(lines[1].hasSuffix(#""relative_seq":0,"relative_ack":1,"ttl":64,"options":{},"vlan":null,"interface":null}"#))
        #expect(
            lines[2].hasSuffix(
                #""relative_seq":1,"relative_ack":1,"ttl":64,"options":{"sack":[[5100,5200]]},"vlan":4094,"interface":"eth\"7"}"#
            )
        )
    }
}
