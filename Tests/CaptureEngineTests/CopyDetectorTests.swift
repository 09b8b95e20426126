import Packets
import SegmentScripts
import Testing

/// Which frames count as captured twice, on several interfaces and on one.
@Suite("Copies of frames")
struct CopyDetectorTests {
    private static func segment(
        _ line: String,
        identification: UInt16 = 7,
        ttl: UInt8 = 64
    ) throws -> Segment {
        var segment = try SegmentScript(lines: [line]).segments()[0]
        (segment.identification, segment.hopLimit) = (identification, ttl)
        return segment
    }

    @Test("the same frame on other interfaces within a millisecond, whatever its TTL")
    func copies() throws {
        var detector = CopyDetector()
        #expect(!detector.isCopy(try Self.segment("0 > S 100 -"), on: 1))
        #expect(detector.isCopy(try Self.segment("0.000004 > S 100 -"), on: 2))
        #expect(detector.isCopy(try Self.segment("0.000009 > S 100 -", ttl: 63), on: 3))
        // Queues of several interfaces are not in the order of time.
        #expect(!detector.isCopy(try Self.segment("1 < SA 500 101"), on: 2))
        #expect(detector.isCopy(try Self.segment("0.999996 < SA 500 101"), on: 1))
    }

    @Test("not what was sent again, or is late")
    func others() throws {
        var detector = CopyDetector()
        #expect(!detector.isCopy(try Self.segment("0 > S 100 -"), on: 1))
        #expect(!detector.isCopy(try Self.segment("0.0001 > S 100 -", identification: 8), on: 2))
        #expect(!detector.isCopy(try Self.segment("0.1 > S 100 -"), on: 2))
        #expect(!detector.isCopy(try Self.segment("0.1001 > S 101 -"), on: 1))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Frames of one interface: a line, the IPv4 identification, and whether it is a copy.
        let frames: [(String, UInt16, Bool)]
        var testDescription: String { name }
    }

    static let onOneInterface = [
        Case(name: "no host repeats a SYN that soon", frames: [("0 > S 100 -", 7, false), ("0.0009 > S 100 -", 7, true)]),
        Case(
            name: "a SYN behind a slow tap, whose sender nothing else is known of: its timestamp tells",
            frames: [
                ("0 > S 100 - ts=9", 7, false), ("0.001 > S 100 - ts=9", 7, true), ("0.0999 > S 100 - ts=9", 7, true),
                ("0.1 > S 100 - ts=9", 7, false), ("0.2 < SA 500 101 ts=5", 0, false), ("0.25 < SA 500 101 ts=5", 0, true),
                ("0.26 < SA 500 101 ts=6", 0, false),
            ]
        ),
        Case(name: "a SYN after a millisecond is sent again", frames: [("0 > S 100 -", 7, false), ("0.001 > S 100 -", 7, false)]),
        Case(name: "nor a FIN", frames: [("0 < FA 100 200", 0, false), ("0.0009 < FA 100 200", 0, true)]),
        Case(
            name: "an identification tells where the host numbers its packets",
            frames: [
                ("0 > A 100 200", 7, false), ("1 > A 100 300", 8, false), ("1.0001 > A 100 300", 8, true),
                ("1.0002 > A 100 300", 9, false), ("1.0005 > A 100 300 len=5", 10, false), ("1.0009 > A 100 300 len=5", 10, true),
            ]
        ),
        Case(
            name: "it tells nothing where all are the same",
            frames: [
                ("0 > A 100 200", 1, false), ("1 > A 100 300", 1, false), ("1.0001 > A 100 300", 1, false),
                ("1.0005 > A 100 300 len=5", 1, false), ("1.0009 > A 100 300 len=5", 1, false),
            ]
        ),
        Case(
            name: "nor do the identifications of another host",
            frames: [
                ("0 < A 1 2", 7, false), ("0.1 < A 1 3", 8, false), ("1 > A 100 300", 1, false), ("1.0001 > A 100 300", 1, false),
            ]
        ),
        Case(
            name: "data again within less than a round trip",
            frames: [
                ("0 > A 100 200 len=9", 0, false), ("0.00004 > A 100 200 len=9", 0, true), ("1 > R 100 200", 0, false),
                ("1.00004 > R 100 200", 0, false),
            ]
        ),
        Case(
            name: "another network may have the same endpoints",
            frames: [
                ("0 > S 100 - net=10", 1, false), ("0.0005 > S 100 - net=20", 1, false), ("1 > S 100 - net=10", 1, false),
                ("1.00004 > S 100 - net=20", 1, true),
            ]
        ),
    ]

