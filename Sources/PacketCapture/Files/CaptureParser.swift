internal import Packets

/// Parses the bytes of a capture as they arrive, in any of the formats: pure, without a file.
package struct CaptureParser {
    private enum Format {
        case undetected
        case pcap(PcapParser)
        case pcapng
    }

    private var format = Format.undetected
    private var pcapng = PcapngParser()

    /// - Parameter names: where the names of a pcapng file's interfaces are kept.
    package init(names: InterfaceNames? = nil) { pcapng.names = names }

    /// The bytes of a magic number.
    static let magicSize = 4

    var timeResolution: TimeResolution {
        switch format {
        case .pcap(let parser): parser.timeResolution
        case .pcapng: pcapng.timeResolution
        case .undetected: .microseconds
        }
    }

    var linkType: LinkType? {
        if case .pcap(let parser) = format { parser.linkType } else { nil }
    }

    /// Hands over every whole record from `start` on. The first call's bytes are the file's beginning.
    ///
    /// - Returns: the offset reached and what is needed to continue. At the end of a capture nothing follows that offset.
    package mutating func parse(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ take: (FrameHeader, Span<UInt8>) -> FrameDemand
    ) throws(CaptureDamage) -> ParseProgress {
        switch format {
        case .pcap(let parser): return try parser.parse(bytes, from: start, take)
        case .pcapng: return try pcapng.parse(bytes, from: start, take)
        case .undetected: return try detect(bytes, from: start)
        }
    }

    /// Detects the format from the first bytes and reads a pcap file's header.
    private mutating func detect(_ bytes: Span<UInt8>, from start: Int) throws(CaptureDamage) -> ParseProgress {
        guard bytes.count - start >= Self.magicSize else { return ParseProgress(offset: start, needed: Self.magicSize) }
        let magic = bytes.load(at: start, as: UInt32.self)
        if PcapngParser.recognizes(magic: magic) {
            format = .pcapng
            return ParseProgress(offset: start, needed: 1)
        }
        guard PcapParser.recognizes(magic: magic) else { throw CaptureDamage(.unknownMagic, at: start) }
        guard bytes.count - start >= PcapParser.FileHeader.size else {
            return ParseProgress(offset: start, needed: PcapParser.FileHeader.size)
        }
        format = .pcap(try PcapParser(fileHeader: bytes.extracting(start..<start + PcapParser.FileHeader.size)))
        return ParseProgress(offset: start + PcapParser.FileHeader.size, needed: 1)
    }
}
