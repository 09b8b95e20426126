internal import Packets
import Time

/// Reads the blocks of a pcapng file (draft-ietf-opsawg-pcapng): sections of either byte order, several interfaces, each with its
/// own link type and unit of time. Blocks of other types are skipped.
struct PcapngParser {
    private enum BlockType {
        static let section: UInt32 = 0x0A0D_0D0A
        static let interface: UInt32 = 1
        /// What the enhanced packet block came in place of.
        static let obsoletePacket: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let enhancedPacket: UInt32 = 6
    }

    /// Every block: type and length, a body, the length again. Offsets count from the block's beginning.
    private enum Block {
        static let length = 4
        static let body = 8
        static let trailerSize = 4
        static let smallestLength = 12
        /// As Wireshark has it.
        static let greatestLength = 16 * 1024 * 1024
    }

    private enum Section {
        static let byteOrderMagic = 8
        static let magic: UInt32 = 0x1A2B_3C4D
        static let versionMajor = 12
        static let versionMinor = 14
        static let smallestLength = 28
    }

    private enum InterfaceDescription {
        static let linkType = 8
        static let snapshotLength = 12
        static let options = 16
        static let smallestLength = 20
        static let mostOfASection = 65_536
    }

    /// Where a packet block holds what. The obsolete one counts its interfaces in 16 bits.
    private enum Packet {
        static let interface = 8
        static let timeHigh = 12
        static let timeLow = 16
        static let captured = 20
        static let wire = 24
        static let bytes = 28
        static let smallestLength = 32
    }

    private enum SimplePacket {
        static let wire = 8
        static let bytes = 12
        static let smallestLength = 16
    }

    private struct Interface: BitwiseCopyable {
        var linkType: LinkType
        /// Bytes kept of each frame; 0 for no limit.
        var snapshotLength: Int
        var clock: PcapngClock
        /// Its number in the capture, which its frames carry.
        var number: Int
    }

    /// Where the names of its interfaces are kept.
    var names: InterfaceNames?
    private var order = ByteOrder(isSwapped: false)
    private var interfaces: [Interface] = []

    /// The finest of its interfaces.
    var timeResolution: TimeResolution { interfaces.contains { $0.clock.isFinerThanMicroseconds } ? .nanoseconds : .microseconds }

    /// Whether the four bytes of a file's beginning, as they lie in memory, begin a section. They read the same in either order.
    static func recognizes(magic: UInt32) -> Bool { magic == BlockType.section }

    /// Hands over the packet of every whole block from `start` on.
    mutating func parse(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ take: (FrameHeader, Span<UInt8>) -> FrameDemand
    ) throws(CaptureDamage) -> ParseProgress {
        var offset = start
        while true {
            let rest = bytes.extracting(droppingFirst: offset)
            guard rest.count >= Block.smallestLength else { return ParseProgress(offset: offset, needed: Block.smallestLength) }
            let type = order.uint32(rest, at: 0)
            if type == BlockType.section { try readByteOrder(rest, at: offset) }
            let length = Int(order.uint32(rest, at: Block.length))
            guard length >= Block.smallestLength, length % 4 == 0 else { throw CaptureDamage(.badBlockLength(length), at: offset) }
            guard length <= Block.greatestLength else {
                throw CaptureDamage(.recordTooLong(claimed: length, limit: Block.greatestLength), at: offset)
            }
            guard rest.count >= length else { return ParseProgress(offset: offset, needed: length) }
            let block = rest.extracting(first: length)
            guard Int(order.uint32(block, at: length &- Block.trailerSize)) == length else {
                throw CaptureDamage(.badBlockLength(length), at: offset)
            }

            let packet: (header: FrameHeader, bytes: Range<Int>)?
            do throws(CaptureDamage.Kind) {
                packet = try read(type, block)
            } catch {
                throw CaptureDamage(error, at: offset)
            }
            offset &+= length
            guard let packet else { continue }
            if take(packet.header, block.extracting(packet.bytes)) == .enough { return .stopped(at: offset) }
        }
    }

    /// Reads the byte order of the section that begins `rest`, which is at that offset of what is parsed.
    private mutating func readByteOrder(_ rest: Span<UInt8>, at offset: Int) throws(CaptureDamage) {
        let magic = rest.load(at: Section.byteOrderMagic, as: UInt32.self)
        guard magic == Section.magic || magic.byteSwapped == Section.magic else {
            throw CaptureDamage(.badByteOrderMagic, at: offset)
        }
        order = ByteOrder(isSwapped: magic != Section.magic)
    }

    /// Reads one whole block.
    ///
    /// - Returns: its packet, or `nil` for a block without one.
    private mutating func read(
        _ type: UInt32,
        _ block: Span<UInt8>
    ) throws(CaptureDamage.Kind) -> (header: FrameHeader, bytes: Range<Int>)? {
        switch type {
        case BlockType.enhancedPacket: return try packet(block, isObsolete: false)
        case BlockType.obsoletePacket: return try packet(block, isObsolete: true)
        case BlockType.simplePacket: return try simplePacket(block)
        case BlockType.interface: try readInterface(block)
        case BlockType.section: try beginSection(block)
        default: break
        }
        return nil
    }

