import PacketCapture
import Testing

@testable import Sessions

/// What follows from the options of a capture.
@Suite("What a capture is asked to do")
struct CaptureOrderTests {
    @Test(
        "The folder that a sandbox must let be written: of a name made of the time, the part that does not change",
        arguments: [
            (nil, nil, nil), ("-", nil, nil), ("a.pcap", nil, "."), ("/tmp/a.pcap", nil, "/tmp"), ("/a.pcap", nil, "/"),
            ("b/%Y/a.pcap", nil, "b/%Y"), ("b/%Y/%H.pcap", 60, "b"), ("%Y/a.pcap", 60, "."), ("/%H.pcap", 60, "/"),
        ] as [(String?, Int?, String?)]
    )
    func folder(_ path: String?, _ seconds: Int?, _ expected: String?) {
        var target = CaptureOrder.Target()
        target.path = path
        target.rotation = Rotation(seconds: seconds)
        #expect(target.folder == expected)
    }

    @Test(
        "A capture ends with its last file where files have a time and a number",
        arguments: [
            (Rotation.none, false, false), (Rotation(bytes: 1), true, false), (Rotation(bytes: 1, files: 2), true, false),
            (Rotation(seconds: 1), true, false), (Rotation(seconds: 1, files: 2), true, true),
        ]
    )
    func rotation(_ rotation: Rotation, rotates: Bool, ends: Bool) {
        var target = CaptureOrder.Target()
        target.rotation = rotation
        #expect(target.rotates == rotates && target.endsCapture == ends)
    }

    @Test("The kernel filters what handshakes lack, and what was asked for besides")
    func handshakes() {
        var source = CaptureOrder.Source()
        source.filter = ["port", "80"]
        #expect(source.liveExpression == "port 80")
        source.takesHandshakesOnly = true
        #expect(source.liveExpression != "port 80" && source.liveExpression.contains("(port 80)"))
    }

    @Test(
        "The name of a file chooses its format",
        arguments: [("a.pcap", false), ("a.pcapng", true), ("a.ntar", true), ("pcapng", false), ("a.pcapng.gz", false)]
    )
    func format(_ name: String, isPcapng: Bool) { #expect((CaptureFormat(ofName: name) == .pcapng) == isPcapng) }
}
