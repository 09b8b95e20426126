import PacketCapture
import Packets
import Testing
import Time

@Suite("Segments that open, close or reset")
struct HandshakeFilterTests {
    /// IPv4 and TCP with these flags, 10.0.0.1 to 10.0.0.2, without payload.
    static func packet(flags: UInt8, protocol number: UInt8 = 6) -> [UInt8] {
        let network: [UInt8] = [0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, number, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        return network + [0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]
    }

    static let addresses = [UInt8](repeating: 2, count: 12)

    static let frames: [(name: String, linkType: LinkType, prefix: [UInt8])] = [
        ("Ethernet", .ethernet, addresses + [8, 0]),
        ("a VLAN", .ethernet, addresses + [0x81, 0, 0, 7, 8, 0]),
        ("a VLAN in a VLAN", .ethernet, addresses + [0x88, 0xA8, 0, 7, 0x81, 0, 0, 8, 8, 0]),
        ("PPPoE", .ethernet, addresses + [0x88, 0x64, 0x11, 0, 0, 1, 0, 42, 0, 0x21]),
        ("MPLS", .ethernet, addresses + [0x88, 0x47, 0, 0, 0x11, 64]),
        ("no link", .raw, []),
    ]

    @Test("are found wherever they lie in the frame", arguments: frames)
    func finds(_ example: (name: String, linkType: LinkType, prefix: [UInt8])) {
        var filter = HandshakeFilter()
        let passes: [(flags: UInt8, passes: Bool)] = [
            (0x02, true), (0x12, true), (0x10, false), (0x18, false), (0x11, true), (0x14, true), (0x04, true), (0, false),
            (0xE0, false),
        ]
        for (flags, expected) in passes {
            let frame = example.prefix + Self.packet(flags: flags)
            #expect(Self.matches(&filter, frame, example.linkType) == expected, "\(example.name), flags \(flags)")
        }
        #expect(!Self.matches(&filter, example.prefix + Self.packet(flags: 2, protocol: 17), example.linkType))
        #expect(!Self.matches(&filter, example.prefix, example.linkType))
    }

    private static func matches(_ filter: inout HandshakeFilter, _ frame: [UInt8], _ linkType: LinkType) -> Bool {
        let header = FrameHeader(
            time: Timestamp(nanoseconds: 1),
            wireLength: frame.count,
            capturedLength: frame.count,
            linkType: linkType
        )
        return filter.matches(header, frame.span)
    }
}
