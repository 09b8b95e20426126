import Packets
import Testing

@Suite struct LinkTypeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let linkType: LinkType
        let frame: [UInt8]
        var testDescription: String { name }
    }

    static let v4 = Frame.ipv4(6, Frame.tcp())
    static let v6 = Frame.ipv6(6, Frame.tcp6())
    static let cases = [
        Case(name: "Ethernet, IPv4", linkType: .ethernet, frame: Frame.ethernet(0x0800, v4)),
        Case(name: "Ethernet, IPv6", linkType: .ethernet, frame: Frame.ethernet(0x86DD, v6)),
        Case(name: "Ethernet, IPv4, padded", linkType: .ethernet, frame: Frame.ethernet(0x0800, v4) + [0, 0, 0]),
        Case(name: "SLL", linkType: .linuxCooked, frame: [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0] + v4),
        Case(
            name: "SLL2",
            linkType: .linuxCooked2,
            frame: [0x86, 0xDD, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + v6
        ),
        Case(name: "NULL, little-endian", linkType: .null, frame: [2, 0, 0, 0] + v4),
        Case(name: "NULL, Darwin's IPv6", linkType: .null, frame: [30, 0, 0, 0] + v6),
        Case(name: "LOOP, FreeBSD's IPv6", linkType: .loop, frame: [0, 0, 0, 28] + v6),
        Case(name: "RAW, IPv4", linkType: .raw, frame: v4),
        Case(name: "RAW, IPv6", linkType: .raw, frame: v6),
        Case(name: "RAW as 12", linkType: LinkType(rawValue: 12), frame: v4),
        Case(name: "RAW as 14", linkType: LinkType(rawValue: 14), frame: v6),
        Case(name: "IPV4", linkType: .ipv4, frame: v4),
        Case(name: "IPV6", linkType: .ipv6, frame: v6),
    ]

    @Test(arguments: cases)
    func segment(of example: Case) {
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

    @Test("No prefix of a frame traps, and none but the whole gives the payload", arguments: cases)
    func prefixes(of example: Case) {
        for count in 0..<example.frame.count {
            let (outcome, segment) = decode(
                Array(example.frame.prefix(count)),
                as: example.linkType,
                wireLength: example.frame.count
            )
            if outcome == .segment { #expect(segment.payloadLength == 5, "cut to \(count)") }
            _ = decode(Array(example.frame.prefix(count)), as: example.linkType)
        }
    }
}
