import Addresses
import Packets
import Testing
import Time

/// Frames that are wrong around the segment and are decoded all the same: what is noted of them, and what the segment is.
@Suite("Flawed frames")
struct FrameFlawTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var linkType = LinkType.ethernet
        let frame: [UInt8]
        let flaws: FrameFlaws
        var payloadLength = 5
        var checksum = Segment.ChecksumVerdict.correct
        var testDescription: String { name }
    }

    /// An IPv4 packet in Ethernet with bytes of its header changed, its checksum not.
    static func changed(_ bytes: [Int: UInt8], checksum: [UInt8]? = nil) -> [UInt8] {
        var packet = Frame.ipv4(6, Frame.tcp())
        for (offset, value) in bytes { packet[offset] = value }
        if let checksum { packet.replaceSubrange(36..<38, with: checksum) }
        return Frame.ethernet(0x0800, packet)
    }

    static let tunnelled: [UInt8] = [8, 0, 0, 0, 0, 0, 1, 0] + Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp()))

    static let cases = [
        Case(name: "nothing wrong", frame: Frame.plain(), flaws: []),
        Case(name: "an IPv4 checksum of 0", frame: changed([10: 0, 11: 0]), flaws: .ipChecksum),
        Case(name: "an address changed", frame: changed([15: 99]), flaws: .ipChecksum, checksum: .offloaded),
        Case(name: "a TCP checksum of 0", frame: changed([:], checksum: [0, 0]), flaws: [], checksum: .offloaded),
        Case(name: "another TCP checksum", frame: changed([:], checksum: [1, 2]), flaws: [], checksum: .wrong),
        Case(
            name: "a total length of 0",
            frame: changed([2: 0, 3: 0, 10: 0, 11: 0]),
            flaws: .ipChecksum,
            checksum: .unknown
        ),
        Case(
            name: "a total length beyond the frame",
            frame: changed([3: 200]),
            flaws: [.ipChecksum, .shorterThanPacket],
            checksum: .unknown
        ),
        Case(
            name: "an IPv6 length of 0",
            linkType: .ipv6,
            frame: Frame.ipv6(6, Frame.tcp6(), payloadLength: 0),
            flaws: [],
            checksum: .unknown
        ),
        Case(
            name: "an IPv6 length beyond the frame",
            linkType: .ipv6,
            frame: Frame.ipv6(6, Frame.tcp6(), payloadLength: 900),
            flaws: .shorterThanPacket,
            checksum: .unknown
        ),
        Case(name: "a tunnel's checksum", frame: Frame.udpTunnel(4789, checksum: 0x1234, tunnelled), flaws: .udpChecksum),
    ]

    @Test("are decoded with what the frame holds", arguments: cases)
    func decodes(_ example: Case) {
        var decoder = Decoder()
        let outcome = decoder.decode(
            example.frame.span,
            linkType: example.linkType,
            wireLength: example.frame.count,
            time: Timestamp(nanoseconds: 1)
        )
        #expect(outcome == .segment)
        #expect(decoder.flaws == example.flaws)
        #expect(decoder.segment.payloadLength == example.payloadLength)
        #expect(decoder.segment.checksum == example.checksum)
        // The next frame begins without them.
        let plain = Frame.plain()
        _ = decoder.decode(plain.span, linkType: .ethernet, wireLength: plain.count, time: Timestamp(nanoseconds: 2))
        #expect(decoder.flaws == [])
    }

    @Test("Zeek takes an IPv6 packet at its length of 0")
    func strictIPv6() {
        let frame = Frame.ipv6(6, Frame.tcp6(), payloadLength: 0)
        #expect(decode(frame, as: .ipv6, strict: true).segment.payloadLength == 0)
    }
}
