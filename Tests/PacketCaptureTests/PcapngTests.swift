import Packets
import SystemPackage
import Testing
import Time

@testable import PacketCapture

/// Blocks of pcapng in either byte order.
struct PcapngBuilder {
    var isBigEndian = false

    func word(_ number: UInt32) -> [UInt8] {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
        return isBigEndian ? bytes.reversed() : bytes
    }

    func half(_ number: UInt16) -> [UInt8] {
        let bytes = [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]
        return isBigEndian ? bytes.reversed() : bytes
    }

    func block(_ type: UInt32, _ body: [UInt8], length: UInt32? = nil, trailer: UInt32? = nil) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let whole = UInt32(padded.count + 12)
        return word(type) + word(length ?? whole) + padded + word(trailer ?? length ?? whole)
    }

    func section(major: UInt16 = 1) -> [UInt8] {
        block(0x0A0D_0D0A, word(0x1A2B_3C4D) + half(major) + half(0) + [UInt8](repeating: 0xFF, count: 8))
    }

    func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
        half(code) + half(UInt16(value.count)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    func interface(_ linkType: UInt16 = 1, snapshotLength: UInt32 = 0, options: [UInt8] = []) -> [UInt8] {
        block(1, half(linkType) + half(0) + word(snapshotLength) + options)
    }

    func packet(on interface: UInt32 = 0, time: UInt64 = 1_000_000, wire: UInt32? = nil, captured: UInt32? = nil, _ bytes: [UInt8])
        -> [UInt8]
    {
        let count = UInt32(bytes.count)
        let times = word(UInt32(truncatingIfNeeded: time >> 32)) + word(UInt32(truncatingIfNeeded: time))
        let padded = bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        return block(6, word(interface) + times + word(captured ?? count) + word(wire ?? count) + padded)
    }
}

@Suite struct PcapngTests {
    /// What a capture's bytes give, through the parser alone.
    static func read(_ bytes: [UInt8]) -> (frames: [KeptFrame], interfaces: [Int], damage: CaptureDamage?) {
        var parser = CaptureParser()
        var frames: [KeptFrame] = []
        var interfaces: [Int] = []
        do throws(CaptureDamage) {
            var offset = 0
            while true {
                let progress = try parser.parse(bytes.span, from: offset) { header, frame in
                    frames.append(
                        KeptFrame(
                            nanoseconds: header.time.nanoseconds,
                            wireLength: header.wireLength,
                            linkType: header.linkType,
                            bytes: frame.indices.map { frame[$0] }
                        )
                    )
                    interfaces.append(header.interface)
                    return .more
                }
                guard progress.needed <= bytes.count - progress.offset else {
                    let rest = bytes.count - progress.offset
                    guard rest > 0 || progress.offset == 0 else { return (frames, interfaces, nil) }
                    throw CaptureDamage(.cut(needed: progress.needed, present: rest), at: progress.offset)
                }
                offset = progress.offset
            }
        } catch {
            return (frames, interfaces, error)
        }
    }

    @Test("Either byte order, and both in one file", arguments: [[false], [true], [false, true], [true, false]])
    func byteOrders(orders: [Bool]) {
        let bytes = orders.flatMap { isBigEndian in
            let build = PcapngBuilder(isBigEndian: isBigEndian)
            return build.section() + build.interface() + build.packet([1, 2, 3, 4, 5])
        }
        let (frames, _, damage) = Self.read(bytes)
        #expect(damage == nil)
        let frame = KeptFrame(nanoseconds: 1_000_000_000, wireLength: 5, linkType: .ethernet, bytes: [1, 2, 3, 4, 5])
        #expect(frames == orders.map { _ in frame })
    }

