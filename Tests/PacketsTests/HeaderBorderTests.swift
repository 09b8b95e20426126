import Packets
import Testing
import Time

@Suite("A header that lacks one byte is not read")
struct HeaderBorderTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var linkType = LinkType.ethernet
        let frame: [UInt8]
        /// Bytes of TCP's payload, at the frame's end, and of its options before that.
        var payload = 5
        var options = 0
        var testDescription: String { name }
    }

    static let timestamps: [UInt8] = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]

    static let cases: [Case] = [
        Case(name: "Ethernet, IPv4", frame: Frame.plain()),
        Case(
            name: "Ethernet, IPv4, TCP with timestamps",
            frame: Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(options: timestamps))),
            options: 12
        ),
        Case(name: "no payload", frame: Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(payload: []))), payload: 0),
        Case(name: "IPv4 with options", frame: Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(), options: [1, 1, 1, 0]))),
        Case(name: "Ethernet, IPv6", frame: Frame.ethernet(0x86DD, Frame.inner6)),
        Case(name: "IPv6 with options", linkType: .ipv6, frame: Frame.extended(0, [6, 0, 1, 4, 0, 0, 0, 0])),
        Case(name: "VLAN", frame: Frame.ethernet(0x8100, [0, 1, 8, 0] + Frame.inner4)),
        Case(name: "Linux cooked", linkType: .linuxCooked, frame: [UInt8](repeating: 0, count: 14) + [8, 0] + Frame.inner4),
        Case(
            name: "Linux cooked 2",
            linkType: .linuxCooked2,
            frame: [0x86, 0xDD] + [UInt8](repeating: 0, count: 18) + Frame.inner6
        ),
        Case(name: "loopback", linkType: .null, frame: [2, 0, 0, 0] + Frame.inner4),
        Case(name: "raw", linkType: .raw, frame: Frame.inner4),
    ]

    @Test("Cut by the capture at any byte", arguments: cases)
    func cut(_ example: Case) {
        let headers = example.frame.count - example.payload
        for count in 0...example.frame.count {
            let (outcome, segment) = decode(
                Array(example.frame.prefix(count)),
                as: example.linkType,
                wireLength: example.frame.count
            )
            guard count >= headers - example.options else {
                #expect(outcome == .cut, "\(count) bytes")
                continue
            }
            #expect(outcome == .segment, "\(count) bytes")
            #expect(segment.payloadOffset == min(headers, count) && segment.payloadLength == example.payload)
            #expect(segment.capturedPayloadLength == max(count - headers, 0))
            #expect(segment.options.present.contains(.cut) == (count < headers), "\(count) bytes")
            #expect(!segment.options.present.contains(.malformed))
            #expect(segment.isPayloadWhole == (count == example.frame.count))
            #expect(segment.checksum == (count == example.frame.count ? .correct : .unknown))
        }
    }

    @Test("Ended by the sender at any byte", arguments: cases)
    func short(_ example: Case) {
        for count in 0..<example.frame.count {
            let frame = Array(example.frame.prefix(count))
            #expect(decode(frame, as: example.linkType, strict: true).outcome == .malformed, "\(count) bytes")
            // Where the headers are whole, what is there counts.
            let (outcome, segment) = decode(frame, as: example.linkType)
            let headers = example.frame.count - example.payload
            #expect(outcome == (count < headers ? .malformed : .segment), "\(count) bytes")
            if outcome == .segment { #expect(segment.payloadLength == count - headers, "\(count) bytes") }
        }
    }

    @Test("Padding behind the packet is no payload", arguments: cases)
    func padded(_ example: Case) {
        for padding in 0...9 {
            let frame = example.frame + [UInt8](repeating: 0xEE, count: padding)
            let (outcome, segment) = decode(frame, as: example.linkType)
            #expect(outcome == .segment && segment.checksum == .correct, "\(padding) bytes")
            #expect(segment.capturedPayloadLength == example.payload)
        }
    }

    @Test("Options that the capture holds are read where it cuts the others off")
    func cutOptions() {
        let options: [UInt8] = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
        let frame = Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(flags: .syn, options: options, payload: [])))
        let expected: [(kept: Int, present: TCPOptions.Kinds)] = [
            (0, .cut), (3, .cut), (4, [.cut, .maximumSegmentSize]), (6, [.cut, .maximumSegmentSize, .sackPermitted]),
            (15, [.cut, .maximumSegmentSize, .sackPermitted]),
            (16, [.cut, .maximumSegmentSize, .sackPermitted, .timestamps]),
            (20, [.maximumSegmentSize, .sackPermitted, .timestamps, .windowScale]),
        ]
        for (kept, present) in expected {
            let (outcome, segment) = decode(Array(frame.prefix(54 + kept)), wireLength: frame.count)
            #expect(outcome == .segment && segment.flags == .syn && segment.payloadLength == 0 && segment.isPayloadWhole)
            #expect(segment.options.present == present, "\(kept) bytes of them")
        }
    }

    @Test("Options of the segment before do not linger")
    func options() {
        let plain = Frame.plain()
        let stamped = Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(options: Self.timestamps)))
        let opening = Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(flags: .syn, options: [2, 4, 5, 0xB4, 1, 3, 3, 7])))
        let blocks = Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(options: [5, 10] + [UInt8](1...8))))
        var decoder = Decoder()
        for first in [plain, stamped, opening, blocks] {
            for second in [plain, stamped, opening, blocks] {
                for frame in [first, second] {
                    _ = decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: Timestamp(nanoseconds: 1))
                }
                #expect(Self.fields(decoder.segment.options) == Self.fields(decode(second).segment.options))
            }
        }
    }

    private static func fields(_ options: TCPOptions) -> [UInt32] {
        [
            UInt32(options.present.rawValue), UInt32(options.maximumSegmentSize), UInt32(options.windowScale),
            options.timestampValue, options.timestampEcho, UInt32(options.sackBlockCount),
            UInt32(options.fastOpenCookieLength), UInt32(options.unknownKindCount), UInt32(options.userTimeout),
        ] + options.sackBlocks.indices.flatMap { [options.sackBlocks[$0].left, options.sackBlocks[$0].right] }
    }
}
