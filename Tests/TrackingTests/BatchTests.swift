import Addresses
import Mutations
import Packets
import Testing
import Time
import Tracking

/// Segments tracked in batches mean what they mean one by one: the same connections, in the same order, with all that is told of
/// them.
@Suite struct BatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        var isZeek = false
        var maximumConnections = 1_000_000
        var testDescription: String { "seed \(seed), \(isZeek ? "Zeek's" : "patient") policy, at most \(maximumConnections)" }

        var policy: TrackingPolicy {
            var policy = isZeek ? TrackingPolicy.zeek(hashSeed: testSeed) : .patient(hashSeed: testSeed)
            policy.maximumConnections = maximumConnections
            return policy
        }
    }

    static let cases = (0..<12).map { seed in
        Case(seed: seed, isZeek: seed % 2 == 0, maximumConnections: [1_000_000, 1, 7][Int(seed) % 3])
    }

    @Test(arguments: cases)
    func agreesWithOneByOne(_ example: Case) {
        var random = SeededGenerator(seed: example.seed)
        let traffic = Traffic.random(6000, &random)
        var single = ConnectionTable(policy: example.policy, memory: .heap)
        var batched = ConnectionTable(policy: example.policy, memory: .heap)
        var queue = SegmentQueue(example.policy)
        var taken = TrackedSegments()
        var expected: [String] = []
        var found: [String] = []
        var refused = (single: 0, batched: 0)
        for step in traffic {
            switch step {
            case .segment(let segment):
                if single.track(segment).event == .hasBadChecksum { refused.single += 1 }
                var segment = segment
                queue.append(&segment)
            case .time(let time):
                single.advance(to: time.nanoseconds)
                queue.pass(time)
            }
            single.takeEnded { expected.append(Self.row($0)) }
            guard Int.random(in: 0..<100, using: &random) == 0 else { continue }
            queue.exchange(&taken)
            refused.batched += batched.track(taken)
            batched.takeEnded { found.append(Self.row($0)) }
        }
        queue.exchange(&taken)
        refused.batched += batched.track(taken)
        single.endAll { expected.append(Self.row($0)) }
        batched.endAll { found.append(Self.row($0)) }
        #expect(expected.count > 100)
        #expect(found == expected)
        #expect(refused.batched == refused.single && refused.single > 0)
        #expect((batched.evictions > 0) == (example.maximumConnections < 1000))
        let evictions = (single: single.evictions, batched: batched.evictions)
        #expect(evictions.batched == evictions.single)
    }

    private static func row(_ record: ConnectionRecord) -> String {
        let ends = "\(record.originator)>\(record.responder)"
        let counts = [record.originatorPackets, record.responderPackets].map { "\($0)" }.joined(separator: "/")
        return [
            "\(record.identifier)", "\(record.start.nanoseconds)+\(record.duration)", ends, record.state.name.description,
            record.historyText, counts,
            "\(record.originatorBytes)/\(record.responderBytes)", "\(record.completeness.rawValue)",
            "\(record.initialRoundTrip ?? -1)",
            "\(record.retransmits)/\(record.synRetransmits)", "\(record.missedBytes ?? 0)", "\(record.isOpen) \(record.isClosed)",
        ].joined(separator: " ")
    }
}

/// Traffic of few ends, so that ports are used again, with numbers that mostly fit and times that mostly go on.
private enum Traffic {
    case segment(Segment)
    case time(Timestamp)

    private static let flags: [TCPFlags] = [
        .syn, .syn, .synAck, .ack, .ack, [.psh, .ack], [.psh, .ack], [.fin, .ack], [.rst, .ack], .rst, [.syn, .fin], [],
    ]
    /// Nanoseconds from one step to the next: mostly little, at times so much that connections end, at times back.
    private static let pauses: [Int64] = [1000, 50_000, 2_000_000, 300_000_000, 7_000_000_000, 400_000_000_000, -3_000_000_000]

    static func random(_ count: Int, _ random: inout SeededGenerator) -> [Traffic] {
        var clock: Int64 = 1_600_000_000_000_000_000
        return (0..<count).map { _ in
            let pause = Int.random(in: 0..<40, using: &random)
            clock += pauses[pause < pauses.count ? pause : pause % 3]
            let time = Timestamp(nanoseconds: clock)
            return Int.random(in: 0..<8, using: &random) == 0 ? .time(time) : .segment(segment(at: time, &random))
        }
    }

    private static func segment(at time: Timestamp, _ random: inout SeededGenerator) -> Segment {
        let isV4 = Bool.random(using: &random)
        func end() -> (IPAddress, UInt16) {
            let number = UInt32.random(in: 0..<3, using: &random)
            let address = isV4 ? IPAddress(v4: 0x0A00_0001 + number) : IPAddress(v6High: 0x2001_0DB8 << 32, low: UInt64(number))
            return (address, [80, 22, 40_000, 40_001][Int.random(in: 0..<4, using: &random)])
        }
        let (source, destination) = (end(), end())
        var segment = Segment(
            time: time,
            source: source.0,
            destination: destination.0,
            sourcePort: source.1,
            destinationPort: destination.1,
            sequence: UInt32.random(in: 0..<40, using: &random) &* 100 &- 500,
            acknowledgement: UInt32.random(in: 0..<40, using: &random) &* 100 &- 500,
            flags: flags.randomElement(using: &random) ?? .ack,
            window: Bool.random(using: &random) ? 1000 : UInt16.random(in: 0..<2, using: &random),
            payloadLength: Int.random(in: 0..<3, using: &random) * 100
        )
        segment.capturedPayloadLength = Int.random(in: 0..<9, using: &random) == 0 ? 0 : segment.payloadLength
        segment.isPayloadWhole = segment.capturedPayloadLength == segment.payloadLength
        switch Int.random(in: 0..<30, using: &random) {
        case 0: segment.checksum = .wrong
        case 1: segment.checksum = .offloaded
        case 2: segment.options.present.insert(.cut)
        case 3: segment.checksum = .unknown
        default: segment.checksum = .correct
        }
        return segment
    }
}
