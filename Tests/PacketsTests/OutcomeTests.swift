import Addresses
import Packets
import Testing
import Time

@Suite("Frames without a segment say why")
struct OutcomeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let outcome: DecodeOutcome
        var linkType = LinkType.ethernet
        let frame: [UInt8]
        var wireLength: Int?
        var ignoringChecksums = false
        var strict = false
        var testDescription: String { name }
    }

    /// A whole IPv4 packet with one byte of its header changed and its checksum not.
    static func changed(_ offset: Int, to value: UInt8) -> [UInt8] {
        var packet = Frame.inner4
        packet[offset] = value
        return Frame.ethernet(0x0800, packet)
    }

    /// As `changed`, with the checksum right again.
    static func resummed(_ offset: Int, to value: UInt8) -> [UInt8] {
        var frame = changed(offset, to: value)
        frame.replaceSubrange(24..<26, with: [0, 0])
        let sum = ~Checksum.ofBytes(frame.span.extracting(14..<34))
        frame.replaceSubrange(24..<26, with: bytes(sum))
        return frame
    }

    @Test(
        "An EtherType that is not decoded is named, once, unless the protocol is one of the link",
        arguments: [(0x88E5, 0x88E5), (0x05DD, 0x05DD), (0x0806, nil), (0x88CC, nil), (46, nil)] as [(UInt16, UInt16?)]
    )
    func etherType(_ type: UInt16, _ expected: UInt16?) {
        var decoder = Decoder()
        let content = [UInt8](repeating: 0, count: 60)
        for frame in [Frame.ethernet(type, content), Frame.ethernet(0x8100, [0, 5] + bytes(type) + content)] {
            let outcome = decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: Timestamp(nanoseconds: 0))
            #expect(outcome == .notIP)
            #expect(decoder.takeUndecodedEtherType() == expected)
            #expect(decoder.takeUndecodedEtherType() == nil)
        }
    }

    static let cases = [
        Case(name: "ARP", outcome: .notIP, frame: Frame.ethernet(0x0806, [UInt8](repeating: 0, count: 28))),
        Case(
            name: "spanning tree",
            outcome: .notIP,
            frame: Frame.ethernet(38, [0x42, 0x42, 3] + [UInt8](repeating: 0, count: 35))
        ),
        Case(name: "SNAP of another organization", outcome: .notIP, frame: Frame.ethernet(8, [0xAA, 0xAA, 3, 0, 0, 12, 0x20, 0])),
        Case(
            name: "an EtherType between length and type",
            outcome: .notIP,
            frame: Frame.ethernet(1501, [UInt8](repeating: 0, count: 60))
        ),
        Case(name: "a Wi-Fi beacon", outcome: .notIP, linkType: .wifi, frame: Frame.wifi(control: 0x80, [1, 2, 3])),
        Case(name: "a Wi-Fi frame without data", outcome: .notIP, linkType: .wifi, frame: Frame.wifi(control: 0x48, [1, 2, 3])),
        Case(
            name: "a protected Wi-Fi frame",
            outcome: .encrypted,
            linkType: .wifi,
            frame: Frame.wifi(flags: 0x42, [UInt8](repeating: 1, count: 40))
        ),
        Case(name: "ICMP", outcome: .notTCP, frame: Frame.ethernet(0x0800, Frame.ipv4(1, [8, 0, 0, 0]))),
        Case(
            name: "TCP quoted in ICMP",
            outcome: .notTCP,
            frame: Frame.ethernet(0x0800, Frame.ipv4(1, [3, 3, 0, 0, 0, 0, 0, 0] + Frame.inner4))
        ),
        Case(
            name: "TCP quoted in ICMPv6",
            outcome: .notTCP,
            linkType: .ipv6,
            frame: Frame.ipv6(58, [1, 4, 0, 0, 0, 0, 0, 0] + Frame.inner6)
        ),
        Case(name: "DNS", outcome: .notTCP, frame: Frame.udpTunnel(53, [UInt8](repeating: 1, count: 40))),
        Case(name: "GTP's signalling", outcome: .notTCP, frame: Frame.udpTunnel(2123, [0x32, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0])),
        Case(
            name: "VXLAN without its flag",
            outcome: .notTCP,
            frame: Frame.udpTunnel(4789, [0, 0, 0, 0, 0, 0, 1, 0] + Frame.innerFrame)
        ),
        Case(
            name: "a DNS answer with ID 1, which begins as Teredo",
            outcome: .notTCP,
            frame: Frame.udpTunnel(53, [0, 1, 0x81, 0x80, 0, 1, 0, 1] + [UInt8](repeating: 0, count: 34))
        ),
        Case(
            name: "a DNS answer with ID 0, which begins as Teredo",
            outcome: .notTCP,
            frame: Frame.udpTunnel(53, [0, 0, 0x81, 0x80, 0, 1, 0, 1] + [UInt8](repeating: 0, count: 34))
        ),
        Case(name: "Teredo with a byte too many", outcome: .notTCP, frame: Frame.udpTunnel(3544, Frame.fromTeredo + [0])),
        Case(name: "IPv6 in UDP that is not Teredo", outcome: .notTCP, frame: Frame.udpTunnel(41_000, Frame.inner6)),
        Case(name: "GRE with routing", outcome: .notTCP, frame: Frame.tunnel(47, [0x40, 0, 8, 0] + Frame.inner4)),
        Case(name: "GRE version 2", outcome: .notTCP, frame: Frame.tunnel(47, [0, 2, 8, 0] + Frame.inner4)),
        Case(name: "ESP", outcome: .encrypted, frame: Frame.tunnel(50, [UInt8](repeating: 1, count: 40))),
        Case(name: "no next header", outcome: .notTCP, linkType: .ipv6, frame: Frame.ipv6(59, [])),
        Case(
            name: "a link type that nobody knows",
            outcome: .unknownLinkType,
            linkType: LinkType(rawValue: 999),
            frame: [1, 2, 3]
        ),
        Case(name: "nothing", outcome: .malformed, frame: []),
        Case(name: "nothing of something", outcome: .cut, frame: [], wireLength: 60),
        Case(name: "IP version 5", outcome: .malformed, frame: changed(0, to: 0x55)),
        Case(name: "a header of 16 bytes", outcome: .malformed, frame: changed(0, to: 0x44)),
        Case(
            name: "a header longer than the packet",
            outcome: .malformed,
            frame: Frame.ethernet(0x0800, Frame.ipv4(6, [], totalLength: 19))
        ),
        Case(name: "a total length beyond the frame", outcome: .malformed, frame: resummed(3, to: 200), strict: true),
        Case(name: "an IPv4 checksum that is wrong", outcome: .badIPChecksum, frame: changed(8, to: 63), strict: true),
        Case(name: "… and no checksum counts", outcome: .segment, frame: changed(8, to: 63), ignoringChecksums: true, strict: true),
        Case(name: "a total length of 0", outcome: .zeroLength, frame: resummed(3, to: 0), strict: true),
        Case(name: "… and no checksum counts", outcome: .segment, frame: resummed(3, to: 0), ignoringChecksums: true, strict: true),
        Case(
            name: "a tunnel whose checksum is wrong",
            outcome: .badUDPChecksum,
            frame: Frame.udpTunnel(4789, checksum: 0x1234, [8, 0, 0, 0, 0, 0, 1, 0] + Frame.innerFrame),
            strict: true
        ),
        Case(
            name: "an IPv6 payload beyond the frame",
            outcome: .malformed,
            linkType: .ipv6,
            frame: Frame.ipv6(6, Frame.tcp6(), payloadLength: 900),
            strict: true
        ),
        Case(
            name: "a TCP header of 16 bytes",
            outcome: .malformed,
            frame: Frame.ethernet(
                0x0800,
                Frame.ipv4(6, [UInt8](repeating: 0, count: 12) + [0x40] + [UInt8](repeating: 0, count: 7))
            )
        ),
        Case(
            name: "a TCP header longer than the packet",
            outcome: .malformed,
            frame: Frame.ethernet(
                0x0800,
                Frame.ipv4(6, [UInt8](repeating: 0, count: 12) + [0xF0] + [UInt8](repeating: 0, count: 7))
            )
        ),
        Case(
            name: "a GTP extension of no length",
            outcome: .malformed,
            frame: Frame.udpTunnel(2152, Frame.gtp(flags: 0x34, more: [0, 0, 0, 0x85, 0, 0, 0, 0], Frame.inner4))
        ),
        Case(
            name: "an extension header beyond the packet",
            outcome: .malformed,
            linkType: .ipv6,
            frame: Frame.ipv6(0, [6, 200, 1, 4, 0, 0, 0, 0])
        ),
        Case(
            name: "an option beyond its header",
            outcome: .malformed,
            linkType: .ipv6,
            frame: Frame.extended(0, [6, 0, 5, 200, 0, 0, 0, 0])
        ),
        Case(
            name: "a hundred VLAN tags",
            outcome: .tooDeep,
            frame: Frame.ethernet(0x8100, (0..<100).flatMap { _ -> [UInt8] in [0, 1, 0x81, 0] })
        ),
    ]

    @Test(arguments: cases)
    func outcome(_ example: Case) {
        let outcome = decode(
            example.frame,
            as: example.linkType,
            wireLength: example.wireLength,
            ignoringChecksums: example.ignoringChecksums,
            strict: example.strict
        ).outcome
        #expect(outcome == example.outcome)
    }

    @Test("Fifty IP headers are followed, and no frame is followed for ever")
    func nesting() {
        let fifty = (0..<50).reduce(Frame.inner4) { packet, _ in Frame.ipv4(4, packet) }
        #expect(decode(fifty, as: .raw).outcome == .tooDeep)
        let ten = (0..<10).reduce(Frame.inner4) { packet, _ in Frame.ipv4(4, packet) }
        #expect(decode(ten, as: .raw).outcome == .segment)
    }

    @Test("The sixty-fourth layer is followed still, the next is not", arguments: [(29, DecodeOutcome.segment), (30, .tooDeep)])
    func deepestNesting(tags: Int, outcome: DecodeOutcome) {
        // Ethernet, its type, two layers a tag; then IP, its version's header, its protocol, TCP.
        let tagged = (1..<tags).reduce([0, 1] + bytes(UInt16(0x0800)) + Frame.inner4) { inner, _ in [0, 1, 0x81, 0] + inner }
        #expect(decode(Frame.ethernet(0x8100, tagged)).outcome == outcome)
        let nested = (0..<tags).reduce(Frame.inner4) { packet, _ in Frame.ipv4(4, packet) }
        // IP, two layers a header, TCP: one header more finds room.
        #expect(decode(Frame.ipv4(4, nested), as: .raw).outcome == outcome)
    }

    @Test("The tally counts each by its name")
    func tally() {
        var tally = DecodeTally()
        for outcome in DecodeOutcome.allCases { tally.count(outcome) }
        tally.count(.cut)
        #expect(tally[.cut] == 2 && tally[.segment] == 1)
        #expect(tally.total == UInt64(DecodeOutcome.allCases.count + 1))
    }
}
