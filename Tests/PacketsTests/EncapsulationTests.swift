import Addresses
import Packets
import Testing
import Time

/// A frame and what it is to come to.
struct FrameCase: CustomTestStringConvertible, Sendable {
    let name: String
    let linkType: LinkType
    let frame: [UInt8]

    init(_ name: String, _ linkType: LinkType, _ frame: [UInt8]) {
        self.name = name
        self.linkType = linkType
        self.frame = frame
    }

    /// On Ethernet.
    init(_ name: String, _ frame: [UInt8]) {
        self.init(name, .ethernet, frame)
    }

    var testDescription: String { name }
}

@Suite("Each encapsulation leads to the segment inside")
struct EncapsulationTests {
    static let links = [
        FrameCase("VLAN", Frame.ethernet(0x8100, [0, 5, 8, 0] + Frame.inner4)),
        FrameCase("802.1ad and 802.1Q", Frame.ethernet(0x88A8, [0, 5, 0x81, 0, 0, 6, 8, 0] + Frame.inner4)),
        FrameCase("QinQ as 0x9100", Frame.ethernet(0x9100, [0, 5, 0x81, 0, 0, 6, 0x86, 0xDD] + Frame.inner6)),
        FrameCase("MPLS, one label, IPv4", Frame.ethernet(0x8847, [0, 1, 0x01, 64] + Frame.inner4)),
        FrameCase("MPLS, three labels, IPv6", Frame.ethernet(0x8847, [0, 1, 0, 64, 0, 2, 0, 64, 0, 3, 1, 64] + Frame.inner6)),
        FrameCase("MPLS upstream", Frame.ethernet(0x8848, [0, 1, 0x01, 64] + Frame.inner4)),
        FrameCase("pseudo-wire with a control word", Frame.ethernet(0x8847, [0, 1, 1, 64, 0, 0, 0, 7] + Frame.innerFrame)),
        FrameCase(
            "pseudo-wire without",
            Frame.ethernet(0x8847, [0, 1, 1, 64] + [0x22, 0, 0, 0, 0, 1, 0x22, 0, 0, 0, 0, 2, 8, 0] + Frame.inner4)
        ),
        FrameCase("PPPoE, IPv4", Frame.ethernet(0x8864, Frame.pppoe([0, 0x21] + Frame.inner4))),
        FrameCase("PPPoE, IPv6", Frame.ethernet(0x8864, Frame.pppoe([0, 0x57] + Frame.inner6))),
        FrameCase(
            "PPPoE in QinQ",
            Frame.ethernet(0x88A8, [0, 5, 0x81, 0, 0, 6, 0x88, 0x64] + Frame.pppoe([0, 0x21] + Frame.inner4))
        ),
        FrameCase("PBB", Frame.ethernet(0x88E7, [0, 0, 0, 9] + Frame.innerFrame)),
        FrameCase("PBB in a backbone VLAN", Frame.ethernet(0x88A8, [0, 5, 0x88, 0xE7, 0, 0, 0, 9] + Frame.innerFrame)),
        FrameCase("E-tag", Frame.ethernet(0x893F, [0xE0, 0, 0, 5, 0, 0, 8, 0] + Frame.inner4)),
        FrameCase("Cisco metadata", Frame.ethernet(0x8909, [1, 1, 0, 1, 0, 9, 8, 0] + Frame.inner4)),
        FrameCase("VN-tag", Frame.ethernet(0x8926, [0, 0, 0, 0, 8, 0] + Frame.inner4)),
        FrameCase("VN-tag and VLAN", Frame.ethernet(0x8926, [0, 0, 0, 0, 0x81, 0, 0, 5, 8, 0] + Frame.inner4)),
        FrameCase("FabricPath", [UInt8](repeating: 1, count: 12) + [0x89, 3, 0, 0] + Frame.innerFrame),
        FrameCase("802.3 with SNAP", Frame.ethernet(UInt16(8 + Frame.inner4.count), Frame.snap(0x0800, Frame.inner4))),
        FrameCase("802.3 with IP's access point", Frame.ethernet(UInt16(3 + Frame.inner4.count), [6, 6, 3] + Frame.inner4)),
        FrameCase(
            "SNAP with VLAN",
            Frame.ethernet(UInt16(12 + Frame.inner4.count), Frame.snap(0x8100, [0, 1, 8, 0] + Frame.inner4))
        ),
        FrameCase(
            "SLL with LLC",
            .linuxCooked,
            [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0, 4] + Frame.snap(0x0800, Frame.inner4)
        ),
        FrameCase("PPP", .ppp, [0, 0x21] + Frame.inner4),
        FrameCase("PPP with address and control", .ppp, [0xFF, 3, 0, 0x57] + Frame.inner6),
        FrameCase("PPP with a protocol field of one byte", .ppp, [0xFF, 3, 0x21] + Frame.inner4),
        FrameCase("PPP_SERIAL", .pppSerial, [0xFF, 3, 0, 0x21] + Frame.inner4),
        FrameCase("PPP_SERIAL, Cisco HDLC", .pppSerial, [0x0F, 0, 8, 0] + Frame.inner4),
        FrameCase("C_HDLC", .ciscoHDLC, [0x8F, 0, 0x86, 0xDD] + Frame.inner6),
        FrameCase("PPP with MPLS", .ppp, [0xFF, 3, 2, 0x81, 0, 1, 1, 64] + Frame.inner4),
        FrameCase("PPP_ETHER", .pppEthernet, Frame.pppoe([0, 0x21] + Frame.inner4)),
        FrameCase("PPP_WITH_DIR", .pppWithDirection, [1, 0xFF, 3, 0, 0x21] + Frame.inner4),
        FrameCase("802.11", .wifi, Frame.wifi(Frame.snap(0x0800, Frame.inner4))),
        FrameCase(
            "802.11, four addresses",
            .wifi,
            Frame.wifi(flags: 3, more: [1, 2, 3, 4, 5, 6], Frame.snap(0x0800, Frame.inner4))
        ),
        FrameCase("802.11, QoS", .wifi, Frame.wifi(control: 0x88, more: [0, 0], Frame.snap(0x86DD, Frame.inner6))),
        FrameCase(
            "802.11, QoS and HT control",
            .wifi,
            Frame.wifi(control: 0x88, flags: 0x82, more: [0, 0, 1, 2, 3, 4], Frame.snap(0x0800, Frame.inner4))
        ),
        FrameCase("radiotap", .wifiRadiotap, [0, 0, 8, 0, 0, 0, 0, 0] + Frame.wifi(Frame.snap(0x0800, Frame.inner4))),
        FrameCase(
            "radiotap with padding after the header",
            .wifiRadiotap,
            [0, 0, 17, 0, 3, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0x20]
                + Frame.wifi(control: 0x88, more: [0, 0, 0, 0], Frame.snap(0x0800, Frame.inner4))
        ),
        FrameCase(
            "radiotap with two words of bits",
            .wifiRadiotap,
            [0, 0, 13, 0, 2, 0, 0, 0x80, 0, 0, 0, 0, 0x20]
                + Frame.wifi(control: 0x88, more: [0, 0, 0, 0], Frame.snap(0x0800, Frame.inner4))
        ),
        FrameCase(
            "Prism",
            .wifiPrism,
            [0, 0, 0, 0x44, 144, 0, 0, 0] + [UInt8](repeating: 0, count: 136) + Frame.wifi(Frame.snap(0x0800, Frame.inner4))
        ),
        FrameCase(
            "AVS",
            .wifiAVS,
            [0x80, 0x21, 0x10, 1, 0, 0, 0, 64] + [UInt8](repeating: 0, count: 56) + Frame.wifi(Frame.snap(0x0800, Frame.inner4))
        ),
    ]

