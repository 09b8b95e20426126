import Packets
import SegmentScripts
import Testing

/// Which frames count as captured twice.
@Suite("Copies of frames")
struct CopyDetectorTests {
    private static func segment(_ line: String, identification: UInt16 = 7, ttl: UInt8 = 64) throws -> Segment {
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

    @Test("not what was sent again, is late, or was seen on the same interface")
    func others() throws {
        var detector = CopyDetector()
        #expect(!detector.isCopy(try Self.segment("0 > S 100 -"), on: 1))
        #expect(!detector.isCopy(try Self.segment("0.0001 > S 100 -", identification: 8), on: 2))
        #expect(!detector.isCopy(try Self.segment("0.0002 > S 100 -"), on: 1))
        #expect(!detector.isCopy(try Self.segment("0.1 > S 100 -"), on: 2))
        #expect(!detector.isCopy(try Self.segment("0.1001 > S 101 -"), on: 1))
    }
}