    @Test("Each interface has its link type and its clock")
    func interfaces() {
        let build = PcapngBuilder()
        let bytes =
            build.section() + build.interface(1) + build.interface(101, options: build.option(9, [9]) + build.option(0, []))
            + build.packet(on: 1, time: 5, [1]) + build.packet(on: 0, time: 5, [2])
        let (frames, interfaces, damage) = Self.read(bytes)
        #expect(damage == nil && interfaces == [1, 0])
        #expect(frames.map(\.linkType) == [.raw, .ethernet])
        #expect(frames.map(\.nanoseconds) == [5, 5000])
    }

    @Test("Interfaces have names, or their numbers, across the sections of several files")
    func interfaceNames() throws {
        let builder = PcapngBuilder()
        func named(_ name: String) -> [UInt8] { builder.interface(options: builder.option(2, Array(name.utf8))) }
        let section = builder.section() + named("eth0") + builder.interface() + named("a\u{0}b") + named("")
        let frames = (0..<4).flatMap { builder.packet(on: UInt32($0), [1]) }
        let other = builder.section() + named("wlan0") + builder.packet([1])
        let names = InterfaceNames(asksKernel: false)
        var found: [String?] = []
        for file in [section + frames + other, other] {
            var parser = CaptureParser(names: names)
            var offset = 0
            while offset < file.count {
                let progress = try parser.parse(file.span, from: offset) { header, _ in
                    found.append(names.name(of: UInt32(header.interface)))
                    return .more
                }
                offset = progress.offset
            }
        }
        #expect(found == ["eth0", "1", "a", "3", "wlan0", "wlan0"])
        #expect(names.name(of: 0) == nil)
        #expect(names.name(of: Segment.kernelIndexFlag | 3) == "3")
        #expect(InterfaceNames("any", asksKernel: true).name(of: 0) == "any")
        #expect(InterfaceNames(asksKernel: true).name(of: Segment.kernelIndexFlag | 1) == "lo")
    }

    @Test("A clock's zero may lie before 1970, as its times then do", arguments: [false, true])
    func timesBeforeTheEpoch(isBigEndian: Bool) {
        let build = PcapngBuilder(isBigEndian: isBigEndian)
        func zero(_ seconds: Int64) -> [UInt8] {
            let (low, high) = (UInt32(truncatingIfNeeded: seconds), UInt32(truncatingIfNeeded: seconds >> 32))
            return build.option(14, isBigEndian ? build.word(high) + build.word(low) : build.word(low) + build.word(high))
        }
        func times(_ seconds: Int64, _ units: UInt64) -> [Int64] {
            let interface = build.interface(options: zero(seconds) + build.option(0, []))
            return Self.read(build.section() + interface + build.packet(time: units, [1])).frames.map(\.nanoseconds)
        }
        #expect(times(-100, 42_000) == [-99_958_000_000])
        #expect(times(-100, 100_000_001) == [1000])
        #expect(times(100, 1) == [100_000_001_000])
        // Kept where the difference of two is still a number.
        #expect(times(.min, 0) == [1 - 1 << 62] && times(.max, 0) == [1 << 62] && times(1, .max) == [1 << 62])
    }

    @Test("Simple and obsolete packet blocks, and blocks of other types")
    func otherBlocks() {
        let build = PcapngBuilder()
        let simple = build.block(3, build.word(90) + [UInt8](repeating: 7, count: 4))
        let obsolete = build.block(
            2,
            build.half(0) + build.half(3) + build.word(0) + build.word(9) + build.word(2) + build.word(60) + [8, 9, 0, 0]
        )
        let bytes =
            build.section() + build.interface(1, snapshotLength: 4) + build.block(0xBAD, [1, 2, 3, 4]) + simple + build.block(5, [])
            + obsolete
        let (frames, _, damage) = Self.read(bytes)
        #expect(damage == nil)
        #expect(frames.map(\.bytes) == [[7, 7, 7, 7], [8, 9]])
        #expect(frames.map(\.wireLength) == [90, 60] && frames.map(\.nanoseconds) == [0, 9000])
    }

