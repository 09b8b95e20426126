import Addresses
import Packets
import Testing
import Time

@Suite struct FragmentTests {
    /// A segment with a payload of 3,000 bytes, which takes three fragments.
    static let payload = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    static let datagram = Frame.tcp(payload: payload)
    static let pieces = [0..<1000, 1000..<2000, 2000..<datagram.count]

    static func v4(_ range: Range<Int>, identification: UInt16 = 7, isLast: Bool? = nil, of datagram: [UInt8] = datagram) -> [UInt8]
    {
        let isLast = isLast ?? (range.upperBound == datagram.count)
        let field = UInt16(range.lowerBound / 8) | (isLast ? 0 : 0x2000)
        return Frame.ethernet(0x0800, Frame.ipv4(6, Array(datagram[range]), fragment: field, identification: identification))
    }

    static func v6(_ range: Range<Int>, of datagram: [UInt8]) -> [UInt8] {
        let field = UInt16(range.lowerBound) | (range.upperBound == datagram.count ? 0 : 1)
        return Frame.ethernet(0x86DD, Frame.ipv6(44, [6, 0] + bytes(field) + [0, 0, 0, 9] + datagram[range]))
    }

    private func outcomes(_ frames: [[UInt8]], _ decoder: inout Decoder, secondsApart: Int64 = 0) -> [DecodeOutcome] {
        frames.enumerated().map { number, frame in
            let time = Timestamp(nanoseconds: Int64(number) * secondsApart * 1_000_000_000)
            return decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: time)
        }
    }

    @Test("In any order, the last piece to come makes the segment", arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]])
    func orders(order: [Int]) {
        var decoder = Decoder()
        #expect(outcomes(order.map { Self.v4(Self.pieces[$0]) }, &decoder) == [.fragmentHeld, .fragmentHeld, .segment])
        #expect(decoder.segment.payloadLength == 3000 && decoder.segment.checksum == .correct)
        #expect(decoder.segment.sourcePort == Frame.sourcePort)
        #expect(decoder.segment.isPayloadWhole)
        #expect(decoder.segment.capturedPayloadLength == 0, "the payload is not in the last frame")
    }

    @Test func ipv6() {
        var decoder = Decoder()
        let datagram = Frame.tcp6(payload: Self.payload)
        let frames = [0..<1000, 1000..<2000, 2000..<datagram.count].map { Self.v6($0, of: datagram) }
        #expect(outcomes(frames, &decoder) == [.fragmentHeld, .fragmentHeld, .segment])
        #expect(decoder.segment.checksum == .correct && decoder.segment.source == Frame.client6)
    }

    @Test("Each fragment is told with its datagram, also where one datagram lies in another")
    func trail() {
        var decoder = Decoder()
        let inner = Self.pieces.map { range -> [UInt8] in
            let field = UInt16(range.lowerBound / 8) | (range.upperBound == Self.datagram.count ? 0 : 0x2000)
            return Frame.ipv4(6, Array(Self.datagram[range]), fragment: field, identification: 3)
        }
        let outer = [0..<504, 504..<inner[0].count].map { range -> [UInt8] in
            let field = UInt16(range.lowerBound / 8) | (range.upperBound == inner[0].count ? 0 : 0x2000)
            return Frame.ethernet(
                0x0800,
                Frame.ipv4(4, Array(inner[0][range]), from: Frame.gateway, to: Frame.peer, fragment: field)
            )
        }
        let frames = outer + [Frame.plain()] + inner[1...].map { Frame.ethernet(0x0800, $0) }
        var trails: [FragmentTrail] = []
        for frame in frames {
            _ = outcomes([frame], &decoder)
            trails.append(decoder.fragmentTrail)
        }
        #expect(trails.map(\.held) == [0, 1, nil, 1, nil])
        #expect(trails.map(\.completed) == [[], [0], [], [], [1]])
    }

    @Test("A tunnel in fragments")
    func tunnel() {
        var decoder = Decoder()
        let packet = Frame.ipv4(6, Self.datagram)
        let frames = [0..<1600, 1600..<packet.count].map { range in
            let field = UInt16(range.lowerBound / 8) | (range.upperBound == packet.count ? 0 : 0x2000)
            return Frame.ethernet(0x0800, Frame.ipv4(4, Array(packet[range]), from: Frame.gateway, to: Frame.peer, fragment: field))
        }
        #expect(outcomes(frames, &decoder) == [.fragmentHeld, .segment])
        #expect(decoder.segment.source == Frame.client && decoder.segment.checksum == .correct)
    }

    @Test("Pieces that come twice or overlap: the first word stands")
    func overlaps() {
        var decoder = Decoder()
        var other = Self.datagram
        for index in 1000..<1600 { other[index] ^= 0xFF }
        let frames = [
            Self.v4(0..<1000), Self.v4(0..<1000), Self.v4(800..<1200), Self.v4(1000..<1600, of: other), Self.v4(1200..<2000),
            Self.v4(2000..<Self.datagram.count),
        ]
        let all = outcomes(frames, &decoder)
        #expect(all.dropLast().allSatisfy { $0 == .fragmentHeld } && all.last == .segment)
        // 1200..<1600 came from the other datagram first.
        #expect(decoder.segment.checksum == .wrong)
    }

    @Test("Two datagrams at once")
    func interleaved() {
        var decoder = Decoder()
        let frames = Self.pieces.flatMap { [Self.v4($0, identification: 1), Self.v4($0, identification: 2)] }
        let all = outcomes(frames, &decoder)
        #expect(all == [.fragmentHeld, .fragmentHeld, .fragmentHeld, .fragmentHeld, .segment, .segment])
    }

    @Test("A piece waits a minute, no longer")
    func expiry() {
        var decoder = Decoder()
        let frames = [Self.v4(Self.pieces[0]), Self.v4(Self.pieces[1]), Self.v4(Self.pieces[2])]
        #expect(outcomes(frames, &decoder, secondsApart: 31) == [.fragmentHeld, .fragmentHeld, .fragmentHeld])
        // The first two with the datagram that was given up, the last in one that lacks its beginning.
        #expect(decoder.incompleteFragments == 3)
    }

    @Test("Memory is bounded: the oldest datagrams go")
    func memory() {
        var decoder = Decoder(fragmentMemory: 100_000)
        let frames = (0..<1000).map { Self.v4(0..<1000, identification: UInt16($0)) }
        #expect(outcomes(frames, &decoder).allSatisfy { $0 == .fragmentHeld })
        // A thousand bytes and the overhead: 79 of them fit.
        #expect(decoder.incompleteFragments == 1000)
        let rest = [Self.v4(1000..<2000, identification: 999), Self.v4(2000..<Self.datagram.count, identification: 999)]
        #expect(outcomes(rest, &decoder) == [.fragmentHeld, .segment])
        #expect(decoder.incompleteFragments == 999)
    }

    @Test("Fragments that were captured twice are not left over", arguments: [false, true])
    func twice(isInOrder: Bool) {
        var decoder = Decoder()
        let pieces = Self.pieces.map { Self.v4($0) }
        _ = outcomes(isInOrder ? pieces.flatMap { [$0, $0] } : pieces + pieces.dropLast(), &decoder)
        #expect(decoder.incompleteFragments == 0)
    }

    @Test("A hostile sender of tiny pieces that lie apart is given up")
    func tinyPieces() {
        var decoder = Decoder()
        let frames = (0..<600).map { Self.v4($0 * 16..<$0 * 16 + 8, isLast: false, of: [UInt8](repeating: 1, count: 10_000)) }
        #expect(outcomes(frames, &decoder).contains(.fragmentDropped))
    }

    @Test("A datagram can't be longer than 65,535 bytes")
    func tooLong() {
        var decoder = Decoder()
        let frame = Frame.ethernet(0x0800, Frame.ipv4(6, [UInt8](repeating: 0, count: 64), fragment: 0x1FFF))
        #expect(outcomes([frame], &decoder) == [.fragmentDropped])
    }

    @Test("Of a cut fragment the first piece's header is read, any other is dropped")
    func cut() {
        var decoder = Decoder()
        for (piece, outcome) in [(0, DecodeOutcome.segment), (1, .fragmentDropped)] {
            let whole = Self.v4(Self.pieces[piece])
            let frame = Array(whole.prefix(100))
            let found = decoder.decode(frame.span, linkType: .ethernet, wireLength: whole.count, time: Timestamp(nanoseconds: 0))
            #expect(found == outcome)
        }
    }
}

