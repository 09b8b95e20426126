import Foundation
import Packets
import SystemPackage
import Testing
import Time

@testable import PacketCapture

/// A folder of a test's own, removed with its end.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sonde-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// A frame as a source hands it over, kept.
struct KeptFrame: Equatable {
    var nanoseconds: Int64
    var wireLength: Int
    var linkType: LinkType
    var bytes: [UInt8]

    static func all(of path: String) throws -> [KeptFrame] {
        var file = try CaptureFile(path: path)
        var frames: [KeptFrame] = []
        try file.readFrames { header, frame in
            frames.append(
                KeptFrame(
                    nanoseconds: header.time.nanoseconds,
                    wireLength: header.wireLength,
                    linkType: header.linkType,
                    bytes: frame.indices.map { frame[$0] }
                )
            )
            return .more
        }
        return frames
    }

    var header: FrameHeader {
        FrameHeader(
            time: Timestamp(nanoseconds: nanoseconds),
            wireLength: wireLength,
            capturedLength: bytes.count,
            linkType: linkType
        )
    }
}

@Suite struct CaptureWriterTests {
    static func frame(_ number: Int, linkType: LinkType = .ethernet, count: Int = 61) -> KeptFrame {
        KeptFrame(
            nanoseconds: 1_700_000_000_000_000_000 + Int64(number) * 1_000_000_007,
            wireLength: count + number,
            linkType: linkType,
            bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 + number) }
        )
    }

    private func write(_ frames: [KeptFrame], to writer: consuming CaptureWriter, comment: String = "") throws -> Int {
        var writer = writer
        var written = 0
        for frame in frames {
            guard try writer.write(frame.header, frame.bytes.span, comment: Array(comment.utf8).span) == .more else { break }
            written += 1
        }
        try writer.finish()
        return written
    }

    @Test("What is written is read again", arguments: [CaptureFormat.pcap, .pcapng])
    func roundTrip(format: CaptureFormat) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/file"
        let frames = (0..<5000).map { Self.frame($0, count: $0 % 1500) }
        #expect(try write(frames, to: CaptureWriter(path: path, format: format), comment: "it's a comment") == 5000)
        #expect(try KeptFrame.all(of: path) == frames)
    }

    @Test func microsecondsAreCutOff() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/file"
        _ = try write([Self.frame(1)], to: CaptureWriter(path: path, format: .pcap, resolution: .microseconds))
        #expect(try KeptFrame.all(of: path).map(\.nanoseconds) == [1_700_000_001_000_000_000])
    }

    @Test("pcapng holds several link types, pcap says that it can't")
    func linkTypes() throws {
        let folder = try TemporaryFolder()
        let frames = [Self.frame(0), Self.frame(1, linkType: .raw), Self.frame(2), Self.frame(3, linkType: .raw)]
        _ = try write(frames, to: CaptureWriter(path: "\(folder.path)/ng", format: .pcapng))
        #expect(try KeptFrame.all(of: "\(folder.path)/ng") == frames)
        #expect(throws: CaptureError.mixedLinkTypes(path: "\(folder.path)/old", first: .ethernet, other: .raw)) {
            try write(frames, to: CaptureWriter(path: "\(folder.path)/old", format: .pcap))
        }
    }

    @Test("pcapng keeps times before 1970, beside others")
    func timesBeforeTheEpoch() throws {
        let folder = try TemporaryFolder()
        let frames = [-(1 << 62) + 1, -100_000_000_001, -1, 0, 1, -2, 1_700_000_000_000_000_000].map {
            KeptFrame(nanoseconds: $0, wireLength: 1, linkType: .ethernet, bytes: [1])
        }
        _ = try write(frames, to: CaptureWriter(path: "\(folder.path)/ng", format: .pcapng))
        #expect(try KeptFrame.all(of: "\(folder.path)/ng") == frames)
    }

    @Test(
        "pcap refuses a time that its 32 bits cannot hold, and keeps what came before",
        arguments: [-1, -100_000_000_001, -(1 << 62) + 1, 4_294_967_296_000_000_000] as [Int64]
    )
    func timesOutsidePcap(_ time: Int64) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/old"
        let good = [0, 4_294_967_295_999_999_999].map {
            KeptFrame(nanoseconds: $0, wireLength: 1, linkType: .ethernet, bytes: [1])
        }
        var writer = CaptureWriter(path: path, format: .pcap)
        let nothing: [UInt8] = []
        for frame in good { _ = try writer.write(frame.header, frame.bytes.span, comment: nothing.span) }
        var late = good[0]
        late.nanoseconds = time
        do {
            _ = try writer.write(late.header, late.bytes.span, comment: nothing.span)
            Issue.record("written")
        } catch {
            #expect(error == CaptureError.timeOutsidePcap(path: path, isBefore: time < 0))
        }
        try writer.finish()
        #expect(try KeptFrame.all(of: path) == good)
    }

    @Test("Comments are where Wireshark looks for them")
    func comments() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/file.pcapng"
        _ = try write([Self.frame(0), Self.frame(1)], to: CaptureWriter(path: path, format: .pcapng), comment: "open 1/3 → wants")
        let shown = try output(of: ["tshark", "-r", path, "-T", "fields", "-e", "frame.comment"])
        #expect(shown == "open 1/3 → wants\nopen 1/3 → wants\n")
    }

    @Test("A file that reaches -C is followed by another; -W makes a ring of them")
    func sizes() throws {
        let folder = try TemporaryFolder()
        // A record of 61 bytes takes 77: over 200 bytes after the header and three of them.
        let frames = (0..<10).map { Self.frame($0) }
        _ = try write(frames, to: CaptureWriter(path: "\(folder.path)/row", format: .pcap, rotation: Rotation(bytes: 200)))
        #expect(folder.names == ["row", "row1", "row2", "row3"])
        var all: [KeptFrame] = []
        for name in folder.names { all += try KeptFrame.all(of: "\(folder.path)/\(name)") }
        #expect(all == frames)

        let ring = try TemporaryFolder()
        _ = try write(frames, to: CaptureWriter(path: "\(ring.path)/ring", format: .pcap, rotation: Rotation(bytes: 200, files: 3)))
        #expect(ring.names == ["ring0", "ring1", "ring2"])
        // The fourth file took the first one's place.
        #expect(try KeptFrame.all(of: "\(ring.path)/ring0") == Array(frames[9...]))
    }

    @Test("A file that is old enough is followed by another, until -W says that it is enough")
    func times() throws {
        let folder = try TemporaryFolder()
        let frames = (0..<10).map { Self.frame($0) }
        let rotation = Rotation(seconds: 3, files: 2)
        let written = try write(frames, to: CaptureWriter(path: "\(folder.path)/at-%s", format: .pcap, rotation: rotation))
        #expect(written == 6)
        #expect(folder.names == ["at-1700000000", "at-1700000003"])
    }

    @Test("A ring of eleven sorts by name")
    func ringNames() {
        let rotation = Rotation(bytes: 1, files: 11)
        let names = [0, 9, 10, 11].map { rotation.path("x", number: $0, begun: Timestamp(nanoseconds: 0)) }
        #expect(names == ["x00", "x09", "x10", "x00"])
    }

    @Test func fullDevice() throws {
        #expect(throws: CaptureError.output(operation: "write", path: "/dev/full", .noSpace)) {
            try write([Self.frame(0)], to: CaptureWriter(path: "/dev/full", format: .pcap))
        }
    }

    @Test func noSuchFolder() throws {
        #expect(throws: CaptureError.output(operation: "open", path: "/nonexistent/file", .noSuchFileOrDirectory)) {
            try write([Self.frame(0)], to: CaptureWriter(path: "/nonexistent/file", format: .pcap))
        }
    }
}

/// What a program prints; its messages go nowhere.
func output(of arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
}