    static let networks = [
        FrameCase("IPv4 options", Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(), options: [1, 1, 1, 0]))),
        FrameCase(
            "IPv4 options, 40 bytes",
            Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(), options: [UInt8](repeating: 1, count: 40)))
        ),
        FrameCase(
            "authentication header, IPv4",
            Frame.ethernet(0x0800, Frame.ipv4(51, [6, 4, 0, 0] + [UInt8](repeating: 1, count: 20) + Frame.tcp()))
        ),
        FrameCase("authentication header, IPv6", .ipv6, Frame.extended(51, [6, 4, 0, 0] + [UInt8](repeating: 1, count: 20))),
        FrameCase("hop-by-hop options", .ipv6, Frame.extended(0, [6, 0, 5, 2, 0, 0, 1, 0])),
        FrameCase("destination options of 16 bytes", .ipv6, Frame.extended(60, [6, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        FrameCase(
            "routing header with no segment left",
            .ipv6,
            Frame.extended(43, [6, 2, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 3, count: 16))
        ),
        FrameCase("atomic fragment", .ipv6, Frame.extended(44, [6, 0, 0, 0, 0, 0, 0, 1])),
        FrameCase(
            "mobility, HIP, shim6 headers",
            .ipv6,
            Frame.extended(135, [139, 0, 0, 0, 0, 0, 0, 0, 140, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])
        ),
        FrameCase(
            "five extension headers",
            .ipv6,
            Frame.extended(
                0,
                [
                    60, 0, 1, 4, 0, 0, 0, 0, 43, 0, 1, 4, 0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 1, 6, 0, 1, 4,
                    0, 0, 0, 0,
                ]
            )
        ),
    ]

    static let tunnels = [
        FrameCase("IP in IP", Frame.tunnel(4, Frame.inner4)),
        FrameCase("6in4", Frame.tunnel(41, Frame.inner6)),
        FrameCase("4in6", .ipv6, Frame.ipv6(4, Frame.inner4)),
        FrameCase("IPv6 in IPv6", .ipv6, Frame.ipv6(41, Frame.inner6)),
        FrameCase("MPLS in IP", Frame.tunnel(137, [0, 1, 1, 64] + Frame.inner4)),
        FrameCase("EtherIP", Frame.tunnel(97, [0x30, 0] + Frame.innerFrame)),
        FrameCase("GRE", Frame.tunnel(47, [0, 0, 8, 0] + Frame.inner4)),
        FrameCase(
            "GRE with checksum, key and sequence",
            Frame.tunnel(47, [0xB0, 0, 0x86, 0xDD] + [UInt8](repeating: 0, count: 12) + Frame.inner6)
        ),
        FrameCase("GRE with Ethernet (NVGRE)", Frame.tunnel(47, [0x20, 0, 0x65, 0x58, 0, 0, 1, 0] + Frame.innerFrame)),
        FrameCase("GRE with MPLS", Frame.tunnel(47, [0, 0, 0x88, 0x47, 0, 1, 1, 64] + Frame.inner4)),
        FrameCase("GRE with WCCP", Frame.tunnel(47, [0, 0, 0x88, 0x3E] + Frame.inner4)),
        FrameCase("GRE with WCCP's second version", Frame.tunnel(47, [0, 0, 0x88, 0x3E, 0, 0, 1, 2] + Frame.inner4)),
        FrameCase("GRE with Wi-Fi", Frame.tunnel(47, [0, 0, 0x82, 0x10] + Frame.wifi(Frame.snap(0x0800, Frame.inner4)))),
        FrameCase(
            "PPTP",
            Frame.tunnel(
                47,
                [0x30, 0x81, 0x88, 0x0B] + bytes(UInt16(4 + Frame.inner4.count)) + [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xFF, 3, 0, 0x21]
                    + Frame.inner4
            )
        ),
        FrameCase("ERSPAN I", Frame.tunnel(47, [0, 0, 0x88, 0xBE] + Frame.innerFrame)),
        FrameCase(
            "ERSPAN II",
            Frame.tunnel(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 8) + Frame.innerFrame)
        ),
        FrameCase(
            "ERSPAN III",
            Frame.tunnel(47, [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 12) + Frame.innerFrame)
        ),
        FrameCase(
            "ERSPAN III with a platform's header",
            Frame.tunnel(47, [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 20) + Frame.innerFrame)
        ),
        FrameCase("GRE in UDP", Frame.udpTunnel(4754, [0, 0, 8, 0] + Frame.inner4)),
        FrameCase("VXLAN", Frame.udpTunnel(4789, [8, 0, 0, 0, 0, 0, 1, 0] + Frame.innerFrame)),
        FrameCase("VXLAN on Linux's port", Frame.udpTunnel(8472, [8, 0, 0, 0, 0, 0, 1, 0] + Frame.innerFrame)),
        FrameCase("VXLAN-GPE, IPv4", Frame.udpTunnel(4790, [0x0C, 0, 0, 1, 0, 0, 1, 0] + Frame.inner4)),
        FrameCase("VXLAN-GPE, IPv6", Frame.udpTunnel(4790, [0x0C, 0, 0, 2, 0, 0, 1, 0] + Frame.inner6)),
        FrameCase("VXLAN-GPE, Ethernet", Frame.udpTunnel(4790, [0x0C, 0, 0, 3, 0, 0, 1, 0] + Frame.innerFrame)),
        FrameCase("MPLS over UDP", Frame.udpTunnel(6635, [0, 1, 1, 64] + Frame.inner4)),
        FrameCase("L2TP", Frame.udpTunnel(1701, [0, 2, 0, 1, 0, 2, 0xFF, 3, 0, 0x21] + Frame.inner4)),
        FrameCase(
            "L2TP with length, sequence numbers and offset",
            Frame.udpTunnel(
                1701,
                [0x4A, 2] + bytes(UInt16(20 + Frame.inner6.count)) + [0, 1, 0, 2, 0, 3, 0, 4, 0, 4, 9, 9, 9, 9, 0, 0x57]
                    + Frame.inner6
            )
        ),
        FrameCase(
            "EoIP",
            Frame.tunnel(47, [0x20, 1, 0x64, 0] + bytes(UInt16(Frame.innerFrame.count)) + [5, 0] + Frame.innerFrame)
        ),
        FrameCase("VXLAN without a checksum", Frame.udpTunnel(4789, checksum: 0, [8, 0, 0, 0, 0, 0, 1, 0] + Frame.innerFrame)),
        FrameCase("Geneve", Frame.udpTunnel(6081, Frame.geneve(0x6558, Frame.innerFrame))),
        FrameCase(
            "Geneve with options and IPv4",
            Frame.udpTunnel(6081, Frame.geneve(0x0800, options: [0, 1, 2, 1, 9, 9, 9, 9], Frame.inner4))
        ),
        FrameCase(
            "VXLAN in Geneve",
            Frame.udpTunnel(6081, Frame.geneve(0x6558, Frame.udpTunnel(4789, [8, 0, 0, 0, 0, 0, 1, 0] + Frame.innerFrame)))
        ),
        FrameCase("GTP-U", Frame.udpTunnel(2152, Frame.gtp(Frame.inner4))),
        FrameCase("GTP-U from its port", Frame.udpTunnel(40_001, from: 2152, Frame.gtp(Frame.inner6))),
        FrameCase("GTP-U with a sequence number", Frame.udpTunnel(2152, Frame.gtp(flags: 0x32, more: [0, 1, 0, 0], Frame.inner4))),
        FrameCase(
            "GTP-U with two extensions",
            Frame.udpTunnel(
                2152,
                Frame.gtp(flags: 0x34, more: [0, 0, 0, 0x85, 1, 0, 0, 0x40, 2, 0, 0, 0, 0, 0, 0, 0], Frame.inner4)
            )
        ),
        FrameCase("Teredo", Frame.udpTunnel(3544, Frame.fromTeredo)),
        FrameCase("Teredo between clients", Frame.udpTunnel(41_000, Frame.fromTeredo)),
        FrameCase("Teredo with an origin", Frame.udpTunnel(3544, [0, 0, 1, 2, 3, 4, 5, 6] + Frame.fromTeredo)),
        FrameCase(
            "Teredo with authentication and origin",
            Frame.udpTunnel(3544, [0, 1, 2, 3] + [UInt8](repeating: 7, count: 14) + [0, 0, 1, 2, 3, 4, 5, 6] + Frame.fromTeredo)
        ),
        FrameCase(
            "AYIYA",
            Frame.udpTunnel(5072, [0x44, 0x52, 0x11, 41, 0, 0, 0, 0] + [UInt8](repeating: 5, count: 36) + Frame.inner6)
        ),
        FrameCase(
            "AYIYA on any port",
            Frame.udpTunnel(42_000, [0x44, 0x52, 0x11, 41, 0, 0, 0, 0] + [UInt8](repeating: 5, count: 36) + Frame.inner6)
        ),
    ]

    static let all = links + networks + tunnels

    @Test(arguments: all)
    func leads(_ example: FrameCase) {
        let (outcome, segment) = decode(example.frame, as: example.linkType)
        #expect(outcome == .segment)
        #expect(segment.sourcePort == Frame.sourcePort && segment.destinationPort == Frame.destinationPort)
        #expect(segment.payloadLength == 5 && segment.capturedPayloadLength == 5)
        #expect(example.frame[segment.payloadOffset..<segment.payloadOffset + 5].elementsEqual("hello".utf8))
        #expect(segment.checksum == .correct)
        let inner = [Frame.client, Frame.client6, Frame.teredoClient]
        #expect(inner.contains(segment.source), "the inner addresses count")
    }

    @Test(
        "Cut to any length, a frame gives no more than it holds",
        arguments: all + LinkTypeTests.unpadded
    )
    func cuts(_ example: FrameCase) {
        for count in 0..<example.frame.count {
            let cut = Array(example.frame.prefix(count))
            // By a snapshot length: the wire's length is known.
            let (outcome, segment) = decode(cut, as: example.linkType, wireLength: example.frame.count)
            #expect([.segment, .cut, .notTCP, .notIP].contains(outcome), "cut to \(count): \(outcome)")
            if outcome == .segment {
                #expect(segment.payloadLength == 5 && segment.checksum == .unknown, "cut to \(count)")
                #expect(segment.payloadOffset + segment.capturedPayloadLength <= count, "cut to \(count)")
            }
            // As if nothing more had been on the wire.
            #expect(decode(cut, as: example.linkType, strict: true).outcome != .segment, "ends at \(count)")
        }
    }

    @Test("A frame with anything changed gives an answer", arguments: all)
    func changes(_ example: FrameCase) {
        var decoder = Decoder()
        for index in example.frame.indices {
            for value in [UInt8(0), 0x7F, 0x80, 0xFF, example.frame[index] ^ 1] {
                var changed = example.frame
                changed[index] = value
                let outcome = decoder.decode(
                    changed.span,
                    linkType: example.linkType,
                    wireLength: changed.count,
                    time: Timestamp(nanoseconds: 0)
                )
                if outcome == .segment {
                    #expect(decoder.segment.payloadOffset + decoder.segment.capturedPayloadLength <= changed.count)
                }
            }
        }
    }
}
