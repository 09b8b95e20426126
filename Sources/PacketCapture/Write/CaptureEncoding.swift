internal import Packets
internal import RawText
import Time

/// The formats that sonde writes.
package enum CaptureFormat: Sendable {
    case pcap
    /// With room for a comment a packet and for several link types.
    case pcapng

    /// What the name of a file asks for, as Wireshark has it.
    package init(ofName name: String) { self = name.hasSuffix(".pcapng") || name.hasSuffix(".ntar") ? .pcapng : .pcap }
}

/// A capture's bytes as they are written, in this machine's byte order: pure, into an array.
struct CaptureEncoding {
    /// What pcap has no room for.
    enum Misfit: Error {
        /// A file holds frames of one link type alone, and this is another.
        case linkType(first: LinkType)
        /// Times are from 1970 to 2106: seconds in 32 bits.
        case time
    }

    private enum Pcap {
        static let microsecondMagic: UInt32 = 0xA1B2_C3D4
        static let nanosecondMagic: UInt32 = 0xA1B2_3C4D
    }

    private enum Pcapng {
        static let section: UInt32 = 0x0A0D_0D0A
        static let byteOrderMagic: UInt32 = 0x1A2B_3C4D
        static let interface: UInt32 = 1
        static let interfaceStatistics: UInt32 = 5
        static let enhancedPacket: UInt32 = 6
        static let optionEnd: UInt16 = 0
        static let comment: UInt16 = 1
        static let interfaceName: UInt16 = 2
        /// Of statistics: frames received, and dropped by the interface and by the kernel.
        static let received: UInt16 = 4
        static let droppedByInterface: UInt16 = 5
        static let droppedByKernel: UInt16 = 7
        static let application: UInt16 = 4
        static let timeResolution: UInt16 = 9
        static let nanoseconds: UInt8 = 9
        static let timeOffset: UInt16 = 14
        /// An option's length is a 16-bit number.
        static let longestComment = 65_535
    }

    let format: CaptureFormat
    let resolution: TimeResolution
    let snapshotLength: Int
    /// Of `FrameHeader.interface`.
    private let names: InterfaceNames?
    /// Of the file's first frame.
    private var firstLinkType = LinkType.ethernet
    /// The numbers of the interfaces that the file has declared.
    private var declared: [Interface: Int] = [:]
    /// That of the frame before.
    private var last: (interface: Interface, number: Int)?

    /// An interface of a pcapng file: all of its frames have its link type, and times after its zero.
    private struct Interface: Hashable {
        let linkType: LinkType
        /// `FrameHeader.interface`.
        var source = 0
        /// Whether its zero is `zeroBeforeEpoch`, for frames that were captured, by their clock, before 1970.
        var isBeforeEpoch = false
    }

    /// In seconds since the epoch, before any time that is read from a file.
    private static let zeroBeforeEpoch: Int64 = -4_611_686_019

    init(format: CaptureFormat, resolution: TimeResolution, snapshotLength: Int, names: InterfaceNames? = nil) {
        self.names = names
        self.format = format
        self.resolution = resolution
        self.snapshotLength = snapshotLength
    }

    /// Begins a new file whose frames are of this link type (pcapng: at first).
    mutating func begin(_ linkType: LinkType, to output: inout [UInt8]) {
        firstLinkType = linkType
        (declared, last) = ([:], nil)
        switch format {
        case .pcap:
            output.append(number: resolution == .nanoseconds ? Pcap.nanosecondMagic : Pcap.microsecondMagic)
            output.append(number: UInt16(2))
            output.append(number: UInt16(4))
            output.append(number: UInt64(0))
            output.append(number: UInt32(clamping: snapshotLength))
            output.append(number: UInt32(linkType.rawValue))
        case .pcapng:
            appendBlock(Pcapng.section, to: &output) { block in
                block.append(number: Pcapng.byteOrderMagic)
                block.append(number: UInt16(1))
                block.append(number: UInt16(0))
                // The section's length: unspecified.
                block.append(number: UInt64.max)
                block.append(option: Pcapng.application, Array("sonde".utf8).span)
                block.append(number: UInt32(Pcapng.optionEnd))
            }
        }
    }

    /// Appends what a file without frames lacks: readers want at least one interface.
    mutating func end(to output: inout [UInt8]) {
        guard format == .pcapng, declared.isEmpty else { return }
        _ = declaring(Interface(linkType: firstLinkType), in: &output)
    }

