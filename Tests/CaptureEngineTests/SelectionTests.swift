import CaptureEngine
import CaptureReports
import Foundation
import PacketCapture
import Packets
import Testing
import Time
import Tracking

/// `--handshakes`: a predicate on what a frame holds once it is decoded.
@Suite struct SelectionTests {
    /// IPv4 and TCP with these flags, 10.0.0.1 to 10.0.0.2, without payload; checksums are right.
    static func segment(flags: UInt8) -> [UInt8] {
        var segment: [UInt8] = [0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]
        let pseudo: [UInt8] = [10, 0, 0, 1, 10, 0, 0, 2, 0, 6, 0, 20]
        let sum = ~Checksum.ofBytes((pseudo + segment).span)
        segment[16] = UInt8(sum >> 8)
        segment[17] = UInt8(sum & 0xFF)
        return segment
    }

    static func ip(_ payload: [UInt8], fragment: UInt16 = 0, protocol number: UInt8 = 6) -> [UInt8] {
        var header: [UInt8] = [
            0x45, 0, 0, UInt8(20 + payload.count), 0, 7, UInt8(fragment >> 8), UInt8(fragment & 0xFF), 64, number,
        ]
        header += [0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        let sum = ~Checksum.ofBytes(header.span)
        header[10] = UInt8(sum >> 8)
        header[11] = UInt8(sum & 0xFF)
        return header + payload
    }

    static let addresses = [UInt8](repeating: 2, count: 12)
    static let plain = addresses + [8, 0]

    static func capture(_ frames: [[UInt8]]) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let header: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]
        return frames.enumerated().reduce(into: header) { bytes, frame in
            bytes += number(1_700_000_000) + number(frame.offset) + number(frame.element.count) + number(frame.element.count)
            bytes += frame.element
        }
    }

    /// Runs the selection and returns the numbers of the frames taken, from 0.
    static func taken(_ frames: [[UInt8]]) throws -> [Int] {
        let scratch = try Scratch()
        var settings = CaptureSettings(policy: .patient(hashSeed: testSeed))
        settings.takesHandshakesOnly = true
        let file = FrameSink(CaptureWriter(path: scratch.file("w.pcap"), format: .pcap))
        let engine = CaptureEngine(settings, output: Transcript(), file: file)
        let source = FileSource(paths: [try scratch.write("r.pcap", capture(frames))])
        let outcome = engine.run(source, report: SilentReport())
        #expect(outcome.failures.isEmpty)
        var found: [Int] = []
        var written = try CaptureFile(path: scratch.file("w.pcap"))
        try written.readFrames { header, _ in
            found.append(Int(header.time.nanoseconds % 1_000_000_000 / 1000))
            return .more
        }
        #expect(outcome.summary.frames == UInt64(found.count))
        return found
    }

    static let links: [(name: String, prefix: [UInt8])] = [
        ("Ethernet", plain),
        ("a VLAN", addresses + [0x81, 0, 0, 7, 8, 0]),
        ("a VLAN in a VLAN", addresses + [0x88, 0xA8, 0, 7, 0x81, 0, 0, 8, 8, 0]),
        ("PPPoE", addresses + [0x88, 0x64, 0x11, 0, 0, 1, 0, 42, 0, 0x21]),
        ("MPLS", addresses + [0x88, 0x47, 0, 0, 0x11, 64]),
        ("IP in IP", plain + ip([UInt8](repeating: 0, count: 40), protocol: 4).prefix(20)),
    ]

    @Test("Segments that open, close or reset are found wherever they lie in the frame", arguments: links)
    func finds(_ link: (name: String, prefix: [UInt8])) throws {
        let flags: [UInt8] = [0x02, 0x12, 0x10, 0x18, 0x11, 0x14, 0x04, 0, 0xE0]
        let frames = flags.map { link.prefix + Self.ip(Self.segment(flags: $0)) }
        #expect(try Self.taken(frames) == [0, 1, 4, 5, 6], "\(link.name)")
    }

    @Test("Of a segment in fragments all of them are taken, in their order, and none of another")
    func fragments() throws {
        func pieces(_ flags: UInt8) -> [[UInt8]] {
            let segment = Self.segment(flags: flags)
            return [
                Self.plain + Self.ip(Array(segment[..<8]), fragment: 0x2000),
                Self.plain + Self.ip(Array(segment[8..<16]), fragment: 0x2001),
                Self.plain + Self.ip(Array(segment[16...]), fragment: 2),
            ]
        }
        let data = Self.plain + Self.ip(Self.segment(flags: 0x10))
        let syn = pieces(2)
        let other = pieces(0x10)
        #expect(try Self.taken([syn[0], data, syn[2], syn[1]] + other + syn) == [0, 2, 3, 7, 8, 9])
    }

    @Test("A segment of fragments keeps its step, and its number counts them")
    func fragmentedHandshake() throws {
        let scratch = try Scratch()
        let segment = Self.segment(flags: 2)
        let frames = [
            Self.plain + Self.ip(Array(segment[..<16]), fragment: 0x2000),
            Self.plain + Self.ip(Array(segment[16...]), fragment: 2),
        ]
        var settings = CaptureSettings(policy: .patient(hashSeed: testSeed))
        settings.takesHandshakesOnly = true
        let transcript = Transcript()
        let source = FileSource(paths: [try scratch.write("r.pcap", Self.capture(frames))])
        let outcome = CaptureEngine(settings, output: transcript).run(source, report: CaptureJSON(tellsSegments: true))
        #expect(transcript.text.contains(#""number":2"#) && transcript.text.contains("open 1/3"))
        #expect(outcome.summary.frames == 2 && outcome.summary.tally[.fragmentHeld] == 1)
    }

    /// A live capture's kernel passes less than a file holds; the selection behind it must take the same of either.
    @Test("What the kernel's filter leaves out, the selection would not take")
    func prefilter() throws {
        let expression = HandshakePrefilter.expression(and: "")
        var compared = 0
        for path in Captures.all {
            var settings = CaptureSettings(policy: .patient(hashSeed: testSeed))
            settings.takesHandshakesOnly = true
            // A segment whose checksum is wrong is told; nothing of the prefilter looks at it.
            let whole = Transcript()
            let plain = CaptureEngine(settings, output: whole).run(
                FileSource(paths: [path]),
                report: DifferentialTests.lines(explains: false)
            )
            let filtered = Transcript()
            let both = CaptureEngine(settings, output: filtered)
                .run(FileSource(paths: [path], expression: expression), report: DifferentialTests.lines(explains: false))
            if case .libpcapMissing? = both.failures.first as? CaptureError { return }
            // Link types that libpcap has no filters for can't be captured with one either.
            guard both.failures.map({ "\($0)" }) == plain.failures.map({ "\($0)" }) else { continue }
            compared += 1
            #expect(filtered.text == whole.text, "\(path)")
            #expect(both.summary.frames == plain.summary.frames, "\(path)")
        }
        #expect(compared > 15)
    }
}
