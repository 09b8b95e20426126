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

    @Test("Frames are in the same network exactly where their identifiers are the same, and in that VLAN")
    func isIn() {
        var decoder = Decoder()
        var numbers: [[UInt32]: UInt16] = [:]
        for _ in 0..<2 {
            for example in Self.cases {
                let frame = example.frame
                let time = Timestamp(nanoseconds: 0)
                #expect(decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: time) == .segment)
                let number = decoder.segment.network.number
                #expect(numbers[example.network, default: number] == number, "\(example)")
                numbers[example.network] = number
                #expect(decoder.segment.vlan == example.vlan, "\(example)")
            }
        }
        #expect(Set(numbers.values).count == numbers.count && numbers[[]] == 0 && numbers[[10]] == 10)
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

    /// Of stacked VLANs, or of one where the inner is 0.
    private static func number(_ outer: UInt16, _ inner: UInt16, _ decoder: inout Decoder) -> UInt16 {
        let frame = Frame.ethernet(0x88A8, bytes(outer) + [0x81, 0] + bytes(inner) + [8, 0] + Frame.inner4)
        _ = decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: Timestamp(nanoseconds: 0))
        return decoder.segment.network.number
    }

    @Test("Each VLAN has its number; each of 4096 stacks has one of its own, further ones share theirs, in 13 bits")
    func numbers() {
        var decoder = Decoder()
        #expect((0..<4096).allSatisfy { Self.number($0, 0, &decoder) == $0 })
        let stacks = (1...64).flatMap { outer in (1...64).map { (UInt16(outer), UInt16($0)) } }
        let numbers = stacks.map { Self.number($0, $1, &decoder) }
        #expect(Set(numbers).count == 4096 && numbers.min() == 4096 && numbers.max() == 8191)
        #expect(stacks.map { Self.number($0, $1, &decoder) } == numbers)
        let further = (1...4000).map { Self.number(65, UInt16($0), &decoder) }
        #expect(further.allSatisfy { (4096...8191).contains($0) } && Set(further).count > 2000)
        #expect((1...4000).map { Self.number(65, UInt16($0), &decoder) } == further)
    }

    @Test("A tunnel's number is not a VLAN's, and 0 is none")
    func tunnels() {
        var decoder = Decoder()
        var numbers: [UInt16] = []
        for identifier in [UInt8(5), 0] {
            let frame = Frame.udpTunnel(4789, [8, 0, 0, 0, 0, 0, identifier, 0] + Frame.innerFrame)
            _ = decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: Timestamp(nanoseconds: 0))
            numbers.append(decoder.segment.network.number)
        }
        #expect(numbers == [4096, 0])
    }
}