@Suite struct AggregateTests {
    @Test("An A-MSDU gives each of its packets")
    func aggregate() {
        let subframe = Frame.snap(0x0800, Frame.inner4)
        let arp = Frame.snap(0x0806, [UInt8](repeating: 0, count: 28))
        let frame = Frame.wifi(
            control: 0x88,
            more: [0x80, 0],
            Frame.subframe(subframe, isLast: false) + Frame.subframe(arp, isLast: false) + Frame.subframe(subframe, isLast: true)
        )
        var decoder = Decoder()
        var found = [decoder.decode(frame.span, linkType: .wifi, wireLength: frame.count, time: Timestamp(nanoseconds: 5))]
        while let next = decoder.next(in: frame.span) { found.append(next) }
        #expect(found == [.segment, .notIP, .segment])
        #expect(decoder.segment.checksum == .correct && decoder.segment.time.nanoseconds == 5)
        // No frame leaves something behind for the next.
        let plain = Frame.plain()
        _ = decoder.decode(plain.span, linkType: .ethernet, wireLength: plain.count, time: Timestamp(nanoseconds: 6))
        #expect(decoder.next(in: plain.span) == nil)
    }

    @Test("Subframes whose padding counts otherwise are found all the same", arguments: 0..<4)
    func oddPadding(padding: Int) {
        let content = Frame.snap(0x0800, Frame.inner4)
        let first = Frame.subframe(content, isLast: true) + [UInt8](repeating: 0, count: padding)
        let frame = Frame.wifi(control: 0x88, more: [0x80, 0], first + Frame.subframe(content, isLast: true))
        var decoder = Decoder()
        var found = [decoder.decode(frame.span, linkType: .wifi, wireLength: frame.count, time: Timestamp(nanoseconds: 0))]
        while let next = decoder.next(in: frame.span) { found.append(next) }
        #expect(found == [.segment, .segment])
    }