    @Test("on one interface", arguments: onOneInterface)
    func alone(_ example: Case) throws {
        var detector = CopyDetector()
        for (line, identification, isCopy) in example.frames {
            let segment = try Self.segment(line, identification: identification)
            #expect(detector.isCopy(segment, on: 0) == isCopy, "\(line)")
        }
    }

    /// Frames at points of a path: a line, interface, TTL and IPv4 identification, and whether it is a copy.
    struct PathCase: Sendable, CustomTestStringConvertible {
        let name: String
        let frames: [(line: String, interface: UInt32, ttl: UInt8, identification: UInt16, isCopy: Bool)]
        var testDescription: String { name }
    }

    static let late = [
        PathCase(
            name: "a SYN behind a slow router",
            frames: [("0 > S 100 -", 1, 64, 7, false), ("0.03 > S 100 -", 2, 63, 7, true), ("0.099 > S 100 -", 3, 62, 7, true)]
        ),
        PathCase(
            name: "but not at the next retransmission",
            frames: [("0 > S 100 -", 1, 64, 7, false), ("0.1 > S 100 -", 2, 63, 7, false)]
        ),
        PathCase(
            name: "the probes of a traceroute",
            frames: [("0 > S 100 -", 1, 1, 7, false), ("0.03 > S 100 -", 1, 2, 7, false), ("0.06 > S 100 -", 1, 3, 7, false)]
        ),
        PathCase(
            name: "data of a host that numbers its packets, or may do so",
            frames: [
                ("0 > A 100 200 len=5", 1, 64, 7, false), ("0.02 > A 100 200 len=5", 2, 63, 7, true),
                ("1 > A 105 200 len=5", 1, 64, 8, false), ("1.02 > A 105 200 len=5", 2, 63, 8, true),
                ("1.03 > A 105 200 len=5", 1, 64, 8, false),
            ]
        ),
        PathCase(
            name: "data with a timestamp",
            frames: [
                ("0 > A 100 200 len=5 ts=9", 1, 64, 0, false), ("0.02 > A 100 200 len=5 ts=9", 2, 63, 0, true),
                ("0.03 > A 100 200 len=5 ts=10", 1, 64, 0, false), ("0.05 > A 100 200 len=5 ts=10", 2, 63, 0, true),
                ("0.06 > A 100 200 len=5 ts=10", 1, 64, 0, false),
            ]
        ),
        PathCase(
            name: "at one point: numbered and with a timestamp",
            frames: [
                ("0 > A 100 200 len=5 ts=9", 1, 64, 7, false), ("0.02 > A 100 200 len=5 ts=9", 1, 64, 7, true),
                ("0.1 > A 105 200 len=5 ts=9", 1, 64, 8, false), ("0.15 > A 105 200 len=5 ts=9", 1, 64, 8, true),
            ]
        ),
        PathCase(
            name: "at one point: the same identification in all packets, and a timestamp",
            frames: [
                ("0 > A 100 200 len=5 ts=9", 1, 64, 7, false), ("0.01 > A 105 200 len=5 ts=9", 1, 64, 7, false),
                ("0.05 > A 105 200 len=5 ts=9", 1, 64, 7, false), ("0.06 > A 110 200 len=5 ts=9", 2, 63, 7, false),
            ]
        ),
        PathCase(
            name: "at one point, a retransmission with the identification of the first",
            frames: [
                ("0 > A 100 200 len=5", 1, 64, 7, false), ("0.1 > A 105 200 len=5", 1, 64, 8, false),
                ("0.18 > A 105 200 len=5", 1, 64, 8, false),
            ]
        ),
    ]

    @Test("behind a slow link or tap", arguments: late)
    func lateCopies(_ example: PathCase) throws {
        var detector = CopyDetector()
        for frame in example.frames {
            let segment = try Self.segment(frame.line, identification: frame.identification, ttl: frame.ttl)
            #expect(detector.isCopy(segment, on: frame.interface) == frame.isCopy, "\(frame.line)")
        }
    }

    @Test("a frame that a router sent on, on the same interface")
    func routed() throws {
        var detector = CopyDetector()
        #expect(!detector.isCopy(try Self.segment("0 > A 100 200", identification: 0), on: 1))
        #expect(detector.isCopy(try Self.segment("0.0005 > A 100 200", identification: 0, ttl: 63), on: 1))
    }
}

extension CopyDetector {
    fileprivate mutating func isCopy(_ segment: Segment, on interface: UInt32) -> Bool {
        var segment = segment
        return isCopy(&segment, on: interface)
    }
}
