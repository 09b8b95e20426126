import Packets
import Testing
import Time

/// The virtual network and the VLAN that a frame is in.
@Suite("Virtual network of a frame")
struct VirtualNetworkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let frame: [UInt8]
        /// The identifiers entered, the innermost last.
        let network: [UInt32]
        var vlan: UInt16 = 0
        var testDescription: String { name }
    }

    private static let vni: [UInt8] = [0x12, 0x34, 0x56, 0]

    static let cases = [
        Case(name: "none", frame: Frame.plain(), network: []),
        Case(name: "VLAN", frame: Frame.ethernet(0x8100, [0xE0, 10, 8, 0] + Frame.inner4), network: [10], vlan: 10),
        Case(name: "a priority alone is no VLAN", frame: Frame.ethernet(0x8100, [0xE0, 0, 8, 0] + Frame.inner4), network: []),
        Case(
            name: "stacked VLANs",
            frame: Frame.ethernet(0x88A8, [0, 5, 0x81, 0, 0, 6, 8, 0] + Frame.inner4),
            network: [5, 6],
            vlan: 6
        ),
        Case(name: "PBB", frame: Frame.ethernet(0x88E7, [0xE0, 1, 2, 3] + Frame.innerFrame), network: [0x01_0203]),
        Case(name: "VXLAN", frame: Frame.udpTunnel(4789, [8, 0, 0, 0] + vni + Frame.innerFrame), network: [0x12_3456]),
        Case(name: "VXLAN of Linux", frame: Frame.udpTunnel(8472, [8, 0, 0, 0] + vni + Frame.innerFrame), network: [0x12_3456]),
        Case(name: "VXLAN-GPE", frame: Frame.udpTunnel(4790, [0x0C, 0, 0, 3] + vni + Frame.innerFrame), network: [0x12_3456]),
        Case(name: "Geneve", frame: Frame.udpTunnel(6081, [0, 0, 0x65, 0x58] + vni + Frame.innerFrame), network: [0x12_3456]),
        Case(
            name: "a VLAN within VXLAN",
            frame: Frame.udpTunnel(4789, [8, 0, 0, 0] + vni + Frame.ethernet(0x8100, [0, 9, 8, 0] + Frame.inner4)),
            network: [0x12_3456, 9],
            vlan: 9
        ),
        Case(
            name: "VXLAN within a VLAN, which is not that of the packet inside",
            frame: [UInt8](Frame.udpTunnel(4789, [8, 0, 0, 0] + vni + Frame.innerFrame)[..<12]) + [0x81, 0, 0, 77]
                + Frame.udpTunnel(4789, [8, 0, 0, 0] + vni + Frame.innerFrame)[12...],
            network: [0x12_3456]
        ),
        Case(name: "GRE with a key", frame: Frame.tunnel(47, [0x20, 0, 8, 0, 0, 0, 3, 9] + Frame.inner4), network: [0x309]),
        Case(name: "GRE without one", frame: Frame.tunnel(47, [0, 0, 8, 0] + Frame.inner4), network: []),
        Case(
            name: "EoIP",
            frame: Frame.tunnel(47, [0x20, 1, 0x64, 0] + bytes(UInt16(Frame.innerFrame.count)) + [5, 0] + Frame.innerFrame),
            network: [0x500]
        ),
    ]

    @Test(arguments: cases)
    func isIn(_ example: Case) {
        let (outcome, segment) = decode(example.frame, as: .ethernet)
        #expect(outcome == .segment)
        var expected = VirtualNetwork.none
        for identifier in example.network { expected.enter(identifier) }
        #expect(segment.network == expected)
        #expect(segment.vlan == example.vlan)
    }

    @Test("A frame is not in the network of the one before")
    func forgets() {
        var decoder = Decoder()
        for (frame, network) in [(Frame.ethernet(0x8100, [0, 10, 8, 0] + Frame.inner4), UInt16(10)), (Frame.plain(), 0)] {
            #expect(
                decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: Timestamp(nanoseconds: 0))
                    == .segment
            )
            #expect(decoder.segment.network.number == network)
        }
    }

    @Test("Each VLAN, stack of small ones and VNI has a number of its own, and none is that of no network")
    func numbers() {
        func number(_ identifiers: UInt32...) -> UInt16 {
            var network = VirtualNetwork.none
            for identifier in identifiers { network.enter(identifier) }
            return network.number
        }
        #expect(Set((1..<4095).map { number($0) }).count == 4094)
        #expect(Set((1..<60).flatMap { outer in (1..<60).map { number(outer, $0) } }).count > 2000)
        #expect((1..<100_000).allSatisfy { number($0) != 0 })
        #expect(number(5, 6) != number(6, 5))
        #expect(number(0) == 0)
    }
}
