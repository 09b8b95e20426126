import Packets
import Testing
import Time

@testable import PacketCapture

/// A pcap file's bytes, in this machine's order or the other.
func pcap(
    magic: UInt32 = 0xA1B2_C3D4,
    swapped: Bool = false,
    linkType: UInt32 = 1,
    _ records: [(seconds: UInt32, fraction: UInt32, wire: UInt32, bytes: [UInt8])]
) -> [UInt8] {
    func word(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: swapped ? number.byteSwapped : number) { Array($0) }
    }
    func half(_ number: UInt16) -> [UInt8] {
        withUnsafeBytes(of: swapped ? number.byteSwapped : number) { Array($0) }
    }
    let header = word(magic) + half(2) + half(4) + word(0) + word(0) + word(65_535) + word(linkType)
    return records.reduce(header) { file, record in
        file + word(record.seconds) + word(record.fraction) + word(UInt32(record.bytes.count)) + word(record.wire) + record.bytes
    }
}

@Suite struct PcapTests {
    struct Variant: Sendable {
        let magic: UInt32
        let swapped: Bool
        let nanoseconds: Int64
    }

    @Test(
        "Either byte order, micro- and nanoseconds",
        arguments: [
            Variant(magic: 0xA1B2_C3D4, swapped: false, nanoseconds: 1_000_005_000),
            Variant(magic: 0xA1B2_C3D4, swapped: true, nanoseconds: 1_000_005_000),
            Variant(magic: 0xA1B2_3C4D, swapped: false, nanoseconds: 1_000_000_005),
            Variant(magic: 0xA1B2_3C4D, swapped: true, nanoseconds: 1_000_000_005),
        ]
    )
    func variants(variant: Variant) throws {
        let file = pcap(magic: variant.magic, swapped: variant.swapped, [(1, 5, 60, [1, 2, 3])])
        var parser = CaptureParser()
        let begun = try parser.parse(file.span, from: 0) { _, _ in .more }
        var frames: [(FrameHeader, [UInt8])] = []
        let progress = try parser.parse(file.span, from: begun.offset) { header, frame in
            frames.append((header, frame.indices.map { frame[$0] }))
            return .more
        }
        #expect(progress.offset == file.count)
        #expect(frames.count == 1)
        #expect(frames.first?.0.time.nanoseconds == variant.nanoseconds)
        #expect(frames.first?.0.wireLength == 60)
        #expect(frames.first?.0.linkType == .ethernet)
        #expect(frames.first?.1 == [1, 2, 3])
    }
}