    /// Appends one frame; writes the comment if the format supports comments.
    mutating func append(
        _ header: FrameHeader,
        _ frame: Span<UInt8>,
        comment: Span<UInt8>,
        to output: inout [UInt8]
    ) throws(Misfit) {
        switch format {
        case .pcap:
            guard header.linkType == firstLinkType else { throw .linkType(first: firstLinkType) }
            let (whole, nanoseconds) = header.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
            guard header.time.nanoseconds >= 0, let seconds = UInt32(exactly: whole) else { throw .time }
            output.append(number: seconds)
            output.append(number: UInt32(truncatingIfNeeded: resolution == .nanoseconds ? nanoseconds : nanoseconds / 1000))
            output.append(number: UInt32(clamping: frame.count))
            output.append(number: UInt32(clamping: header.wireLength))
            output.append(frame)
        case .pcapng:
            let interface = Interface(
                linkType: header.linkType,
                source: header.interface,
                isBeforeEpoch: header.time.nanoseconds < 0
            )
            let number = declaring(interface, in: &output)
            appendBlock(Pcapng.enhancedPacket, to: &output) { block in
                block.append(number: UInt32(number))
                let zero = interface.isBeforeEpoch ? Self.zeroBeforeEpoch * 1_000_000_000 : 0
                let time = UInt64(bitPattern: header.time.nanoseconds - zero)
                block.append(number: UInt32(truncatingIfNeeded: time >> 32))
                block.append(number: UInt32(truncatingIfNeeded: time))
                block.append(number: UInt32(clamping: frame.count))
                block.append(number: UInt32(clamping: header.wireLength))
                block.append(frame)
                block.padToWord(frame.count)
                guard !comment.isEmpty else { return }
                block.append(option: Pcapng.comment, comment.extracting(first: Pcapng.longestComment))
                block.append(number: UInt32(Pcapng.optionEnd))
            }
        }
    }

    /// Appends what the kernel counted on the first interface; pcap has no room for it.
    mutating func append(_ counts: LiveCapture.Statistics, at time: Timestamp, to output: inout [UInt8]) {
        guard format == .pcapng else { return }
        end(to: &output)
        appendBlock(Pcapng.interfaceStatistics, to: &output) { block in
            block.append(number: UInt32(0))
            let now = UInt64(clamping: time.nanoseconds)
            block.append(number: UInt32(truncatingIfNeeded: now >> 32))
            block.append(number: UInt32(truncatingIfNeeded: now))
            block.append(option: Pcapng.received, number: counts.received)
            block.append(option: Pcapng.droppedByInterface, number: counts.droppedByInterface)
            block.append(option: Pcapng.droppedByKernel, number: counts.dropped)
            block.append(number: UInt32(Pcapng.optionEnd))
        }
    }

    /// The number of an interface, which is declared first where it is new.
    private mutating func declaring(_ interface: Interface, in output: inout [UInt8]) -> Int {
        if let last, last.interface == interface { return last.number }
        let number = declared[interface] ?? declared.count
        if declared.updateValue(number, forKey: interface) == nil { appendInterface(interface, to: &output) }
        last = (interface, number)
        return number
    }

    private func appendInterface(_ interface: Interface, to output: inout [UInt8]) {
        appendBlock(Pcapng.interface, to: &output) { block in
            block.append(number: interface.linkType.rawValue)
            block.append(number: UInt16(0))
            block.append(number: UInt32(clamping: snapshotLength))
            if let name = names?.givenName(of: interface.source) {
                block.append(option: Pcapng.interfaceName, name.rawBytes.span)
            }
            block.append(option: Pcapng.timeResolution, [Pcapng.nanoseconds].span)
            if interface.isBeforeEpoch { block.append(option: Pcapng.timeOffset, number: UInt64(bitPattern: Self.zeroBeforeEpoch)) }
            block.append(number: UInt32(Pcapng.optionEnd))
        }
    }

    /// Appends a block: type, length, what `body` appends, length again.
    private func appendBlock(_ type: UInt32, to output: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
        let start = output.count
        output.append(number: type)
        output.append(number: UInt32(0))
        body(&output)
        let length = UInt32(clamping: output.count - start + 4)
        output.append(number: length)
        output.overwrite(number: length, at: start + 4)
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: some FixedWidthInteger & BitwiseCopyable) {
        // Safe: the pointer is used within the call alone.
        unsafe Swift.withUnsafeBytes(of: number) { unsafe append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        // Safe: the pointer is used within the call alone.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// An option of pcapng: code, length, value, filled up to four bytes.
    fileprivate mutating func append(option code: UInt16, _ value: Span<UInt8>) {
        append(number: code)
        append(number: UInt16(clamping: value.count))
        append(value)
        padToWord(value.count)
    }

    fileprivate mutating func append(option code: UInt16, number: UInt64) {
        append(number: code)
        append(number: UInt16(8))
        append(number: number)
    }

    /// Fills `count` bytes that were appended up to a multiple of four.
    fileprivate mutating func padToWord(_ count: Int) {
        for _ in 0..<((4 - count % 4) % 4) { append(0) }
    }

    fileprivate mutating func overwrite(number: UInt32, at offset: Int) {
        // Safe: the pointer is used within the call alone, and covers four bytes.
        unsafe Swift.withUnsafeBytes(of: number) { bytes in
            for index in 0..<4 { unsafe self[offset + index] = bytes[index] }
        }
    }
}
