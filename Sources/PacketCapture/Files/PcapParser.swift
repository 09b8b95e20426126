internal import Packets
import Time

/// Reads the records of a pcap file (draft-ietf-opsawg-pcap) of either byte order, with times in micro- or nanoseconds.
struct PcapParser {
    /// The file header: magic, version, two unused words, snapshot length, link type.
    enum FileHeader {
        static let versionMajor = 4
        static let versionMinor = 6
        static let linkType = 20
        static let size = 24
    }

    /// A record's header: seconds, fraction, captured length, length on the wire.
    private enum Record {
        static let seconds = 0
        static let fraction = 4
        static let captured = 8
        static let wire = 12
        static let size = 16
        /// Kuznetzov's patched libpcap adds interface, protocol and packet type.
        static let modifiedSize = 24
    }

    private let order: ByteOrder
    private let nanosecondsPerUnit: Int64
    private let recordSize: Int
    private let lengthsMayBeExchanged: Bool
    let linkType: LinkType

    /// Whether the four bytes of a file's beginning, as they lie in memory, are a magic number of pcap's.
    static func recognizes(magic: UInt32) -> Bool {
        Variant(magic: magic) != nil || Variant(magic: magic.byteSwapped) != nil
    }

    private enum Variant: UInt32 {
        case microseconds = 0xA1B2_C3D4
        case nanoseconds = 0xA1B2_3C4D
        case modified = 0xA1B2_CD34

        init?(magic: UInt32) { self.init(rawValue: magic) }
    }

    /// Reads the file header, which `bytes` must hold whole and whose magic number must be one that is recognized.
    init(fileHeader bytes: Span<UInt8>) throws(CaptureDamage) {
        let magic = bytes.load(at: 0, as: UInt32.self)
        let asItLies = Variant(magic: magic)
        order = ByteOrder(isSwapped: asItLies == nil)
        let variant = asItLies ?? Variant(magic: magic.byteSwapped)
        nanosecondsPerUnit = variant == .nanoseconds ? 1 : 1000
        recordSize = variant == .modified ? Record.modifiedSize : Record.size

        let major = Int(order.uint16(bytes, at: FileHeader.versionMajor))
        let minor = Int(order.uint16(bytes, at: FileHeader.versionMinor))
        guard major == 2 || (major, minor) == (543, 0) else {
            throw CaptureDamage(.unsupportedVersion(major: major, minor: minor), at: 0)
        }
        // Up to version 2.3 some writers had the two lengths the other way round.
        lengthsMayBeExchanged = major == 2 && minor <= 3
        // The upper bits hold the length of a frame check sequence.
        linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: order.uint32(bytes, at: FileHeader.linkType)))
    }

    var timeResolution: TimeResolution { nanosecondsPerUnit == 1 ? .nanoseconds : .microseconds }

    /// Hands over every whole record from `start` on.
    func parse(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ take: (FrameHeader, Span<UInt8>) -> FrameDemand
    ) throws(CaptureDamage) -> ParseProgress {
        var offset = start
        while true {
            let rest = bytes.extracting(droppingFirst: offset)
            guard rest.count >= recordSize else { return ParseProgress(offset: offset, needed: recordSize) }
            let record = rest.extracting(first: Record.size)
            var captured = Int(order.uint32(record, at: Record.captured))
            var wire = Int(order.uint32(record, at: Record.wire))
            if lengthsMayBeExchanged, captured > wire { swap(&captured, &wire) }
            guard captured <= RecordLimit.frame else {
                throw CaptureDamage(.recordTooLong(claimed: captured, limit: RecordLimit.frame), at: offset)
            }
            let end = recordSize &+ captured
            guard rest.count >= end else { return ParseProgress(offset: offset, needed: end) }

            // Numbers of 32 bits: neither the product nor the sum can overflow.
            let seconds = Int64(order.uint32(record, at: Record.seconds)) &* 1_000_000_000
            let fraction = Int64(order.uint32(record, at: Record.fraction)) &* nanosecondsPerUnit
            let header = FrameHeader(
                time: Timestamp(nanoseconds: seconds &+ fraction),
                wireLength: wire,
                capturedLength: captured,
                linkType: linkType
            )
            offset &+= end
            if take(header, rest.extracting(recordSize..<end)) == .enough { return .stopped(at: offset) }
        }
    }
}
