import Packets
import Testing

@Suite struct LinkTypeTests {
    static let v4 = Frame.ipv4(6, Frame.tcp())
    static let v6 = Frame.ipv6(6, Frame.tcp6())
    static let cases = [
        FrameCase("Ethernet, IPv4", .ethernet, Frame.ethernet(0x0800, v4)),
        FrameCase("Ethernet, IPv6", .ethernet, Frame.ethernet(0x86DD, v6)),
        FrameCase("Ethernet, IPv4, padded", .ethernet, Frame.ethernet(0x0800, v4) + [0, 0, 0]),
        FrameCase("SLL", .linuxCooked, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0] + v4),
        FrameCase(
            "SLL2",
            .linuxCooked2,
            [0x86, 0xDD, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + v6
        ),
        FrameCase("NULL, little-endian", .null, [2, 0, 0, 0] + v4),
        FrameCase("NULL, Darwin's IPv6", .null, [30, 0, 0, 0] + v6),
        FrameCase("LOOP, FreeBSD's IPv6", .loop, [0, 0, 0, 28] + v6),
        FrameCase("NFLOG", .netfilterLog, [2, 0, 0, 1, 6, 0, 1, 0, 8, 0, 0, 0, UInt8(4 + v4.count), 0, 9, 0] + v4),
        FrameCase(
            "NFLOG of a big-endian machine",
            .netfilterLog,
            [10, 0, 0, 1, 0, 8, 0, 1, 1, 2, 3, 4, 0, UInt8(4 + v6.count), 0, 9] + v6
        ),
        FrameCase(
            "NFLOG of a bridge",
            .netfilterLog,
            [7, 0, 0, 1, 8, 0, 1, 0, 8, 0, 3, 0, UInt8(4 + v4.count), 0, 9, 0] + v4
        ),
        FrameCase(
            "PPI around Ethernet",
            .perPacketInformation,
            [0, 0, 12, 0, 1, 0, 0, 0, 9, 9, 9, 9] + Frame.ethernet(0x0800, v4)
        ),
        FrameCase(
            "ERF",
            .endaceRecord,
            [UInt8](repeating: 0, count: 8) + [2, 0, 0, 76, 0, 0, 0, 58, 0, 0] + Frame.ethernet(0x0800, v4)
        ),
        FrameCase(
            "ERF with an extension header",
            .endaceRecord,
            [UInt8](repeating: 0, count: 8) + [0x82, 0, 0, 84, 0, 0, 0, 58, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
                + Frame.ethernet(0x0800, v4)
        ),
        FrameCase("Frame Relay", .frameRelay, [0x18, 0x41, 3, 0xCC] + v4),
        FrameCase("Frame Relay with SNAP", .frameRelay, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 0x86, 0xDD] + v6),
        FrameCase("Frame Relay of Cisco's kind", .frameRelay, [0x18, 0x41, 8, 0] + v4),
        FrameCase("Frame Relay with direction", .frameRelayWithDirection, [0, 0x18, 0x41, 3, 0x8E] + v6),
        FrameCase("Cisco HDLC with direction", .ciscoHDLCWithDirection, [1, 0x0F, 0, 8, 0] + v4),
        FrameCase("enc", .securityEncapsulation, [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + v4),
        FrameCase("pflog", .packetFilterLog, [61] + [UInt8](repeating: 0, count: 63) + v4),
        FrameCase("ATM", .atm, Frame.snap(0x0800, v4)),
        FrameCase("FDDI", .fddi, [UInt8](repeating: 0x50, count: 13) + Frame.snap(0x0800, v4)),
        FrameCase("RAW, IPv4", .raw, v4),
        FrameCase("RAW, IPv6", .raw, v6),
        FrameCase("RAW as 12", LinkType(rawValue: 12), v4),
        FrameCase("RAW as 14", LinkType(rawValue: 14), v6),
        FrameCase("IPV4", .ipv4, v4),
        FrameCase("IPV6", .ipv6, v6),
    ]

    /// Those whose every byte counts.
    static let unpadded = cases.filter { !$0.name.contains("padded") }

    @Test(arguments: cases)
    func segment(of example: FrameCase) {
        let (outcome, segment) = decode(example.frame, as: example.linkType)
        #expect(outcome == .segment)
        #expect(segment.sourcePort == Frame.sourcePort)
        #expect(segment.destinationPort == Frame.destinationPort)
        #expect(segment.sequence == 1000 && segment.acknowledgement == 2000)
        #expect(segment.flags == [.psh, .ack])
        #expect(segment.payloadLength == 5 && segment.capturedPayloadLength == 5)
        #expect(example.frame[segment.payloadOffset..<segment.payloadOffset + 5].elementsEqual("hello".utf8))
        #expect(segment.checksum == .correct)
    }
}