    struct Clock: CustomTestStringConvertible, Sendable {
        let name: String
        let resolution: UInt8
        var offset: Int64 = 0
        let units: UInt64
        let nanoseconds: Int64
        var testDescription: String { name }
    }

    @Test(arguments: [
        Clock(name: "seconds", resolution: 0, units: 3, nanoseconds: 3_000_000_000),
        Clock(name: "milliseconds", resolution: 3, units: 3, nanoseconds: 3_000_000),
        Clock(name: "nanoseconds", resolution: 9, units: 3, nanoseconds: 3),
        Clock(name: "picoseconds", resolution: 12, units: 3_999, nanoseconds: 3),
        Clock(name: "smaller than 64 bits can tell", resolution: 40, units: .max, nanoseconds: 1),
        Clock(name: "half seconds", resolution: 0x81, units: 3, nanoseconds: 1_500_000_000),
        Clock(name: "2^-32 seconds", resolution: 0xA0, units: 1 << 31, nanoseconds: 500_000_000),
        Clock(name: "2^-127 seconds", resolution: 0xFF, units: .max, nanoseconds: 0),
        Clock(name: "an offset", resolution: 6, offset: 10, units: 3, nanoseconds: 10_000_003_000),
        Clock(name: "an offset before the epoch", resolution: 6, offset: -10, units: 3, nanoseconds: -9_999_997_000),
        Clock(name: "too late", resolution: 0, units: .max, nanoseconds: 1 << 62),
        Clock(name: "an offset too late", resolution: 6, offset: .max, units: 3, nanoseconds: 1 << 62),
        Clock(name: "an offset too early", resolution: 6, offset: .min, units: .max, nanoseconds: 1 - 1 << 62),
    ])
    func clock(_ example: Clock) {
        var clock = PcapngClock()
        clock.setResolution(example.resolution)
        clock.offsetSeconds = example.offset
        #expect(clock.timestamp(example.units).nanoseconds == example.nanoseconds)
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let kind: CaptureDamage.Kind
        var testDescription: String { name }

        /// The damage comes after a section, an interface and one good packet.
        init(_ name: String, _ bytes: [UInt8], _ kind: CaptureDamage.Kind) {
            self.name = name
            self.bytes = bytes
            self.kind = kind
        }
    }

    static let build = PcapngBuilder()
    static let good = build.section() + build.interface() + build.packet([1, 2, 3, 4])

    @Test(
        "After the good packets comes the damage, with its place",
        arguments: [
            Damage("a block of no length", build.block(6, [], length: 0), .badBlockLength(0)),
            Damage("a block shorter than its frame", build.block(6, [], length: 8), .badBlockLength(8)),
            Damage("a length that is no multiple of four", build.block(6, [1, 2, 3, 4], length: 13), .badBlockLength(13)),
            Damage(
                "a block of 4 GiB",
                build.block(6, [], length: 0xFFFF_FFFC),
                .recordTooLong(claimed: 0xFFFF_FFFC, limit: 16_777_216)
            ),
            Damage("two lengths that differ", build.block(5, [1, 2, 3, 4], trailer: 12), .badBlockLength(16)),
            Damage("a packet block without room for its fields", build.block(6, [1, 2, 3, 4]), .badBlockLength(16)),
            Damage(
                "more captured than the block holds",
                build.packet(captured: 9, [1, 2, 3, 4]),
                .recordTooLong(claimed: 9, limit: 4)
            ),
            Damage(
                "more captured than a frame can be",
                build.packet(captured: .max, [1, 2, 3, 4]),
                .recordTooLong(claimed: 0xFFFF_FFFF, limit: 262_144)
            ),
            Damage("an interface that nobody described", build.packet(on: 1, [1]), .unknownInterface(1)),
            Damage("a section of version 2", build.section(major: 2), .unsupportedVersion(major: 2, minor: 0)),
            Damage("a section in no byte order", build.block(0x0A0D_0D0A, [UInt8](repeating: 1, count: 16)), .badByteOrderMagic),
            Damage("a block cut off", Array(build.packet([1, 2, 3, 4]).dropLast()), .cut(needed: 36, present: 35)),
            Damage("a block's head cut off", [6, 0, 0], .cut(needed: 12, present: 3)),
            Damage(
                "a simple packet that claims too much",
                build.block(3, build.word(90) + [7, 7, 7, 7]),
                .recordTooLong(claimed: 90, limit: 4)
            ),
            Damage("a new section without interfaces", build.section() + build.packet([1]), .unknownInterface(0)),
        ]
    )
    func damaged(_ example: Damage) {
        let (frames, _, damage) = Self.read(Self.good + example.bytes)
        #expect(frames.map(\.bytes) == [[1, 2, 3, 4]])
        #expect(damage?.kind == example.kind)
        #expect((damage?.offset ?? 0) >= Self.good.count)
    }

