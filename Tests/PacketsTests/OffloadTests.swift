import Addresses
import Packets
import Testing
import Time

/// Outer checksums of tunnels as a sender's own capture sees them, before the NIC has filled them in.
@Suite("Offloaded checksums of tunnels")
struct OffloadTests {
    /// A segment whose checksum field holds the sum of its pseudo-header.
    static let partialSegment: [UInt8] = {
        var segment = Frame.tcp(flags: .syn, payload: [])
        let pseudo = Checksum.ofPseudoHeader(source: Frame.client, destination: Frame.server, protocol: 6, length: segment.count)
        segment.replaceSubrange(16..<18, with: bytes(Checksum.folded(pseudo)))
        return segment
    }()

    static func inner(_ segment: [UInt8]) -> [UInt8] { Frame.ethernet(0x0800, Frame.ipv4(6, segment)) }

    /// The sum of the outer pseudo-header, as the field holds it where the whole checksum is left to the NIC.
    static func partial(_ payload: [UInt8]) -> UInt16 {
        Checksum.folded(
            Checksum.ofPseudoHeader(source: Frame.gateway, destination: Frame.peer, protocol: 17, length: 8 + payload.count)
        )
    }

    /// The checksum of the packet as it leaves: computed over the inner segment with its checksum filled in.
    static func local(_ payload: (_ segment: [UInt8]) -> [UInt8], complete: [UInt8]) -> UInt16 {
        let frame = Frame.udpTunnel(6081, payload(complete))
        return UInt16(frame[40]) << 8 | UInt16(frame[41])
    }

    static func geneve(_ segment: [UInt8]) -> [UInt8] { Frame.geneve(0x6558, inner(segment)) }

    static let complete = Frame.tcp(flags: .syn, payload: [])

    static let cases: [(name: String, frame: [UInt8], patient: DecodeOutcome, strict: DecodeOutcome)] = [
        ("right", Frame.udpTunnel(6081, geneve(complete)), .segment, .segment),
        ("none", Frame.udpTunnel(6081, checksum: 0, geneve(complete)), .segment, .segment),
        (
            "all left to the NIC", Frame.udpTunnel(6081, checksum: partial(geneve(complete)), geneve(complete)), .segment,
            .badUDPChecksum
        ),
        (
            "all left, the inner one too",
            Frame.udpTunnel(6081, checksum: partial(geneve(partialSegment)), geneve(partialSegment)), .segment, .badUDPChecksum
        ),
        (
            "computed for the inner one filled in",
            Frame.udpTunnel(6081, checksum: local(geneve, complete: complete), geneve(partialSegment)), .segment, .badUDPChecksum
        ),
        ("wrong", Frame.udpTunnel(6081, checksum: 0x1234, geneve(complete)), .segment, .badUDPChecksum),
        (
            "wrong, the inner one left to the NIC",
            Frame.udpTunnel(6081, checksum: 0x1234, geneve(partialSegment)), .segment, .badUDPChecksum
        ),
        (
            "wrong around a fragment",
            Frame.udpTunnel(
                6081,
                checksum: 0x1234,
                Frame.geneve(0x6558, Frame.ethernet(0x0800, Frame.ipv4(6, Array(complete[..<16]), fragment: 0x2000)))
            ), .fragmentHeld, .badUDPChecksum
        ),
        (
            "wrong around another tunnel with a wrong one",
            Frame.udpTunnel(
                6081,
                checksum: 0x1234,
                Frame.geneve(0x6558, Frame.udpTunnel(6081, checksum: 0x1234, geneve(partialSegment)))
            ), .segment, .badUDPChecksum
        ),
    ]

    @Test("are accepted whatever they are, save where Zeek refuses them", arguments: cases)
    func outcomes(_ example: (name: String, frame: [UInt8], patient: DecodeOutcome, strict: DecodeOutcome)) {
        for (accepts, expected) in [(true, example.patient), (false, example.strict)] {
            var decoder = Decoder(strict: !accepts)
            let frame = example.frame
            let outcome = decoder.decode(
                frame.span,
                linkType: .ethernet,
                wireLength: frame.count,
                time: Timestamp(nanoseconds: 1)
            )
            #expect(outcome == expected, "\(example.name), strict: \(!accepts)")
        }
    }
}
