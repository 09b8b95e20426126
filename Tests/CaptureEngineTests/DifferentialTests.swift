import CaptureEngine
import CaptureReports
import Console
import Foundation
import PacketCapture
import Testing
import Time
import Tracking

/// One thread or two, few segments in a batch or many: what comes out is the same, byte for byte.
@Suite struct DifferentialTests {
    /// How a batch gets from one half of the engine to the other.
    struct Form: CustomTestStringConvertible {
        let size: Int
        let usesThread: Bool

        var testDescription: String { "\(usesThread ? "two threads" : "one thread"), batches of \(size)" }
    }

    static let forms = [1, 64, 1024].flatMap { [Form(size: $0, usesThread: false), Form(size: $0, usesThread: true)] }

    /// A view, and how it is captured.
    struct View: CustomTestStringConvertible, Sendable {
        let name: String
        var zeek = false
        var handshakes = false
        var ignoresChecksums = false
        var mostConnections = TrackingPolicy.defaultMaximumConnections
        var frames: UInt64?
        var format: CaptureFormat?
        let run: @Sendable (CaptureEngine, FileSource) -> CaptureEngine.Outcome

        var testDescription: String { name }
    }

    static func lines(explains: Bool) -> SegmentLines {
        SegmentLines(palette: .plain, explains: explains, width: nil, zone: .utc)
    }

    static let views: [View] = [
        View(name: "segments") { $0.run($1, report: lines(explains: false)) },
        View(name: "segments, explained") { $0.run($1, report: lines(explains: true)) },
        View(name: "connections") { $0.run($1, report: ConnectionLines(palette: .plain, zone: .utc)) },
        View(name: "ladder") { $0.run($1, report: LadderView(format: .text, width: 100, zone: .utc, palette: .plain)) },
        View(name: "ladder as SVG") { $0.run($1, report: LadderView(format: .svg, width: nil, zone: .utc, palette: .plain)) },
        View(name: "JSON") { $0.run($1, report: CaptureJSON(tellsSegments: true)) },
        View(name: "JSON of connections") { $0.run($1, report: CaptureJSON(tellsSegments: false)) },
        View(name: "Zeek", zeek: true) {
            $0.run($1, report: ZeekLog(seed: testSeed, clock: { Timestamp(nanoseconds: 0) }, zone: .utc))
        },
        View(name: "checksums ignored, four connections at once", ignoresChecksums: true, mostConnections: 4) {
            $0.run($1, report: CaptureJSON(tellsSegments: true))
        },
        View(name: "five frames", frames: 5) { $0.run($1, report: lines(explains: false)) },
        View(name: "handshakes", handshakes: true) { $0.run($1, report: lines(explains: false)) },
        View(name: "handshakes, connections", handshakes: true) { $0.run($1, report: CaptureJSON(tellsSegments: false)) },
        View(name: "pcapng", format: .pcapng) { $0.run($1, report: lines(explains: false)) },
        View(name: "pcap of handshakes", handshakes: true, format: .pcap) { $0.run($1, report: SilentReport()) },
        View(name: "pcapng beside connections", format: .pcapng) {
            $0.run($1, report: ConnectionLines(palette: .plain, zone: .utc))
        },
    ]

    @Test("Every capture comes to the same", arguments: views)
    func sameResult(_ view: View) throws {
        let scratch = try Scratch()
        #expect(Captures.all.count > 20)
        for path in Captures.all {
            let expected = Self.result(view, Self.forms[0], path, scratch)
            for form in Self.forms.dropFirst() {
                var found = Self.result(view, form, path, scratch)
                // A sink that fails ends a capture with the batch; what else was in that depends on its size.
                if !found.failures.isEmpty, found.failures == expected.failures, found.file == expected.file,
                    ["mixedLinkTypes", "timeOutsidePcap"].contains(where: found.failures[0].hasPrefix)
                {
                    found = expected
                }
                #expect(found == expected, "\(path): \(form.testDescription)")
            }
        }
    }

    static func result(_ view: View, _ form: Form, _ path: String, _ scratch: Scratch) -> Result {
        var policy = view.zeek ? TrackingPolicy.zeek(hashSeed: testSeed) : .patient(hashSeed: testSeed)
        policy.ignoresChecksums = view.ignoresChecksums
        policy.maximumConnections = view.mostConnections
        policy.seesControlOnly = view.handshakes
        var settings = CaptureSettings(policy: policy)
        settings.takesHandshakesOnly = view.handshakes
        settings.limits.frames = view.frames
        settings.batchSize = form.size
        settings.usesThread = form.usesThread
        let transcript = Transcript()
        let target = scratch.file("written")
        try? FileManager.default.removeItem(atPath: target)
        let file = view.format.map { FrameSink(CaptureWriter(path: target, format: $0)) }
        let engine = CaptureEngine(settings, output: transcript, file: file)
        return Result(view.run(engine, FileSource(paths: [path])), transcript, file: file == nil ? nil : target)
    }
}
