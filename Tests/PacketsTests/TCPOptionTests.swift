import Packets
import Testing
import Time

@Suite struct TCPOptionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let check: @Sendable (TCPOptions) -> Bool
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ check: @escaping @Sendable (TCPOptions) -> Bool) {
            self.name = name
            self.bytes = bytes
            self.check = check
        }
    }

    static let cases = [
        Case("none", []) { $0.present == [] },
        Case("maximum segment size", [2, 4, 5, 0xB4]) { $0.present == .maximumSegmentSize && $0.maximumSegmentSize == 1460 },
        Case("window scale", [1, 3, 3, 7]) { $0.present == .windowScale && $0.windowScale == 7 },
        Case("window scale over 14 as it stands", [3, 3, 200]) { $0.windowScale == 200 },
        Case("SACK permitted", [4, 2]) { $0.present == .sackPermitted },
        Case("timestamps as nearly all write them", [1, 1, 8, 10, 0, 0, 1, 0, 0, 0, 2, 0]) {
            $0.present == .timestamps && $0.timestampValue == 256 && $0.timestampEcho == 512
        },
        Case("timestamps first", [8, 10, 0, 0, 1, 0, 0, 0, 2, 0]) { $0.present == .timestamps && $0.timestampEcho == 512 },
        Case("one SACK block", [5, 10, 0, 0, 0, 1, 0, 0, 0, 2]) {
            $0.present == .sack && $0.sackBlockCount == 1 && $0.sackBlocks[0].left == 1 && $0.sackBlocks[0].right == 2
        },
        Case(
            "three SACK blocks beside timestamps",
            [8, 10] + [UInt8](repeating: 0, count: 8) + [5, 26] + (1...24).map { UInt8($0) }
        ) {
            $0.present == [.sack, .timestamps] && $0.sackBlockCount == 3 && $0.sackBlocks[2].right == 0x1516_1718
        },
        Case("four SACK blocks", [5, 34] + [UInt8](repeating: 9, count: 32)) { $0.sackBlockCount == 4 },
        Case("Fast Open's request", [34, 2]) { $0.present == .fastOpen && $0.fastOpenCookieLength == 0 },
        Case("Fast Open's cookie", [34, 10, 1, 2, 3, 4, 5, 6, 7, 8]) { $0.present == .fastOpen && $0.fastOpenCookieLength == 8 },
        Case("Fast Open as an experiment", [254, 12, 0xF9, 0x89, 1, 2, 3, 4, 5, 6, 7, 8]) {
            $0.present == .fastOpen && $0.fastOpenCookieLength == 8
        },
        Case("another experiment", [253, 4, 0, 1]) { $0.present == .unknown && $0.unknown == [253] },
        Case("Multipath", [30, 12, 0, 1] + [UInt8](repeating: 3, count: 8)) { $0.present == .multipath },
        Case("MD5", [19, 18] + [UInt8](repeating: 3, count: 16)) { $0.present == .md5Signature },
        Case("authentication", [29, 16] + [UInt8](repeating: 3, count: 14)) { $0.present == .authentication },
        Case("user timeout in seconds", [28, 4, 0, 9]) { $0.present == .userTimeout && $0.userTimeoutSeconds == 9 },
        Case("user timeout in minutes", [28, 4, 0x80, 9]) { $0.present == .userTimeout && $0.userTimeoutSeconds == 540 },
        Case("two that are unknown, one of them twice", [77, 2, 78, 2, 77, 2]) {
            $0.present == .unknown && $0.unknown == [77, 78]
        },
        Case("more that are unknown than are kept", (70..<84).flatMap { [$0, 2] }) { $0.unknown == Array(70..<78) },
        Case("the end hides what follows", [0, 2, 4, 5]) { $0.present == [] },
        Case("a usual SYN", [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]) {
            $0.present == [.maximumSegmentSize, .sackPermitted, .timestamps, .windowScale]
        },
        Case("a length of 0", [77, 0, 2, 4]) { $0.present == .malformed },
        Case("a length of 1", [2, 1, 5, 0xB4]) { $0.present == .malformed },
        Case("beyond the header", [1, 1, 2, 8]) { $0.present == .malformed },
        Case("no room for a length", [1, 1, 1, 2]) { $0.present == .malformed },
        Case("a maximum segment size of one byte", [2, 3, 5, 1]) { $0.present == .malformed },
        Case("SACK blocks of seven bytes", [5, 9, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]) { $0.present == .malformed },
        Case("a wrong one and a right one", [2, 3, 5, 3, 3, 9]) {
            $0.present == [.malformed, .windowScale] && $0.windowScale == 9
        },
    ]

    @Test("Reads", arguments: cases)
    func reads(_ example: Case) {
        let (outcome, segment) = decode(Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(options: example.bytes))))
        #expect(outcome == .segment && segment.payloadLength == 5)
        #expect(example.check(segment.options), "\(segment.options)")
    }

    @Test("What one segment's options said does not stay for the next")
    func forgets() {
        var decoder = Decoder()
        let full = Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(options: [5, 10, 0, 0, 0, 1, 0, 0, 0, 2])))
        for frame in [full, Frame.plain()] {
            _ = decoder.decode(frame.span, linkType: .ethernet, wireLength: frame.count, time: Timestamp(nanoseconds: 0))
        }
        #expect(decoder.segment.options.present == [] && decoder.segment.options.sackBlockCount == 0)
    }

    @Test(
        "Each flag stands where it should",
        arguments: zip([.fin, .syn, .rst, .psh, .ack, .urg, .ece, .cwr, .ae] as [TCPFlags], 0..<9)
    )
    func flags(flag: TCPFlags, bit: Int) {
        #expect(flag.rawValue == 1 << bit)
        #expect(decode(Frame.ethernet(0x0800, Frame.ipv4(6, Frame.tcp(flags: flag)))).segment.flags == flag)
    }

    @Test("A checksum that is wrong is told, one that can't be known too")
    func checksum() {
        var frame = Frame.plain()
        frame[frame.count - 1] ^= 0x40
        #expect(decode(frame).segment.checksum == .wrong)
        #expect(decode(frame, ignoringChecksums: true).segment.checksum == .unknown)
        #expect(decode(Array(frame.dropLast()), wireLength: frame.count).segment.checksum == .unknown)
        // Where the length is 0 the payload is what the frame holds.
        frame.replaceSubrange(16..<18, with: [0, 0])
        #expect(decode(frame, ignoringChecksums: true).segment.payloadLength == 5)
    }
}

extension TCPOptions {
    fileprivate var unknown: [UInt8] {
        var kinds: [UInt8] = []
        forEachUnknownKind { kinds.append($0) }
        return kinds
    }
}