    @Test("Changed in any byte, it ends")
    func ends() {
        let subframe = Frame.subframe(Frame.snap(0x0800, Frame.inner4), isLast: false)
        let frame = Frame.wifi(control: 0x88, more: [0x80, 0], subframe + subframe + subframe)
        var decoder = Decoder()
        for index in frame.indices {
            for value in [UInt8(0), 1, 0xFF] {
                var changed = frame
                changed[index] = value
                _ = decoder.decode(changed.span, linkType: .wifi, wireLength: changed.count, time: Timestamp(nanoseconds: 0))
                var count = 1
                while decoder.next(in: changed.span) != nil { count += 1 }
                #expect(count <= frame.count / 14)
            }
        }
    }
}

@Suite struct IPv6Tests {
    @Test("While segments are left the last address of a routing header is the destination", arguments: [UInt8(0), 2, 4])
    func routing(type: UInt8) {
        let final = IPAddress(v6High: 0x2001_0DB8_0000_0009, low: 9)
        let segment = Frame.tcp(from: Frame.client6, to: final)
        let packet = Frame.ipv6(43, [6, 2, type, 1, 0, 0, 0, 0] + final.networkBytes + segment)
        let (outcome, found) = decode(packet, as: .ipv6)
        #expect(outcome == .segment && found.destination == final && found.checksum == .correct)
    }

    @Test("A mobile node's home address is the source")
    func homeAddress() {
        let home = IPAddress(v6High: 0x2001_0DB8_0000_0008, low: 8)
        let segment = Frame.tcp(from: home, to: Frame.server6)
        let packet = Frame.ipv6(60, [6, 2, 1, 2, 0, 0, 0xC9, 16] + home.networkBytes + segment)
        let (outcome, found) = decode(packet, as: .ipv6)
        #expect(outcome == .segment && found.source == home && found.checksum == .correct)
    }

    @Test("A jumbogram tells its length in an option")
    func jumbogram() {
        let payload = [UInt8](repeating: 7, count: 70_000)
        let segment = Frame.tcp6(payload: payload)
        let packet = Frame.ipv6(0, [6, 0, 0xC2, 4] + bytes(UInt32(8 + segment.count)) + segment, payloadLength: 0)
        let (outcome, found) = decode(packet, as: .ipv6)
        #expect(outcome == .segment && found.payloadLength == 70_000)
    }

    @Test("A length of 0 without that option is that of the frame, as behind offload")
    func noLength() {
        let (outcome, found) = decode(Frame.ipv6(6, Frame.tcp6(), payloadLength: 0), as: .ipv6)
        #expect(outcome == .segment && found.payloadLength == 5 && found.checksum == .unknown)
    }
}
