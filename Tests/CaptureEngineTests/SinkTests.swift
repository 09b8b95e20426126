import CaptureEngine
import CaptureReports
import Console
import Foundation
import PacketCapture
import Packets
import SystemPackage
import Testing
import Time
import Tracking

/// Whatever goes wrong, both sinks are closed and nothing that was taken is lost.
@Suite struct SinkTests {
    static let capture = "\(Captures.ofRepository)/data.pcap"

    static func engine(_ output: Transcript, _ file: String?, batchSize: Int = 64) -> CaptureEngine {
        var settings = CaptureSettings(policy: .patient(hashSeed: testSeed))
        settings.batchSize = batchSize
        let sink = file.map { FrameSink(CaptureWriter(path: $0, format: .pcap)) }
        return CaptureEngine(settings, output: output, file: sink)
    }

    static let report = SegmentLines(palette: .plain, explains: false, width: nil, zone: .utc)

    static func frames(in path: String) throws -> Int {
        var file = try CaptureFile(path: path)
        var count = 0
        try file.readFrames { _, _ in
            count += 1
            return .more
        }
        return count
    }

    @Test("A reader of the text who goes away costs no frame that was taken", arguments: [1, 64])
    func goneReader(batchSize: Int) throws {
        let scratch = try Scratch()
        let output = Transcript(failingAfter: 0)
        let outcome = Self.engine(output, scratch.file("w.pcap"), batchSize: batchSize)
            .run(FileSource(paths: [Self.capture]), report: Self.report)
        #expect(outcome.failures.count == 1 && outcome.failures.first is Transcript.Gone)
        #expect(outcome.summary.frames > 0)
        #expect(try Self.frames(in: scratch.file("w.pcap")) == Int(outcome.summary.frames))
    }

    @Test("A capture file that can't be written is a failure, whether somebody reads the text or not", arguments: [0, Int.max])
    func fullDevice(writes: Int) throws {
        let output = Transcript(failingAfter: writes)
        let outcome = Self.engine(output, "/dev/full").run(FileSource(paths: [Self.capture]), report: Self.report)
        let first = try #require(outcome.failures.first as? CaptureError)
        guard case .output(_, "/dev/full", .noSpace) = first else {
            Issue.record("\(first)")
            return
        }
        #expect(outcome.failures.count == (writes == 0 ? 2 : 1))
        if writes > 0 { #expect(output.text.contains("SYN"), "what was taken is reported") }
    }

    @Test("One file that libpcap can't filter leaves the others and both sinks whole")
    func unfilterableFile() throws {
        let scratch = try Scratch()
        let header: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 147, 0, 0, 0]
        let record: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]
        let user0 = try scratch.write("user0.pcap", header + record)
        let output = Transcript()
        let outcome = Self.engine(output, scratch.file("w.pcap"))
            .run(FileSource(paths: [Self.capture, user0, Self.capture], expression: "tcp"), report: Self.report)
        if case .libpcapMissing? = outcome.failures.first as? CaptureError { return }
        guard case .cannotFilter(user0, let linkType, _)? = outcome.failures.first as? CaptureError else {
            Issue.record("\(outcome.failures)")
            return
        }
        #expect(linkType.rawValue == 147 && outcome.failures.count == 1)
        let alone = Transcript()
        let whole = Self.engine(alone, nil).run(FileSource(paths: [Self.capture], expression: "tcp"), report: Self.report)
        #expect(outcome.summary.frames == 2 * whole.summary.frames && whole.summary.frames > 0)
        #expect(output.text.hasPrefix(alone.text))
        #expect(try Self.frames(in: scratch.file("w.pcap")) == Int(outcome.summary.frames))
    }

    @Test("A wrong expression ends the capture before anything is reported")
    func wrongExpression() throws {
        let scratch = try Scratch()
        let output = Transcript()
        let report = ZeekLog(seed: testSeed, clock: { Timestamp(nanoseconds: 0) }, zone: .utc)
        let outcome = Self.engine(output, scratch.file("w.pcap"))
            .run(FileSource(paths: [Self.capture], expression: "tcp port nonsense("), report: report)
        if case .libpcapMissing? = outcome.failures.first as? CaptureError { return }
        guard case .filter? = outcome.failures.first as? CaptureError else {
            Issue.record("\(outcome.failures)")
            return
        }
        #expect(output.bytes.isEmpty && outcome.summary.frames == 0)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("w.pcap")))
    }

    @Test("A damaged file is reported after what is good in it, and the next one is read")
    func damagedFile() throws {
        let scratch = try Scratch()
        let bytes = try #require(FileManager.default.contents(atPath: Self.capture))
        let cut = try scratch.write("cut.pcap", Array(bytes.dropLast(3)))
        let whole = Self.engine(Transcript(), nil).run(FileSource(paths: [Self.capture]), report: Self.report).summary.frames
        let outcome = Self.engine(Transcript(), nil).run(FileSource(paths: [cut, Self.capture]), report: Self.report)
        #expect(outcome.summary.frames == 2 * whole - 1)
        guard case .damaged(cut, _)? = outcome.failures.first as? CaptureError, outcome.failures.count == 1 else {
            Issue.record("\(outcome.failures)")
            return
        }
    }

    @Test("Until all are closed: not one frame more is taken")
    func untilClosed() {
        let path = "\(Captures.ofRepository)/closes.pcap"
        var settings = CaptureSettings(policy: .patient(hashSeed: testSeed))
        settings.limits.untilClosed = true
        let stopped = CaptureEngine(settings, output: Transcript()).run(FileSource(paths: [path]), report: Self.report)
        settings.limits.untilClosed = false
        let whole = CaptureEngine(settings, output: Transcript()).run(FileSource(paths: [path]), report: Self.report)
        #expect(stopped.summary.frames > 0 && stopped.summary.frames <= whole.summary.frames)
        settings.limits.frames = stopped.summary.frames
        let json = Transcript()
        _ = CaptureEngine(settings, output: json).run(FileSource(paths: [path]), report: CaptureJSON(tellsSegments: false))
        #expect(!json.text.isEmpty)
    }
}
