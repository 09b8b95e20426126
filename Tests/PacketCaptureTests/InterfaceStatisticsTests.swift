import Foundation
import Packets
import Testing
import Time

@testable import PacketCapture

/// What a pcapng of a live capture has besides frames: the interface's name and what the kernel counted.
@Suite("Interfaces in pcapng")
struct InterfaceStatisticsTests {
    /// The blocks of a file in this machine's byte order: type and body.
    private static func blocks(_ path: String) throws -> [(type: UInt32, body: [UInt8])] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var blocks: [(UInt32, [UInt8])] = []
        var at = 0
        while at + 12 <= bytes.count {
            let number = { (offset: Int) in (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) } }
            let length = Int(number(at + 4))
            try #require(length >= 12 && at + length <= bytes.count && number(at + length - 4) == UInt32(length))
            blocks.append((number(at), Array(bytes[(at + 8)..<(at + length - 4)])))
            at += length
        }
        #expect(at == bytes.count)
        return blocks
    }

    @Test("the name is an option of the interface, the counts are a block at the end, and the file is read as before")
    func pcapng() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.pcapng"
        let frame = CaptureWriterTests.frame(1)
        var writer = CaptureWriter(path: path, format: .pcapng, names: InterfaceNames("eth0"))
        try writer.begin(.ethernet, at: Timestamp(nanoseconds: 0))
        _ = try writer.write(frame.header, frame.bytes.span, comment: [UInt8]().span)
        let counts = LiveCapture.Statistics(received: 258, dropped: 3, droppedByInterface: 5)
        try writer.write(counts, at: Timestamp(nanoseconds: 1 << 32 | 7))
        try writer.finish()

        let blocks = try Self.blocks(path)
        #expect(blocks.map(\.type) == [0x0A0D_0D0A, 1, 6, 5])
        // Link type and snapshot length, then the options: the name first.
        #expect(blocks[1].body[8...].starts(with: [2, 0, 4, 0] + Array("eth0".utf8)))
        let number = { (value: UInt8, next: UInt8) in [value, next, 0, 0, 0, 0, 0, 0] as [UInt8] }
        let expected: [[UInt8]] = [
            // The interface; the time, its upper half first.
            [0, 0, 0, 0], [1, 0, 0, 0], [7, 0, 0, 0],
            [4, 0, 8, 0], number(2, 1), [5, 0, 8, 0], number(5, 0), [7, 0, 8, 0], number(3, 0), [0, 0, 0, 0],
        ]
        #expect(blocks[3].body == expected.flatMap { $0 })
        let frames = try KeptFrame.all(of: path)
        #expect(frames == [frame])
    }

    @Test("each interface of a file that is read keeps its name; one without a name stays without")
    func names() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.pcapng"
        let names = InterfaceNames()
        let numbers = [names.add("eth0", number: 0), names.add(nil, number: 1), names.add("wlan0", number: 2)]
        var writer = CaptureWriter(path: path, format: .pcapng, names: names)
        for number in [0, 1, 0, 2, 0] {
            var header = CaptureWriterTests.frame(1).header
            header.interface = numbers[number]
            _ = try writer.write(header, [1, 2, 3].span, comment: [UInt8]().span)
        }
        try writer.finish()
        let blocks = try Self.blocks(path)
        #expect(blocks.map(\.type) == [0x0A0D_0D0A, 1, 6, 1, 6, 6, 1, 6, 6])
        // The second interface has no option of a name.
        #expect(blocks[1].body[8] == 2 && blocks[3].body[8] != 2 && blocks[6].body[8] == 2)
        var found: [String?] = []
        let again = InterfaceNames()
        var whole = try CaptureFile(path: path, names: again)
        _ = try whole.readFrames { header, _ in
            found.append(again.name(of: UInt32(header.interface)))
            return .more
        }
        #expect(found == ["eth0", "1", "eth0", "wlan0", "eth0"])
    }

    @Test("a file without frames has an interface all the same", arguments: [false, true])
    func empty(hasCounts: Bool) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.pcapng"
        var writer = CaptureWriter(path: path, format: .pcapng, names: InterfaceNames("eth0"))
        try writer.begin(.raw, at: Timestamp(nanoseconds: 0))
        if hasCounts { try writer.write(LiveCapture.Statistics(received: 1), at: Timestamp(nanoseconds: 0)) }
        try writer.finish()
        let blocks = try Self.blocks(path)
        #expect(blocks.map(\.type) == [0x0A0D_0D0A, 1] + (hasCounts ? [5] : []))
        #expect(blocks[1].body.starts(with: [UInt8(truncatingIfNeeded: LinkType.raw.rawValue)]))
    }

    @Test("pcap has room for neither")
    func pcap() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.pcap"
        var writer = CaptureWriter(path: path, format: .pcap, names: InterfaceNames("eth0"))
        try writer.begin(.ethernet, at: Timestamp(nanoseconds: 0))
        try writer.write(LiveCapture.Statistics(received: 1), at: Timestamp(nanoseconds: 0))
        try writer.finish()
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        #expect(size == 24)
    }
}