    private mutating func beginSection(_ block: Span<UInt8>) throws(CaptureDamage.Kind) {
        guard block.count >= Section.smallestLength else { throw .badBlockLength(block.count) }
        let major = Int(order.uint16(block, at: Section.versionMajor))
        guard major == 1 else {
            throw .unsupportedVersion(major: major, minor: Int(order.uint16(block, at: Section.versionMinor)))
        }
        interfaces.removeAll(keepingCapacity: true)
    }

    private func packet(
        _ block: Span<UInt8>,
        isObsolete: Bool
    ) throws(CaptureDamage.Kind) -> (header: FrameHeader, bytes: Range<Int>) {
        let fields = block.extracting(first: Packet.smallestLength)
        guard fields.count == Packet.smallestLength else { throw .badBlockLength(block.count) }
        let number =
            isObsolete ? Int(order.uint16(fields, at: Packet.interface)) : Int(order.uint32(fields, at: Packet.interface))
        guard number < interfaces.count else { throw .unknownInterface(number) }
        let captured = Int(order.uint32(fields, at: Packet.captured))
        guard captured <= RecordLimit.frame else { throw .recordTooLong(claimed: captured, limit: RecordLimit.frame) }
        let room = block.count &- (Packet.bytes + Block.trailerSize)
        guard captured <= room else { throw .recordTooLong(claimed: captured, limit: room) }
        let interface = interfaces[number]
        let units = UInt64(order.uint32(fields, at: Packet.timeHigh)) << 32 | UInt64(order.uint32(fields, at: Packet.timeLow))
        let header = FrameHeader(
            time: interface.clock.timestamp(units),
            wireLength: Int(order.uint32(fields, at: Packet.wire)),
            capturedLength: captured,
            linkType: interface.linkType,
            interface: interface.number
        )
        return (header, Packet.bytes..<Packet.bytes &+ captured)
    }

    /// A packet without a time, on the section's first interface.
    private func simplePacket(_ block: Span<UInt8>) throws(CaptureDamage.Kind) -> (header: FrameHeader, bytes: Range<Int>) {
        guard block.count >= SimplePacket.smallestLength else { throw .badBlockLength(block.count) }
        guard let interface = interfaces.first else { throw .unknownInterface(0) }
        let wire = Int(order.uint32(block, at: SimplePacket.wire))
        let room = block.count - SimplePacket.bytes - Block.trailerSize
        let captured = interface.snapshotLength == 0 ? wire : min(wire, interface.snapshotLength)
        guard captured <= room, captured <= RecordLimit.frame else {
            throw .recordTooLong(claimed: captured, limit: min(room, RecordLimit.frame))
        }
        let header = FrameHeader(
            time: Timestamp(nanoseconds: 0),
            wireLength: wire,
            capturedLength: captured,
            linkType: interface.linkType,
            interface: interface.number
        )
        return (header, SimplePacket.bytes..<SimplePacket.bytes + captured)
    }
}

extension PcapngParser {
    private enum Option {
        static let end: UInt16 = 0
        /// The name of the interface, in UTF-8.
        static let name: UInt16 = 2
        /// The unit of time: a negative power of 10, or of 2 where the highest bit is set.
        static let timeResolution: UInt16 = 9
        /// Seconds to add to every time.
        static let timeOffset: UInt16 = 14
        static let headerSize = 4
    }

    private static let longestName = 256

    private mutating func readInterface(_ block: Span<UInt8>) throws(CaptureDamage.Kind) {
        guard block.count >= InterfaceDescription.smallestLength else { throw .badBlockLength(block.count) }
        guard interfaces.count < InterfaceDescription.mostOfASection else { throw .unknownInterface(interfaces.count) }
        var interface = Interface(
            linkType: LinkType(rawValue: order.uint16(block, at: InterfaceDescription.linkType)),
            snapshotLength: Int(order.uint32(block, at: InterfaceDescription.snapshotLength)),
            clock: PcapngClock(),
            number: interfaces.count
        )
        var name: String?
        let end = block.count - Block.trailerSize
        var offset = InterfaceDescription.options
        while offset + Option.headerSize <= end {
            let code = order.uint16(block, at: offset)
            let length = Int(order.uint16(block, at: offset + 2))
            offset += Option.headerSize
            guard code != Option.end, length <= end - offset else { break }
            switch (code, length) {
            case (Option.name, 1...Self.longestName):
                // Some writers end it with a zero.
                let bytes = (offset..<offset + length).map { block[$0] }.prefix { $0 != 0 }
                if !bytes.isEmpty { name = String(decoding: bytes, as: UTF8.self) }
            case (Option.timeResolution, 1): interface.clock.setResolution(block[offset])
            case (Option.timeOffset, 8): interface.clock.offsetSeconds = Int64(bitPattern: order.uint64(block, at: offset))
            default: break
            }
            offset += (length + 3) & ~3
        }
        if let names { interface.number = names.add(name, number: interfaces.count) }
        interfaces.append(interface)
    }
}