    @Test("Cut to any length it gives no more than is there")
    func prefixes() {
        let whole = Self.good + Self.build.packet([5, 6, 7])
        for count in 0..<whole.count {
            let (frames, _, damage) = Self.read(Array(whole.prefix(count)))
            #expect(frames.count == (count < Self.good.count ? 0 : 1), "cut to \(count)")
            #expect(damage != nil || [Self.good.count, Self.good.count - 36, 28].contains(count), "cut to \(count)")
        }
    }
}

@Suite struct PcapDamageTests {
    static let good = pcap([(1, 0, 4, [1, 2, 3, 4])])

    @Test("Cut to any length a file gives its whole records and says where it was cut")
    func prefixes() {
        let whole = pcap([(1, 0, 4, [1, 2, 3, 4]), (2, 0, 4, [5, 6, 7, 8])])
        for count in 4..<whole.count {
            let (frames, _, damage) = PcapngTests.read(Array(whole.prefix(count)))
            #expect(frames.count == (count < Self.good.count ? 0 : 1), "cut to \(count)")
            if count == Self.good.count || count == 24 {
                #expect(damage == nil)
            } else {
                let begin = count < 24 ? 0 : count < Self.good.count ? 24 : Self.good.count
                #expect(damage?.offset == begin, "cut to \(count)")
            }
        }
    }

    @Test("A record that claims more than a frame can hold")
    func tooLong() {
        let record: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4, 0, 0, 0]
        let (frames, _, damage) = PcapngTests.read(Self.good + record)
        #expect(frames.count == 1)
        #expect(damage == CaptureDamage(.recordTooLong(claimed: 0xFFFF_FFFF, limit: 262_144), at: Self.good.count))
    }

    @Test("Kuznetzov's records are 24 bytes long")
    func modified() {
        var file = pcap(magic: 0xA1B2_CD34, [])
        file += [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0, 9, 9]
        let (frames, _, damage) = PcapngTests.read(file)
        #expect(damage == nil && frames.map(\.bytes) == [[9, 9]])
    }

    @Test("A version that nobody wrote")
    func version() {
        var file = Self.good
        file[4] = 3
        #expect(PcapngTests.read(file).damage?.kind == .unsupportedVersion(major: 3, minor: 4))
    }

    @Test("An empty file, and one that is something else")
    func nothing() throws {
        let folder = try TemporaryFolder()
        for (name, text, bytes) in [
            ("empty", "", []), ("short", "abc", Array("abc".utf8)), ("text", "hello, world", Array("hello, world".utf8)),
        ] {
            let path = "\(folder.path)/\(name)"
            _ = try output(of: ["sh", "-c", "printf '%s' '\(text)' > '\(path)'"])
            #expect(throws: CaptureError.notACapture(path: path, firstBytes: bytes)) { try KeptFrame.all(of: path) }
        }
        #expect(throws: CaptureError.input(operation: "open", path: "\(folder.path)/none", .noSuchFileOrDirectory)) {
            try KeptFrame.all(of: "\(folder.path)/none")
        }
    }
}
