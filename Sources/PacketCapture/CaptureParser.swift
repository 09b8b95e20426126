internal import Packets

/// Reads a capture's bytes, whichever of the formats they are in, as they come: pure, without a file.
struct CaptureParser {
    private enum Format {
        case undetected
        case pcap(PcapParser)
    }

    private var format = Format.undetected

    /// The bytes of a magic number.
    static let magicSize = 4

    /// Hands over every whole record from `start` on. The first call's bytes are the file's beginning.
    ///
    /// - Returns: where it stands and what it needs to go on; at the end of a capture nothing follows that offset.
    mutating func parse(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ take: (FrameHeader, Span<UInt8>) -> FrameDemand
    ) throws(CaptureDamage) -> ParseProgress {
        if case .undetected = format {
            guard bytes.count >= Self.magicSize else { return ParseProgress(offset: start, needed: Self.magicSize) }
            let magic = bytes.load(at: 0, as: UInt32.self)
            guard PcapParser.recognizes(magic: magic) else { throw CaptureDamage(.unknownMagic, at: 0) }
            guard bytes.count >= PcapParser.FileHeader.size else {
                return ParseProgress(offset: start, needed: PcapParser.FileHeader.size)
            }
            format = .pcap(try PcapParser(fileHeader: bytes))
            return ParseProgress(offset: PcapParser.FileHeader.size, needed: 1)
        }
        switch format {
        case .pcap(let parser): return try parser.parse(bytes, from: start, take)
        case .undetected: return ParseProgress(offset: start, needed: Self.magicSize)
        }
    }
}
